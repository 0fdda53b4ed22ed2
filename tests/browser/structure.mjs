// The structure screens: a table among 10,000, the designer, the types, the drawing, what goes with a drop.
import { axe, gone, noOverflow, person, see } from "./browser.mjs";

const MANY = 10_000;
/** Tables that one statement makes; more would need more locks than a small cluster has. */
const AT_ONCE = 1_000;

/** `step`, `api` and `storage` (a signed-in administrator's) come from run.mjs; `execute(database, sql)` is psql. */
export async function structure(url, browser, guard, step, storage, api, execute) {
  const { context, page } = await person(browser, guard, { storage });
  const main = page.locator("main");
  const dialog = page.getByRole("dialog");
  const name = "structure_of_all";
  const at = (path) => `${url}/databases/${name}${path}`;
  const preview = main.getByRole("region", { name: "SQL preview" });

  await step("an empty database says what to do next", async () => {
    await api("POST", "/api/database", { name });
    await page.goto(at(""));
    await see(main.getByRole("heading", { name: "No tables yet" }));
    await axe(page);
    await main.getByRole("link", { name: "New table" }).first().click();
    await see(main.getByRole("heading", { name: "New table" }));
  });

  await step("a table is made in the designer, with its rules as one types", async () => {
    await main.getByLabel("Name", { exact: true }).fill("n".repeat(64));
    await see(main.getByText("At most 63 bytes; this name has 64."));
    await main.getByLabel("Name", { exact: true }).fill("customers");
    await main.getByRole("button", { name: "Add a column" }).click();
    await main.getByRole("textbox", { name: "Name of the new column" }).or(main.getByLabel("Name of the new column")).fill("Full \"Name\"");
    const type = main.getByLabel("Type of Full \"Name\"");
    await type.fill("no_such_type");
    await main.getByRole("button", { name: "Create table" }).click();
    await see(main.getByText(/no_such_type/).and(main.locator("[role=alert] *, [role=alert]")));
    await type.fill("text");
    await see(preview.getByText(/CREATE TABLE/));
    await see(preview.getByText("\"Full \"\"Name\"\"\""));
    await main.getByRole("button", { name: "Create table" }).click();
    await page.waitForURL(/tables\/customers\/structure/);
    await see(main.getByRole("table", { name: "Columns" }).getByText("Full \"Name\""));
    await axe(page);
  }, /status of 4\d\d/);

  await step("a table with a foreign key and an enum, both made on the way", async () => {
    await page.goto(at("/new-table"));
    await main.getByLabel("Name", { exact: true }).fill("orders");
    await main.getByRole("button", { name: "New enum type…" }).click();
    await dialog.getByLabel("Name", { exact: true }).fill("order_status");
    await dialog.getByLabel("Labels").fill("draft\npaid\nsent");
    await see(dialog.getByText(/CREATE TYPE/));
    await axe(page);
    await dialog.getByRole("button", { name: "Create type" }).click();
    await gone(dialog);
    if ((await main.getByLabel("Name", { exact: true }).inputValue()) !== "orders") throw new Error("the draft was lost");
    await page.locator("#design-types option[value='public.order_status']").waitFor({ state: "attached" });
    for (const [column, type] of [["customer", "bigint"], ["status", "public.order_status"], ["total", "numeric(10,2)"]]) {
      await main.getByRole("button", { name: "Add a column" }).click();
      await main.getByLabel("Name of the new column").fill(column);
      await main.getByLabel(`Type of ${column}`).fill(type);
    }
    await main.getByLabel("Source of the value of status").selectOption("default");
    await main.getByLabel("Expression of status").fill("'draft'");
    await main.getByRole("button", { name: "Foreign key", exact: true }).click();
    const key = main.getByRole("group", { name: "Foreign key" });
    await key.getByLabel("Add to Columns of the foreign key").selectOption({ label: "customer" });
    await key.getByLabel("Table").fill("custom");
    await key.locator("datalist option[value=customers]").waitFor({ state: "attached" });
    await key.getByLabel("Table").fill("customers");
    await see(key.getByLabel("Column that customer refers to"));
    await key.getByLabel("On delete").selectOption("cascade");
    await see(preview.getByText(/ON DELETE CASCADE/));
    await axe(page);
    await main.getByRole("button", { name: "Create table" }).click();
    await page.waitForURL(/tables\/orders\/structure/);
    await see(main.getByRole("table", { name: "Foreign keys" }).getByRole("link", { name: "customers" }));
    await see(main.getByText("draft, paid, sent").first());
    await main.getByRole("link", { name: "SQL" }).click();
    await see(main.getByText(/CREATE TABLE/));
    await main.getByRole("link", { name: "Structure" }).click();
    await main.getByRole("table", { name: "Foreign keys" }).getByRole("link", { name: "customers" }).click();
    await see(main.getByRole("table", { name: "Referenced by" }).getByRole("link", { name: "orders" }));
  });

  await step("a column gets another type; what it takes is said before", async () => {
    await execute(name, "INSERT INTO customers (\"Full \"\"Name\"\"\") VALUES ('Ada')");
    await execute(name, "INSERT INTO orders (customer, total) VALUES (1, 12.50)");
    await page.goto(at("/tables/orders/design?schema=public"));
    await see(main.getByText("Nothing is changed yet"));
    await main.getByLabel("Type of total").fill("integer");
    await main.getByLabel(/How old values become new ones/).fill("round(total)::integer");
    await see(preview.getByText(/ALTER COLUMN "total" TYPE/));
    await see(preview.getByText("ACCESS EXCLUSIVE"));
    await see(preview.getByText("writes the whole table anew"));
    await axe(page);
    await main.getByRole("button", { name: "Save changes" }).click();
    await page.waitForURL(/tables\/orders\/structure/);
    await see(main.getByRole("table", { name: "Columns" }).getByRole("row", { name: /total integer/ }));
  });

  await step("nothing is lost when the server refuses", async () => {
    await page.goto(at("/tables/orders/design?schema=public"));
    await main.getByRole("button", { name: "Check", exact: true }).click();
    await main.getByLabel("Condition of the check").fill("total > 1000");
    await see(preview.getByText(/ADD CHECK/));
    await main.getByRole("button", { name: "Save changes" }).click();
    await see(main.getByRole("alert").getByText(/violated|23514/));
    if ((await main.getByLabel("Condition of the check").inputValue()) !== "total > 1000") throw new Error("the check was lost");
    await axe(page);
  }, /status of 4\d\d/);

  await step("a check for rows to come is proven and renamed later", async () => {
    await page.goto(at("/tables/orders/design?schema=public"));
    await main.getByRole("button", { name: "Check", exact: true }).click();
    await main.getByLabel("Condition of the check").fill("total > 1");
    await main.getByLabel("Name of the check").fill("not_small");
    await main.getByLabel(/NOT VALID/).check();
    await see(preview.getByText(/NOT VALID/));
    await main.getByRole("button", { name: "Save changes" }).click();
    await page.waitForURL(/tables\/orders\/structure/);
    await see(main.getByText("not validated"));
    await page.goto(at("/tables/orders/design?schema=public"));
    await main.getByLabel("Look at the rows that were there before not_small").check();
    await main.getByRole("button", { name: "Rename not_small" }).click();
    await main.getByLabel("New name of not_small").fill("large");
    await see(preview.getByText(/RENAME CONSTRAINT "not_small" TO "large"/));
    await see(preview.getByText(/VALIDATE CONSTRAINT "large"/));
    await axe(page);
    await main.getByRole("button", { name: "Save changes" }).click();
    await page.waitForURL(/tables\/orders\/structure/);
    await see(main.getByText("large", { exact: true }));
    if (await main.getByText("not validated").count()) throw new Error("it is not proven");
  });

  await step("a table is split, and gets a partition", async () => {
    await page.goto(at("/new-table"));
    await main.getByLabel("Name", { exact: true }).fill("events");
    await main.getByRole("button", { name: "Add a column" }).click();
    await main.getByLabel("Name of the new column").fill("at");
    await main.getByLabel("Type of at", { exact: true }).fill("date");
    await main.getByLabel("Primary key of at").check();
    await main.getByRole("button", { name: "Partitions and storage" }).click();
    await main.getByLabel("It is", { exact: true }).selectOption("by");
    await main.getByLabel("Add to Columns of the partition key").selectOption({ label: "at" });
    await see(preview.getByText(/PARTITION BY RANGE/));
    await axe(page);
    await noOverflow(page);
    await main.getByRole("button", { name: "Create table" }).click();
    await page.waitForURL(/tables\/events\/structure/);
    await page.goto(at("/new-table"));
    await main.getByLabel("Name", { exact: true }).fill("events_2026");
    await main.getByRole("button", { name: "Partitions and storage" }).click();
    await main.getByLabel("It is", { exact: true }).selectOption("of");
    await main.getByLabel("Parent", { exact: true }).fill("events");
    await main.getByLabel("From (included)").fill("'2026-01-01'");
    await main.getByLabel("To (not included)").fill("'no date'");
    await see(preview.getByText(/PARTITION OF/));
    await main.getByRole("button", { name: "Create table" }).click();
    await see(main.getByText(/invalid input syntax for type date/i));
    await main.getByLabel("To (not included)").fill("'2027-01-01'");
    await main.getByLabel("Storage parameters").fill("fillfactor = 80");
    await see(preview.getByText(/fillfactor/));
    await axe(page);
    await main.getByRole("button", { name: "Create table" }).click();
    await page.waitForURL(/tables\/events_2026\/structure/);
    await see(main.getByText("A partition of"));
    const made = await api("GET", `/api/database/${name}/tables/events_2026`);
    if (!made.storage.options.includes("fillfactor=80")) throw new Error(`${made.storage.options}`);
  }, /status of 4\d\d/);

  await step("an index is built by a job while others write", async () => {
    await page.goto(at("/tables/orders/design?schema=public"));
    await main.getByRole("button", { name: "Index", exact: true }).click();
    await main.getByLabel("Add to Columns of the index").selectOption({ label: "customer" });
    await see(main.getByText(/Afterwards a job builds the index/));
    await main.getByRole("button", { name: "Save changes" }).click();
    await page.waitForURL(/tables\/orders\/structure/);
    await see(main.getByRole("table", { name: "Indexes" }).getByText(/customer/));
  });

  await step("the drawing shows what refers to what, and leads there", async () => {
    await page.goto(at("/relations?schema=public"));
    const plate = (table) => main.locator(".erd-plate a").filter({ hasText: new RegExp(`^${table}`) });
    await see(plate("orders"));
    const [orders, customers] = [await plate("orders").boundingBox(), await plate("customers").boundingBox()];
    if (!(orders.x + orders.width < customers.x)) throw new Error(`orders at ${orders.x} do not stand left of customers at ${customers.x}`);
    const before = await plate("orders").boundingBox();
    await main.getByRole("button", { name: "Larger" }).click();
    // It is drawn again in the browser's own time.
    await page.waitForFunction(([element, width]) => element.getBoundingClientRect().width > width, [await plate("orders").elementHandle(), before.width]);
    for (const kind of ["SVG", "PNG"]) {
      const download = page.waitForEvent("download");
      await main.getByRole("button", { name: kind }).click();
      const file = await download;
      if (!file.suggestedFilename().endsWith(kind.toLowerCase())) throw new Error(file.suggestedFilename());
      const { readFileSync } = await import("node:fs");
      const bytes = readFileSync(await file.path());
      const fine = kind === "SVG" ? bytes.toString().includes(">orders</text>") : bytes.subarray(1, 4).toString() === "PNG";
      if (!fine) throw new Error(`the ${kind} is none: ${bytes.subarray(0, 80)}`);
    }
    await main.getByRole("button", { name: /Show all/ }).click();
    await axe(page);
    await plate("orders").click();
    await page.waitForURL(/tables\/orders\/relations/);
  });

  await step("a drop shows what goes along before it is offered", async () => {
    await execute(name, "CREATE VIEW paid AS SELECT * FROM orders WHERE status = 'paid'");
    await page.goto(at("/tables/orders/structure?schema=public"));
    await main.getByRole("button", { name: "Drop…" }).click();
    await see(dialog.getByText("public.paid").or(dialog.getByRole("link", { name: /paid/ })));
    await dialog.getByLabel("Type the name to confirm").fill("orders");
    const drop = dialog.getByRole("button", { name: "Drop orders" });
    if (await drop.isEnabled()) throw new Error("it can be dropped with a view on it");
    await dialog.getByLabel(/CASCADE/).check();
    await see(dialog.getByText(/CASCADE$/).or(dialog.locator("pre").getByText("CASCADE")));
    await axe(page);
    await drop.click();
    await gone(dialog);
    await page.waitForURL(/\/databases\/structure_of_all\?schema=public/);
    await see(main.getByRole("table", { name: "Tables and views" }).getByRole("link", { name: "customers" }));
    if (await main.getByRole("link", { name: "orders" }).count()) throw new Error("it is still in the list");
    // The page of the table hears of the drop before it is left, and asks once more for what is gone.
  }, /status of 404/);

  await step("what others change appears in lists and details", async () => {
    await api("POST", `/api/database/${name}/tables`, { name: "by_a_program", columns: [{ name: "a", type: "int" }] });
    await see(main.getByRole("link", { name: "by_a_program" }));
    await main.getByRole("link", { name: "by_a_program" }).click();
    await page.goto(at("/tables/by_a_program/structure?schema=public"));
    await see(main.getByRole("table", { name: "Columns" }));
    await api("PUT", `/api/database/${name}/tables/by_a_program`, { addColumns: [{ name: "grown", type: "text" }] });
    await see(main.getByRole("table", { name: "Columns" }).getByText("grown"));
  });

  await step("a schema, a sequence, a view and an extension by their dialogs", async () => {
    const make = async (item, fill, button) => {
      await page.goto(at(""));
      await main.getByRole("button", { name: "New …" }).click();
      await main.getByRole("menuitem", { name: item }).click();
      await see(dialog);
      await fill();
      await see(dialog.getByText(/CREATE/));
      await axe(page);
      await dialog.getByRole("button", { name: button }).click();
      await gone(dialog);
    };
    await make("Schema…", () => dialog.getByLabel("Name", { exact: true }).fill("sales"), "Create schema");
    await see(page.getByRole("treeitem", { name: /sales/ }));
    await make("Sequence…", () => dialog.getByLabel("Name", { exact: true }).fill("numbers"), "Create sequence");
    await make("View…", async () => {
      await dialog.getByLabel("Name", { exact: true }).fill("all_customers");
      await dialog.getByLabel("Query").fill("SELECT * FROM customers");
    }, "Create view");
    await see(main.getByRole("link", { name: "all_customers" }));
    await make("Extension…", () => dialog.getByLabel("Extension", { exact: true }).fill("plpgsql_check_or_none").then(() => dialog.getByLabel("Extension", { exact: true }).fill("pg_trgm")), "Install");
    await page.goto(at("/sequences"));
    await main.getByRole("link", { name: /numbers/ }).click();
    await see(main.getByText("CREATE SEQUENCE"));
    await axe(page);
    await page.goto(at("/types"));
    await main.getByRole("link", { name: /order_status/ }).click();
    await see(main.getByText("paid"));
    await axe(page);
  }, /status of 4\d\d/);

  await step("the tree is walked with the keyboard", async () => {
    await page.goto(at(""));
    const tree = page.getByRole("tree");
    // What is not there yet cannot be walked to.
    await see(tree.getByRole("treeitem", { name: /public/ }));
    await tree.getByRole("treeitem", { name: /All schemas/ }).focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowRight");
    await see(tree.getByRole("treeitem", { name: "Sequences" }));
    await page.keyboard.press("ArrowRight");
    for (let n = 0; n < 3; n += 1) await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/sequences\?schema=public/);
  });

  await step(`a table among ${MANY} is found as one types`, async () => {
    await api("POST", "/api/database", { name: "many_tables" });
    for (let from = 1; from <= MANY; from += AT_ONCE) {
      await execute("many_tables", `DO $$ BEGIN FOR n IN ${from}..${from + AT_ONCE - 1} LOOP EXECUTE format('CREATE TABLE part_%s (id int)', lpad(n::text, 5, '0')); END LOOP; END $$`);
    }
    await page.goto(`${url}/databases/many_tables`);
    const list = main.getByRole("table", { name: "Tables and views" });
    await see(list.getByRole("link", { name: "part_00001" }));
    await see(main.getByText("10,000 tables and views"));
    const drawn = await list.getByRole("row").count();
    if (drawn > 120) throw new Error(`${drawn} rows are in the page`);
    await main.getByRole("searchbox", { name: "Find a table or view" }).fill("t_0777");
    await see(main.getByText("10 tables and views found"));
    await see(list.getByRole("link", { name: "part_07777" }));
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("End");
    await page.waitForFunction(() => document.activeElement?.innerText.includes("part_07779"));
    await page.keyboard.press("Enter");
    await page.waitForURL(/tables\/part_07779/);
    await page.keyboard.press("Control+K");
    await page.getByRole("combobox", { name: "Go to or do anything" }).fill("part_09999");
    await see(page.getByRole("option", { name: /part_09999/ }));
    await page.keyboard.press("Enter");
    await page.waitForURL(/tables\/part_09999/);
  });

  await step("a scroll to the end of 10,000 tables loads what is seen", async () => {
    await page.goto(`${url}/databases/many_tables`);
    const list = main.getByRole("table", { name: "Tables and views" });
    await list.locator("tbody tr[data-at]").first().focus();
    for (let n = 0; n < 3; n += 1) {
      await page.keyboard.press("End");
      await page.waitForTimeout(300);
    }
    const last = await page.evaluate(() => Number(document.activeElement?.dataset.at));
    if (!(last > 500)) throw new Error(`row ${last}`);
  });
  await context.close();

  for (const theme of ["light", "dark"]) {
    for (const width of [1440, 390]) {
      const own = await person(browser, guard, { theme, width, storage });
      for (const [what, path] of SCREENS) {
        await step(`${what}, ${theme}, ${width} px`, async () => {
          await own.page.goto(at(path));
          await own.page.waitForFunction(() => document.querySelector("main h1") && !document.querySelector("[aria-busy=true], .skeleton"));
          await axe(own.page);
          await noOverflow(own.page);
        });
      }
      await own.context.close();
    }
  }
}

const SCREENS = [
  ["tables", ""],
  ["types", "/types"],
  ["functions", "/functions"],
  ["extensions", "/extensions"],
  ["schemas", "/schemas"],
  ["a type", "/types/order_status?schema=public"],
  ["a schema", "/schemas/public"],
  ["structure", "/tables/customers/structure?schema=public"],
  ["SQL", "/tables/customers/sql?schema=public"],
  ["relations of a table", "/tables/customers/relations?schema=public"],
  ["relations", "/relations?schema=public"],
  ["designer", "/new-table"],
  ["designer of a table", "/tables/customers/design?schema=public"],
];
