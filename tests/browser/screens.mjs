// Every screen, for axe and for pictures: a name and how to get there.

const see = (locator) => locator.first().waitFor({ state: "visible" });

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
