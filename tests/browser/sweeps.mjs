// Foreign keys followed backwards, and changes of all rows that a filter shows: counted, seen as SQL, done, and refused
// when it is another number of rows by then.
import { axe, equal, gone, must, person, REFUSED, see } from "./browser.mjs";

const NAME = "sweeps_of_all";

/** `step`, `api` and `storage` (a signed-in administrator's) come from run.mjs; `execute(database, sql)` is psql. */
export async function sweeps(url, browser, guard, step, storage, api, execute) {
  const { context, page } = await person(browser, guard, { storage });
  const main = page.locator("main");
  const dialog = page.getByRole("dialog");
  const filter = encodeURIComponent('[{"column":"state","op":"=","value":"open"}]');
  const open = async (table, more = "") => {
    await page.goto(`${url}/databases/${NAME}/tables/${table}?schema=public${more}`);
    await see(page.getByRole("gridcell"));
  };
  const states = async () => {
    const page = await api("GET", `/api/database/${NAME}/tables/orders/rows?limit=1000&sort=${encodeURIComponent('[{"column":"id"}]')}`);
    const at = page.columns.findIndex((column) => column.name === "state");
    return page.rows.map((row) => row[at]);
  };
  const all = async (item) => {
    await main.getByRole("button", { name: "All rows that the filter shows" }).click();
    await page.getByRole("menuitem", { name: item }).click();
    await see(dialog);
  };

  await step("from a row to the rows of other tables that refer to it", async () => {
    await api("POST", "/api/database", { name: NAME });
    await execute(NAME, `CREATE TABLE customers (id bigint PRIMARY KEY, name text);
      CREATE TABLE orders (id bigint PRIMARY KEY, customer bigint REFERENCES customers, payer bigint REFERENCES customers, state text DEFAULT 'new', note text NOT NULL DEFAULT '');
      CREATE TABLE cards (id bigint PRIMARY KEY, owner bigint NOT NULL REFERENCES customers);
      INSERT INTO customers VALUES (1, 'Ada'), (2, 'Grace');
      INSERT INTO orders SELECT n, n % 2 + 1, 1, CASE WHEN n % 3 = 0 THEN 'open' ELSE 'paid' END FROM generate_series(1, 30) n;
      INSERT INTO cards VALUES (1, 2)`);
    await open("customers");
    await page.locator("[role=row][aria-rowindex='3'] [role=gridcell]").first().click();
    await page.keyboard.press("Shift+F10");
    await see(page.getByRole("menuitem", { name: "Rows of cards that refer to it" }));
    await see(page.getByRole("menuitem", { name: "Rows of orders that refer to it by payer" }));
    await axe(page);
    await page.getByRole("menuitem", { name: "Rows of orders that refer to it by customer" }).click();
    await page.waitForURL(/tables\/orders/);
    await see(page.getByRole("button", { name: "Remove the filter of customer" }));
    await page.waitForFunction(() => document.querySelectorAll("[role=rowheader]").length >= 15);
    await open("customers");
    await page.getByRole("gridcell").first().click();
    await page.keyboard.press("Control+Shift+Enter");
    await see(page.getByRole("menu", { name: "What refers to row 1" }));
    await page.keyboard.press("Escape");
  });

  await step("all rows that the filter shows are changed: counted before, with the SQL", async () => {
    await open("orders", `&filter=${filter}`);
    await all(/^Change all/);
    await see(dialog.getByText("10 rows"));
    must("nothing is set yet", await dialog.getByRole("button", { name: "Change 10 rows" }).isDisabled());
    await dialog.getByLabel("Column", { exact: true }).selectOption("note");
    equal("NOT NULL cannot become NULL", await dialog.getByLabel("Becomes").locator("option").allInnerTexts(), ["this value", "its default"]);
    await dialog.getByLabel("Value").fill("swept");
    await dialog.getByRole("button", { name: "Another column" }).click();
    await dialog.getByLabel("Column", { exact: true }).nth(1).selectOption("payer");
    await dialog.getByLabel("Becomes").nth(1).selectOption("null");
    await see(dialog.getByText(/UPDATE "public"."orders"/));
    must("the SQL names the value", (await dialog.innerText()).includes("'swept'"));
    await axe(page);
    await dialog.getByRole("button", { name: "Change 10 rows" }).click();
    await gone(dialog);
    await see(page.getByText("10 rows changed"));
    const found = await api("GET", `/api/database/${NAME}/tables/orders/rows?limit=1000`);
    const at = (name) => found.columns.findIndex((column) => column.name === name);
    const changed = found.rows.filter((row) => row[at("note")] === "swept");
    equal("these and no others", [changed.length, changed.every((row) => row[at("state")] === "open" && row[at("payer")] === null)], [10, true]);
  });

  await step("a deletion that takes too long is stopped, and the way on is there", async () => {
    await all(/^Delete all/);
    await dialog.getByLabel("Type 10 to delete them").fill("10");
    const slow = (route) => (route.request().method() === "DELETE" && !route.request().url().includes("dryRun") ? undefined : route.fallback());
    await page.route("**/tables/orders/rows?*", slow);
    await dialog.getByRole("button", { name: "Delete 10 rows" }).click();
    await dialog.getByRole("button", { name: "Stop" }).click();
    await see(page.getByText("Stopped; the rows that the filter shows are counted again"));
    await see(dialog.getByRole("button", { name: "Delete 10 rows" }));
    await page.unroute("**/tables/orders/rows?*", slow);
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await gone(dialog);
    await page.waitForFunction(() => document.activeElement?.getAttribute("aria-label") === "All rows that the filter shows");
    equal("nothing is gone", (await states()).length, 30);
  });

  await step("R12 when it is another number of rows by then, nothing is deleted and both numbers are shown", async () => {
    await all(/^Delete all/);
    await see(dialog.getByText("10 rows"));
    await dialog.getByLabel("Type 10 to delete them").fill("10");
    await execute(NAME, "UPDATE orders SET state = 'open' WHERE id IN (1, 2)");
    await dialog.getByRole("button", { name: "Delete 10 rows" }).click();
    await see(dialog.getByText("10 rows were counted, 12 rows fit now."));
    await axe(page);
    equal("nothing is gone", (await states()).length, 30);
    await dialog.getByRole("button", { name: "Go on with 12 rows" }).click();
    must("the new number is asked for", await dialog.getByRole("button", { name: "Delete 12 rows" }).isDisabled());
    await dialog.getByLabel("Type 12 to delete them").fill("12");
    await dialog.getByRole("button", { name: "Delete 12 rows" }).click();
    await gone(dialog);
    await see(page.getByText("12 rows deleted"));
    const left = await states();
    equal("only what the filter showed is gone", [left.length, left.includes("open")], [18, false]);
    await see(main.getByText("No row fits"));
  }, REFUSED);

  await context.close();
}
