// The rows of a table in Chromium: found, filtered, changed, seen as SQL, applied, taken back; somebody else in between;
// the keyboard of a spreadsheet; blocks in and out of the clipboard; tables without a key; memory.
import { axe, equal, gone, must, noOverflow, person, REFUSED, see } from "./browser.mjs";
import { count, Sheet, steps } from "./sheet.mjs";

/** `step` and `storage` (a signed-in administrator's) come from run.mjs, `api` speaks as the same. */
export async function rows(url, browser, guard, step, storage, api) {
  const on = steps(url, browser, guard, step, storage);
  const ANIMALS = "/databases/sample/tables/animals?schema=public";
  const path = "/api/database/sample/tables/animals/rows";
  const animal = async (id) => {
    const filter = encodeURIComponent(JSON.stringify([{ column: "id", op: "=", value: String(id) }]));
    const page = await api("GET", `${path}?filter=${filter}`);
    return Object.fromEntries(page.columns.map((column, at) => [column.name, page.rows[0]?.[at]]));
  };

  await on("find a table, filter it, change three cells of different types, see the SQL, apply, take back", async (sheet, page) => {
    await page.goto(`${url}/databases/sample`);
    await page.getByRole("searchbox", { name: "Find a table" }).fill("anim");
    await page.locator("main").getByRole("link", { name: /animals$/ }).click();
    await see(page.getByRole("gridcell"));
    await page.getByRole("button", { name: "Filter", exact: true }).click();
    const form = page.getByRole("form", { name: "Filter" });
    await form.getByLabel("Column").selectOption("sex");
    await form.getByLabel("Operator").selectOption("=");
    await form.getByLabel("Value").fill("f");
    await form.getByRole("button", { name: "Show" }).click();
    await see(page.getByRole("button", { name: "Remove the filter of sex" }));
    await page.waitForFunction(() => document.querySelector("[role=row][aria-rowindex='2']"));
    must("the filter is in the address", page.url().includes("filter="));
    const id = await sheet.text(0, "id");
    const before = await animal(id);
    await sheet.type(0, "height_cm", "123.4");
    await sheet.type(0, "born_on", "2001-02-03");
    await (await sheet.cell(0, "tame")).click();
    await sheet.press("F2");
    await sheet.page.keyboard.type(before.tame === "t" ? "false" : "true");
    await sheet.press("Enter");
    await see(sheet.bar.getByText("3 changes"));
    await see(sheet.bar.getByText("3 cells"));
    await count("edited cells", page.locator(".sheet-cell.edited"), 3);
    await axe(page);
    await sheet.bar.getByRole("button", { name: "Show SQL" }).click();
    const dialog = page.getByRole("dialog");
    await see(dialog.getByText(/UPDATE "public"."animals"/));
    must("the SQL names the value", (await dialog.innerText()).includes("'123.4'"));
    await axe(page);
    equal("nothing is done by looking", (await animal(id)).height_cm, before.height_cm);
    await dialog.getByRole("button", { name: "Close" }).first().click();
    await gone(dialog);
    await sheet.apply();
    const after = await animal(id);
    equal("applied", [after.height_cm, after.born_on, after.tame], ["123.4", "2001-02-03", before.tame === "t" ? "f" : "t"]);
    equal("shown", await sheet.text(0, "height_cm"), "123.4");
    await page.getByRole("button", { name: /^Undo/ }).click();
    await see(page.getByText(/Taken back/));
    equal("taken back", await animal(id), before);
    equal("shown as before", await sheet.text(0, "height_cm"), before.height_cm ?? "NULL");
  });

  await on("a link to a view shows the same view", async (sheet, page) => {
    await sheet.open(url, `${ANIMALS}&filter=${encodeURIComponent('[{"column":"sex","op":"=","value":"f"}]')}&sort=${encodeURIComponent('[{"column":"name","descending":true}]')}&columns=${encodeURIComponent('["name","sex"]')}`);
    await see(page.getByText("sorted by name ↓"));
    equal("columns", await sheet.names(), ["name", "sex"]);
    const names = [await sheet.text(0, "name"), await sheet.text(1, "name")];
    must(`sorted: ${names}`, names[0] >= names[1]);
    equal("sex", await sheet.text(0, "sex"), "f");
    await page.getByRole("columnheader").filter({ hasText: "name" }).click();
    await gone(page.getByText("sorted by name ↓"));
    await page.goBack();
    await see(page.getByText("sorted by name ↓"));
  });

  await on("R8 NULL, empty and default are three things on screen and in the row", async (sheet, page) => {
    await sheet.open(url, ANIMALS);
    const id = await sheet.text(3, "id");
    await (await sheet.cell(3, "notes")).click();
    await sheet.press("Delete");
    equal("NULL", await sheet.text(3, "notes"), "NULL");
    await sheet.press("Shift+F10");
    await page.getByRole("menuitem", { name: "Set an empty text" }).click();
    equal("empty", await sheet.text(3, "notes"), "empty");
    await (await sheet.cell(3, "traits")).click();
    await sheet.press("Shift+F10");
    await see(page.getByRole("menu", { name: "traits of row 4" }));
    await axe(page);
    await page.getByRole("menuitem", { name: "Set the default" }).click();
    must("default", (await sheet.text(3, "traits")).startsWith("default"));
    await sheet.apply();
    const after = await animal(id);
    equal("the row", [after.notes, after.traits], ["", "{}"]);
  });

  await on("R14 somebody else changed the row: both versions, and the choice", async (sheet, page) => {
    const fresh = async (name) => {
      await sheet.open(url, ANIMALS);
      const id = await sheet.text(5, "id");
      await sheet.type(5, "name", name);
      await see(sheet.bar);
      await api("PATCH", path, { updates: [{ key: { id }, set: { name: `theirs ${name}` } }] });
      await sheet.press("Control+s");
      const dialog = page.getByRole("dialog", { name: "Somebody else has changed this row" });
      await see(dialog);
      await see(dialog.getByRole("cell", { name: `theirs ${name}` }));
      await see(dialog.getByRole("cell", { name, exact: true }));
      return { id, dialog };
    };
    const first = await fresh("mine one");
    await axe(page);
    await first.dialog.getByRole("button", { name: "Take theirs" }).click();
    await gone(sheet.bar);
    equal("theirs on screen", await sheet.text(5, "name"), "theirs mine one");
    equal("theirs in the row", (await animal(first.id)).name, "theirs mine one");
    const second = await fresh("mine two");
    await second.dialog.getByRole("button", { name: "Overwrite with mine" }).click();
    await gone(sheet.bar);
    equal("mine in the row", (await animal(second.id)).name, "mine two");
  }, REFUSED);

  await on("what was applied is not taken back over somebody else's change", async (sheet, page) => {
    await sheet.open(url, ANIMALS);
    const id = await sheet.text(6, "id");
    await sheet.type(6, "name", "Applied");
    await sheet.apply();
    await api("PATCH", path, { updates: [{ key: { id }, set: { name: "Later" } }] });
    await sheet.press("Control+z");
    await see(page.getByText(/the rows have been changed since/));
    equal("theirs stays", (await animal(id)).name, "Later");
  }, REFUSED);

  await on("an error stands at the cell that caused it", async (sheet, page) => {
    await sheet.open(url, ANIMALS);
    await sheet.type(2, "born_on", "no date");
    await sheet.press("Control+s");
    await see(page.locator(".sheet-cell.wrong").or(page.getByRole("alert")));
    const wrong = await page.locator("[role=gridcell][aria-invalid=true]").getAttribute("title");
    must(`it says why: ${wrong}`, /date/i.test(wrong ?? ""));
    await see(sheet.bar.getByText("1 problem"));
    await axe(page);
    await sheet.press("Control+z");
    await gone(sheet.bar);
    equal("no mark is left", await page.locator(".sheet-cell.wrong").count(), 0);
  }, REFUSED);

  await on("new rows and rows to delete, staged together and taken back step by step", async (sheet, page) => {
    await sheet.open(url, "/databases/sample/tables/herds?schema=public");
    await page.getByRole("button", { name: "Add row" }).click();
    equal("the new row stands first", await sheet.row(0).locator("[role=rowheader]").innerText(), "new");
    must("an identity is the server's", (await sheet.text(0, "id")).startsWith("default"));
    await sheet.type(0, "name", "Newcomers");
    await sheet.type(0, "founded_on", "2024-05-06");
    await sheet.type(0, "colour", "#00ff00");
    await see(sheet.bar.getByText("1 new row"));
    await sheet.apply();
    const made = await sheet.text(0, "id");
    must(`the server numbered it: ${made}`, /^\d+$/.test(made));
    equal("and took the default", await sheet.text(0, "closed"), "f");
    await (await sheet.cell(0, "name")).click();
    await sheet.press("Control+Delete");
    await see(sheet.bar.getByText("1 row to delete"));
    equal("struck through", await sheet.row(0).getAttribute("class"), "sheet-row gone");
    await sheet.press("Control+z");
    await gone(sheet.bar);
    await sheet.press("Control+y");
    await see(sheet.bar);
    await sheet.apply();
    await sheet.press("Control+z");
    await see(page.getByText(/Taken back: 1 row added/));
    equal("it is back with its number", await sheet.text(0, "id"), made);
    await (await sheet.cell(0, "name")).click();
    await sheet.press("Control+Delete");
    await sheet.apply();
  });

  await on("the keyboard of a spreadsheet", async (sheet, page) => {
    await sheet.open(url, ANIMALS);
    await (await sheet.cell(0, "id")).click();
    await sheet.press("ArrowDown", "ArrowDown", "ArrowRight");
    equal("arrows", await sheet.cursor(), [2, 1]);
    await sheet.press("End");
    const last = (await page.getByRole("grid").getAttribute("aria-colcount")) - 2;
    equal("End", await sheet.cursor(), [2, last]);
    await sheet.press("Home", "PageDown");
    must("PageDown", (await sheet.cursor())[0] > 10);
    await sheet.press("Control+Home", "Control+ArrowDown");
    must("Ctrl and an arrow go to the edge", (await sheet.cursor())[0] > 100);
    await sheet.press("Control+Home", "Shift+ArrowDown", "Shift+ArrowRight");
    await count("Shift selects", page.locator("[role=gridcell][aria-selected=true]"), 4);
    await sheet.press("Escape");
    await sheet.press("ArrowUp", "ArrowUp");
    equal("the header is above the first row", (await sheet.cursor())[1], "h1");
    await sheet.press("Enter");
    await see(page.getByText(/sorted by/));
    await sheet.settled();
    await (await sheet.cell(1, "name")).click();
    const before = await sheet.text(1, "name");
    await sheet.press("F2");
    await page.keyboard.type("thrown away");
    await sheet.press("Escape");
    equal("Esc gives up", await sheet.text(1, "name"), before);
    await page.keyboard.type("with Tab");
    await sheet.press("Tab");
    equal("Tab keeps", await sheet.text(1, "name"), "with Tab");
    const at = await sheet.cursor();
    equal("and moves", at[1], Number(await sheet.column("name")) - 2 + 1);
    await sheet.press("Control+z");
    await gone(sheet.bar);
  });

  await on("columns are widened, moved, hidden and shown again with the mouse; a drag selects", async (sheet, page) => {
    await sheet.open(url, ANIMALS);
    const head = (name) => page.getByRole("columnheader").filter({ has: page.locator("b", { hasText: new RegExp(`^${name}$`) }) });
    const names = () => sheet.names();
    const middle = async (locator) => { const box = await locator.boundingBox(); return [box.x + box.width / 2, box.y + box.height / 2]; };
    const before = (await head("name").boundingBox()).width;
    await page.mouse.move(...await middle(head("name").locator(".sheet-edge")));
    await page.mouse.down();
    const [x, y] = await middle(head("name").locator(".sheet-edge"));
    await page.mouse.move(x + 30, y, { steps: 3 });
    await page.mouse.move(x + 60, y, { steps: 3 });
    await page.mouse.up();
    equal("wider", Math.round((await head("name").boundingBox()).width - before), 60);
    must("a drag of the edge does not sort", !page.url().includes("sort="));
    await page.mouse.move(...await middle(head("name")));
    await page.mouse.down();
    const [to, at] = await middle(head("chip"));
    await page.mouse.move(to + 20, at, { steps: 4 });
    await page.mouse.move(to, at, { steps: 4 });
    await page.mouse.up();
    await page.waitForURL(/columns=/);
    equal("moved", (await names()).slice(0, 3), ["id", "name", "chip"]);
    must("a drag of a header does not sort", !page.url().includes("sort="));
    await head("chip").click({ button: "right" });
    await page.getByRole("menuitem", { name: "Hide" }).click();
    await gone(head("chip"));
    await page.getByRole("button", { name: "Columns" }).click();
    const form = page.getByRole("form", { name: "Columns" });
    must("a hidden column is offered", !(await form.getByLabel("chip").isChecked()));
    await form.getByRole("button", { name: "All, as in the table" }).click();
    await see(head("chip"));
    equal("as in the table", (await names()).slice(0, 3), ["id", "chip", "name"]);
    await page.mouse.move(...await middle(await sheet.cell(1, "chip")));
    await page.mouse.down();
    await page.mouse.move(...await middle(await sheet.cell(3, "name")), { steps: 5 });
    await page.mouse.up();
    await count("a drag selects", page.locator("[role=gridcell][aria-selected=true]"), 6);
    await sheet.row(4).locator("[role=rowheader]").click();
    equal("the number selects the row", await sheet.row(4).getAttribute("aria-selected"), "true");
  });

  await on("a block is copied, and pasted over other cells", async (sheet, page) => {
    await sheet.open(url, ANIMALS);
    await (await sheet.cell(0, "name")).click();
    await sheet.press("Shift+ArrowDown", "Shift+ArrowDown");
    await sheet.press("Control+c");
    await see(page.getByText("Copied 3 rows"));
    const text = await page.evaluate(() => navigator.clipboard.readText());
    equal("TSV", text.trimEnd().split("\n"), [await sheet.text(0, "name"), await sheet.text(1, "name"), await sheet.text(2, "name")]);
    await sheet.press("Shift+F10");
    await page.getByRole("menuitem", { name: "Copy as INSERT" }).click();
    await page.waitForFunction(async () => (await navigator.clipboard.readText()).startsWith("INSERT INTO \"public\".\"animals\" (\"name\") VALUES"));
    await (await sheet.cell(8, "herd_id")).click();
    await page.evaluate(() => navigator.clipboard.writeText("3\t\n\t9\n"));
    await sheet.press("Control+v");
    await see(page.getByText(/Pasted/));
    equal("the first cell", await sheet.text(8, "herd_id"), "3");
    equal("nothing is NULL", [await sheet.text(8, "mother_id"), await sheet.text(9, "herd_id")], ["NULL", "NULL"]);
    equal("the last cell", await sheet.text(9, "mother_id"), "9");
    await see(sheet.bar);
    await sheet.bar.getByRole("button", { name: "Discard" }).click();
    await gone(sheet.bar);
  });

  await on("a foreign key is looked up in the other table, and followed", async (sheet, page) => {
    await sheet.open(url, ANIMALS);
    await (await sheet.cell(0, "species_id")).click();
    await sheet.press("F2");
    const field = page.getByRole("combobox", { name: "species_id" });
    await see(page.getByRole("option").filter({ hasText: "Malayan tapir" }));
    await axe(page);
    await field.fill("zebra");
    await gone(page.getByRole("option").filter({ hasText: "Malayan tapir" }));
    await see(page.getByRole("option").filter({ hasText: "Plains zebra" }));
    await sheet.press("Enter");
    equal("chosen", await sheet.text(0, "species_id"), "6");
    await sheet.press("Control+z");
    await (await sheet.cell(0, "species_id")).click();
    const wanted = await sheet.text(0, "species_id");
    await sheet.press("Control+Enter");
    await page.waitForURL(/tables\/species/);
    await see(page.getByRole("gridcell"));
    equal("the row it refers to", [await sheet.text(0, "id"), await sheet.row(1).count()], [wanted, 0]);
  });

  await on("leaving with staged changes says so and keeps them", async (sheet, page) => {
    await sheet.open(url, ANIMALS);
    await sheet.type(1, "name", "Kept");
    await see(sheet.bar);
    await page.getByRole("navigation", { name: "Areas" }).getByRole("link", { name: "Databases" }).click();
    await see(page.getByText(/1 change to animals not applied yet/));
    await page.getByRole("link", { name: "Go back" }).click();
    await see(sheet.bar.getByText("1 change"));
    equal("still there", await sheet.text(1, "name"), "Kept");
    let asked = false;
    page.on("dialog", async (dialog) => { asked = dialog.type() === "beforeunload"; await dialog.accept(); });
    await page.reload();
    must("the browser asks before it throws them away", asked);
  });

  await on("R1 R3 pages come as one scrolls, few of them stay, and rows are counted on demand", async (sheet, page) => {
    await sheet.open(url, "/databases/sample/tables/feedings?schema=public");
    await see(page.getByText(/about [\d,]+ rows/));
    await page.getByRole("button", { name: "count exactly" }).click();
    await see(page.getByText(/rows, counted/));
    const all = Number((await page.locator(".row-count").innerText()).replace(/\D/g, ""));
    await sheet.press("Tab");
    await (await sheet.cell(0, "id")).click();
    for (let turn = 0; turn < 400; turn += 1) {
      const [row] = await sheet.cursor();
      if (row > 1_000) break;
      await sheet.press("PageDown");
    }
    const [row] = await sheet.cursor();
    must(`one can go on: row ${row}`, row > 1_000);
    const number = await sheet.row(row).locator("[role=rowheader]").innerText();
    equal("rows are numbered", number, String(row + 1));
    const drawn = await page.locator("[role=gridcell]").count();
    must(`few cells are in the page: ${drawn}`, drawn < 1_200);
    const last = () => page.getByRole("rowheader", { name: "−1", exact: true }).or(page.getByRole("rowheader", { name: String(all), exact: true }));
    await sheet.press("Control+End");
    await see(last());
    await sheet.press("Control+Home");
    await see(sheet.row(0));
    // The answer to the first key comes when the second one was pressed.
    await page.route(/\/rows\?/, async (route) => {
      const answer = await route.fetch();
      await new Promise((resolve) => setTimeout(resolve, 300));
      await route.fulfill({ response: answer });
    });
    await sheet.press("Control+End", "Control+Home");
    await page.unroute(/\/rows\?/, { behavior: "wait" });
    await page.waitForLoadState("networkidle");
    await see(sheet.row(0));
    equal("the last key counts", (await sheet.cursor())[0], 0);
    must("there are more than are in the page", all > 1_000);
  });

  await on("a filter that PostgreSQL refuses can be mended", async (sheet, page) => {
    await page.goto(`${url}${ANIMALS}&filter=${encodeURIComponent('[{"column":"id","op":"=","value":"abc"}]')}`);
    await see(page.getByRole("alert").or(page.getByText(/invalid/i)));
    await axe(page);
    await page.getByRole("button", { name: "Remove the filter of id" }).click();
    await see(page.getByRole("gridcell"));
    await page.getByRole("button", { name: "Filter", exact: true }).click();
    await page.getByRole("button", { name: "In SQL" }).click();
    await page.getByLabel("Condition in SQL").fill("name LIKE 'A%'");
    await page.getByRole("button", { name: "Show" }).click();
    await page.waitForFunction(() => document.querySelector("[role=row][aria-rowindex='2']"));
    await see(page.getByText("where"));
    must("the condition holds", (await sheet.text(0, "name")).startsWith("A"));
  }, REFUSED);

  for (const theme of ["light", "dark"]) {
    for (const width of [1440, 390]) {
      await step(`rows with everything staged, ${theme}, ${width} px`, async () => {
        const { context, page } = await person(browser, guard, { theme, width, storage });
        try {
          const sheet = new Sheet(page);
          await sheet.open(url, ANIMALS);
          await page.getByRole("gridcell").nth(3).click();
          await sheet.press("F2");
          await page.waitForTimeout(300);
          await axe(page);
          await sheet.press("Escape", "Control+Delete", "ArrowDown", "ArrowRight");
          await sheet.press("Control+d");
          await page.getByRole("button", { name: "Add row" }).click();
          await see(sheet.bar.getByText("2 changes"));
          await axe(page);
          await noOverflow(page);
          await page.getByRole("button", { name: "Columns" }).click();
          await see(page.getByRole("form", { name: "Columns" }));
          await axe(page);
          await noOverflow(page);
        } finally {
          await context.close();
        }
      }, REFUSED);
    }
  }
}
