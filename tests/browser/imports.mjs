// Files in and out: a CSV with ten bad lines is tried into a new table, imported into one that is there, and its refused
// rows are read and downloaded; then rows are exported with a filter, and the file is what the API says.
import { readFileSync } from "node:fs";
import { axe, equal, gone, must, noOverflow, person, REFUSED, see } from "./browser.mjs";

const REPORT = /\/api\/jobs\/[^/]+\/import$/;

const NAME = "imports_of_all";
const HEAD = "ID;Name;Total;Paid On;Note";
/** 60 records; every sixth cannot be imported: five totals, three dates, and two that end too early. */
const records = Array.from({ length: 60 }, (_, at) => {
  const id = at + 1;
  const good = [id, `"Name; ""${id}"""`, `${id}.50`, `2026-01-${String((at % 28) + 1).padStart(2, "0")}`, at % 7 ? `note ${id}` : ""];
  if (id % 6) return good.join(";");
  if (id <= 30) return [...good.slice(0, 2), "a lot", ...good.slice(3)].join(";");
  if (id <= 48) return [...good.slice(0, 3), "2026-02-31", good[4]].join(";");
  return good.slice(0, 3).join(";");
});
const bad = records.map((text, at) => ({ text, line: at + 2 })).filter((_, at) => (at + 1) % 6 === 0);
const file = { name: "Orders 2026.csv", mimeType: "text/csv", buffer: Buffer.from(`${[HEAD, ...records].join("\n")}\n`) };

/** RFC 4180 with a character between the values; null is what is empty and not quoted. */
function parsed(text, delimiter = ",") {
  const rows = [[]];
  const pattern = new RegExp(`(?:"((?:[^"]|"")*)"|([^"\\r\\n${delimiter}]*))(${delimiter}|\\r?\\n|$)`, "gy");
  while (pattern.lastIndex < text.length) {
    const [, quoted, plain, end] = pattern.exec(text);
    rows.at(-1).push(quoted === undefined ? plain || null : quoted.replaceAll("\"\"", "\""));
    if (end !== delimiter && pattern.lastIndex < text.length) rows.push([]);
  }
  return rows;
}

/** `step`, `api` and `storage` (a signed-in administrator's) come from run.mjs; `execute(database, sql)` is psql. */
export async function imports(url, browser, guard, step, storage, api, execute) {
  const { context, page } = await person(browser, guard, { storage });
  const main = page.locator("main");
  const dialog = page.getByRole("dialog");
  const numbers = async () => (await main.locator(".import-numbers dd").allInnerTexts()).map((text) => Number(text.replaceAll(",", "")));
  const lines = async () => (await main.getByRole("table", { name: "Refused rows" }).locator("tbody td:first-child").allInnerTexts()).map(Number);
  const choose = (what) => main.getByLabel(what).setInputFiles(file);
  const ended = (words) => see(main.getByRole("status").filter({ hasText: words }));

  await step("a file on its way can be stopped, and leaving asks first", async () => {
    await api("POST", "/api/database", { name: NAME });
    await page.goto(`${url}/databases/${NAME}/import?schema=public`);
    let arrive;
    const held = new Promise((done) => (arrive = done));
    const uploads = (address) => address.pathname === "/api/uploads";
    await page.route(uploads, async (route) => { await held; await route.continue().catch(() => {}); });
    await choose("Choose a file…");
    await see(main.getByRole("progressbar", { name: "Sent" }));
    await main.getByRole("button", { name: "Stop" }).click();
    await see(main.getByText("Drop a file here"));
    await choose("Choose a file…");
    await page.getByRole("navigation", { name: "Areas" }).getByRole("link", { name: "Jobs" }).click();
    await see(dialog.getByRole("heading", { name: "The file is still on its way" }));
    await axe(page);
    await dialog.getByRole("button", { name: "Stay" }).click();
    await gone(dialog);
    must("one stays", page.url().includes("/import"));
    await page.getByRole("navigation", { name: "Areas" }).getByRole("link", { name: "Jobs" }).click();
    await dialog.getByRole("button", { name: "Leave" }).click();
    await page.waitForURL(/\/jobs$/);
    await see(page.getByText(/was not sent to its end/));
    arrive();
    await page.unroute(uploads);
    equal("nothing is kept", await api("GET", "/api/uploads"), []);
  }, /ERR_FAILED|ERR_ABORTED/);

  await step("a file is looked at: its kind, its columns, and the lines that cannot be read", async () => {
    await page.goto(`${url}/databases/${NAME}`);
    await main.getByRole("link", { name: "Import a file" }).first().click();
    await see(main.getByRole("heading", { name: "Import a file" }));
    await axe(page);
    await choose("Choose a file…");
    const rows = main.getByRole("table", { name: "First rows of the file" });
    await see(rows);
    equal("columns", (await rows.locator("th").evaluateAll((all) => all.map((one) => one.firstChild.textContent.trim()))), HEAD.split(";"));
    equal("the delimiter is guessed", await main.getByLabel("Between values").inputValue(), ";");
    must("the head is guessed", await main.getByLabel("The first row holds the names").isChecked());
    await see(rows.getByRole("cell", { name: "Name; \"1\"" }));
    await see(main.getByRole("group", { name: "What cannot be read" }).getByText("Line 55"));
    await main.getByLabel("Between values").selectOption("|");
    await page.waitForFunction(() => document.querySelectorAll(".import-rows th").length === 1);
    await main.getByRole("button", { name: "Guess all of it again" }).click();
    await page.waitForFunction((n) => document.querySelectorAll(".import-rows th").length === n, HEAD.split(";").length);
    equal("the table is called like the file", await main.getByLabel("Name of the new table").inputValue(), "orders_2026");
    await axe(page);
  });

  await step("what is missing is said beside its field", async () => {
    await main.getByLabel("Type of Total").fill("");
    await main.getByLabel("Name of Name in the table").fill("id");
    await main.getByRole("button", { name: "Try it first" }).click();
    await see(main.locator("[role=alert]:not(:empty)").first());
    const said = await main.locator(".import-columns [role=alert]:not(:empty)").allInnerTexts();
    must(`both columns: ${said}`, said.length >= 2);
    must("nothing is sent", !page.url().includes("job="));
    await main.getByLabel("Name of Name in the table").fill("name");
  }, REFUSED);

  await step("a try into a new table tells which rows would be refused, and keeps nothing", async () => {
    await main.getByLabel("Type of Total").fill("numeric");
    await main.getByLabel("Type of Paid On").fill("date");
    await main.getByLabel("ID is in the primary key").check();
    await main.getByLabel("Any number: the rest is imported").check();
    await main.getByRole("button", { name: "Try it first" }).click();
    await page.waitForURL(/import\?job=/);
    await ended("Nothing was kept");
    equal("read, would be written, refused", await numbers(), [60, 50, 10]);
    await see(main.getByRole("table", { name: "Refused rows" }));
    equal("the refused lines", await lines(), bad.map((one) => one.line));
    await axe(page);
    const tables = await api("GET", `/api/database/${NAME}/tables?schema=*`);
    equal("no table was made", tables.map((table) => table.name), []);
  });

  await step("the same settings import for real", async () => {
    await main.getByRole("button", { name: "Import now" }).click();
    await ended("All other rows are in the table");
    equal("read, written, refused", await numbers(), [60, 50, 10]);
    const details = await api("GET", `/api/database/${NAME}/tables/orders_2026`);
    equal("the columns", details.columns.map((column) => [column.name, column.type]).slice(0, 4).map(([name, type]) => [name, name === "id" || name === "name" ? "" : type]), [["id", ""], ["name", ""], ["total", "numeric"], ["paid_on", "date"]]);
    equal("the key", details.primaryKey.columns, ["id"]);
    await main.getByRole("link", { name: "Job and log" }).click();
    await main.getByRole("link", { name: "Report" }).click();
    await ended("All other rows are in the table");
  });

  await step("a file into a table that is there: columns find each other, what is wanting is said", async () => {
    await execute(NAME, "CREATE TABLE orders (id bigint PRIMARY KEY, name text NOT NULL, total numeric(10,2), paid_on date, note text DEFAULT 'none', made_by text NOT NULL)");
    await page.goto(`${url}/databases/${NAME}/tables/orders?schema=public`);
    await main.getByRole("link", { name: "Import", exact: true }).click();
    await choose("Choose a file…");
    const target = (column) => main.getByLabel(`Where ${column} goes`);
    await see(target("Paid On"));
    equal("by their names", await Promise.all(HEAD.split(";").map((column) => target(column).inputValue())), ["id", "name", "total", "paid_on", "note"]);
    await see(main.getByRole("alert").filter({ hasText: "made_by" }));
    await execute(NAME, "ALTER TABLE orders ALTER made_by SET DEFAULT 'import'");
    await target("Note").selectOption("name");
    await main.getByLabel("Any number: the rest is imported").check();
    await main.getByRole("button", { name: "Import", exact: true }).click();
    await see(main.getByText(/Two columns of the file go to/));
    await target("Note").selectOption("note");
    await main.getByRole("button", { name: "What becomes of missing values in Note" }).click();
    await main.getByRole("group", { name: "Note" }).getByLabel("NULL becomes").selectOption("default");
    await axe(page);
    // The job takes a while, and its last report is late: the numbers of before must not stand beside its end.
    await execute(NAME, `CREATE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.03); RETURN NEW; END';
      CREATE TRIGGER slowly BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION slowly()`);
    let reports = 0;
    await page.route(REPORT, async (route) => {
      const answer = await route.fetch();
      if (reports++ > 0) await new Promise((resolve) => setTimeout(resolve, 500));
      await route.fulfill({ response: answer });
    });
    await main.getByRole("button", { name: "Import", exact: true }).click();
    await page.waitForURL(/import\?job=/);
    await ended(/in the table/);
    equal("read, written, refused", await numbers(), [60, 50, 10]);
    await ended("All other rows are in the table");
    await page.unroute(REPORT, { behavior: "wait" });
  }, REFUSED);

  await step("the refused rows are read and downloaded, in the file's own dialect", async () => {
    await see(main.getByRole("table", { name: "Refused rows" }));
    equal("the refused lines", await lines(), bad.map((one) => one.line));
    const first = main.getByRole("table", { name: "Refused rows" }).locator("tbody tr").first();
    await see(first.getByText(/invalid input syntax for type numeric: "a lot"/));
    await see(first.getByText(bad[0].text));
    await page.setViewportSize({ width: 390, height: 844 });
    await noOverflow(page);
    await page.setViewportSize({ width: 1440, height: 900 });
    const [download] = await Promise.all([page.waitForEvent("download"), main.getByRole("link", { name: "Download refused rows" }).click()]);
    const text = readFileSync(await download.path(), "utf8");
    for (const one of bad) must(`${one.text} is in\n${text}`, text.includes(one.text));
    const rows = parsed(text, ";");
    for (const { line } of bad) must(`line ${line} is named in\n${text}`, rows.some((row) => row.includes(String(line))));
  });

  await step("the rows are in the sheet", async () => {
    await main.getByRole("link", { name: "Show the rows" }).click();
    await page.waitForURL(/tables\/orders/);
    await see(page.getByRole("gridcell").filter({ hasText: "Name; \"1\"" }));
    const found = await api("GET", `/api/database/${NAME}/tables/orders/rows?limit=1000&sort=${encodeURIComponent('[{"column":"id"}]')}`);
    const wanted = records.map((_, at) => at + 1).filter((id) => id % 6).map((id) => [String(id), `Name; "${id}"`, `${id}.50`]);
    equal("the rows", found.rows.map((row) => row.slice(0, 3)), wanted);
    const at = found.columns.findIndex((column) => column.name === "note");
    equal("NULL became the default", found.rows[0][at], "none");
  });

  await step("rows are exported as the filter shows them", async () => {
    await execute(NAME, "UPDATE orders SET note = '=1+1' WHERE id = 50; UPDATE orders SET note = NULL WHERE id = 51");
    const filter = encodeURIComponent('[{"column":"id","op":">=","value":"47"}]');
    const sort = encodeURIComponent('[{"column":"id","descending":true}]');
    const columns = encodeURIComponent('["id","name","note"]');
    await page.goto(`${url}/databases/${NAME}/tables/orders?schema=public&filter=${filter}&sort=${sort}&columns=${columns}`);
    await see(page.getByRole("gridcell"));
    await main.getByRole("button", { name: "Export…" }).click();
    await see(dialog.getByLabel("Format"));
    await axe(page);
    equal("what the filter shows", await dialog.getByLabel("Rows").inputValue(), "shown");
    const [download] = await Promise.all([page.waitForEvent("download"), dialog.getByRole("button", { name: "Export", exact: true }).click()]);
    must(`its name: ${download.suggestedFilename()}`, /orders.*\.csv$/.test(download.suggestedFilename()));
    const [head, ...rows] = parsed(readFileSync(await download.path(), "utf8"));
    const shown = await api("GET", `/api/database/${NAME}/tables/orders/rows?limit=1000&filter=${filter}&sort=${sort}&columns=${columns}`);
    equal("the head", head, ["id", "name", "note"]);
    equal("the rows", rows, shown.rows.map((row) => row.slice(0, 3).map((value) => (value === "=1+1" ? "'=1+1" : value))));
    await see(dialog.getByText(`${shown.rows.length} rows`));
    await see(dialog.getByText(/1 text looked like a formula/));
    await axe(page);
    await dialog.getByRole("button", { name: "Export something else" }).click();
    await dialog.getByLabel("Rows").selectOption("all");
    await dialog.getByLabel("Format").selectOption("ndjson");
    await dialog.getByLabel("Columns").selectOption("all");
    const [second] = await Promise.all([page.waitForEvent("download"), dialog.getByRole("button", { name: "Export", exact: true }).click()]);
    const objects = readFileSync(await second.path(), "utf8").trimEnd().split("\n").map((line) => JSON.parse(line));
    equal("all rows and columns", [objects.length, Object.keys(objects[0])], [50, ["id", "name", "total", "paid_on", "note", "made_by"]]);
    await see(dialog.getByText("50 rows"));
    await dialog.getByRole("button", { name: "Close" }).last().click();
    await gone(dialog);
  }, REFUSED);

  await context.close();
}
