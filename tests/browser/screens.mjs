// Every screen, for axe and for pictures: a name and how to get there.
import { see } from "./browser.mjs";

/** A file to be imported; its third record ends too early. */
const csv = { name: "feedings.csv", mimeType: "text/csv", buffer: Buffer.from("id,fed_at,animal,food,note\n1,2026-01-05 08:00,Nellie,hay,\n2,2026-01-05 09:30,Otto,apples,\"a, b\"\n3,2026-01-05\n4,2026-01-06 08:00,Nellie,hay,late\n") };

/** The page has come to rest: nothing is loading, the list of databases is there. */
async function settled(page) {
  await see(page.locator("main"));
  await page.waitForFunction(() => !document.querySelector("[aria-busy=true], .skeleton"), null, { timeout: 10_000 });
}

/** `[name, async (page) => …]` for each; `api` reads the ids that addresses need. */
export function screens(url, api) {
  const at = (path) => async (page) => {
    await page.goto(url + path);
    await settled(page);
  };
  const sample = async () => {
    const tables = await api("GET", "/api/database/sample/tables?schema=*");
    const table = tables.sort((first, second) => (second.rowEstimate ?? 0) - (first.rowEstimate ?? 0)).find((entry) => entry.kind === "table");
    if (!table) throw new Error("the sample database is not there");
    return { database: "sample", table: table.name, schema: table.schema };
  };
  return [
    ["databases", at("/databases")],
    ["database", async (page) => at(`/databases/${(await sample()).database}`)(page)],
    ["overview", async (page) => at(`/databases/${(await sample()).database}/overview`)(page)],
    ["connections", async (page) => at(`/databases/${(await sample()).database}/connections`)(page)],
    ["rows", async (page) => { const { database, table, schema } = await sample(); await at(`/databases/${database}/tables/${table}?schema=${schema}`)(page); await see(page.getByRole("cell").or(page.getByRole("gridcell"))); }],
    ["import", async (page) => {
      const { database, table, schema } = await sample();
      await at(`/databases/${database}/import?schema=${schema}&table=${table}`)(page);
      await see(page.getByRole("heading", { name: "Import a file" }));
      await page.getByLabel("Choose a file…").setInputFiles(csv);
      await see(page.getByRole("table", { name: "First rows of the file" }));
      await see(page.getByLabel("Where id goes"));
    }],
    ["import into a new table", async (page) => {
      await at(`/databases/${(await sample()).database}/import?schema=public`)(page);
      await page.getByLabel("Choose a file…").setInputFiles(csv);
      await page.getByRole("button", { name: "What becomes of missing values in note" }).click();
      await see(page.getByLabel("NULL becomes"));
    }],
    ["import's report", async (page) => {
      const { database } = await sample();
      const jobs = await api("GET", "/api/jobs?limit=200");
      const job = jobs.find((one) => one.kind.includes("import"));
      if (!job) return;
      await at(`/databases/${job.database ?? database}/import?job=${job.id}`)(page);
      await see(page.locator(".import-numbers"));
    }],
    ["export", async (page) => {
      const { database, table, schema } = await sample();
      await at(`/databases/${database}/tables/${table}?schema=${schema}`)(page);
      await see(page.getByRole("gridcell"));
      await page.getByRole("button", { name: "Export…" }).click();
      await see(page.getByRole("dialog").getByLabel("Format"));
    }],
    ["jobs", at("/jobs")],
    ["audit", at("/audit")],
    ["accounts", at("/accounts")],
    ["account", at("/account")],
    ["password", at("/account/password")],
    ["tokens", at("/account/tokens")],
    ["new database", async (page) => {
      await at("/databases")(page);
      await page.getByRole("button", { name: "New database" }).first().click();
      await see(page.getByRole("dialog"));
      await page.getByRole("dialog").getByLabel("Name", { exact: true }).fill("orders");
      await see(page.getByRole("dialog").getByText(/CREATE DATABASE/));
    }],
    ["debug console", async (page) => {
      await at("/databases")(page);
      await page.keyboard.press("Control+Backquote");
      await see(page.getByRole("region", { name: "Debug console" }));
      await page.goto(`${url}/databases`);
      await settled(page);
      if (!(await page.getByRole("region", { name: "Debug console" }).isVisible())) await page.keyboard.press("Control+Backquote");
      await see(page.getByRole("region", { name: "Debug console" }));
    }],
    ["palette", async (page) => {
      await at("/databases")(page);
      await page.keyboard.press("Control+K");
      await see(page.getByRole("combobox"));
    }],
    ["not found", at("/no/such/page")],
    ["the API's reference", async (page) => { await page.goto(`${url}/api/docs`); await see(page.locator("h1")); }],
  ];
}
