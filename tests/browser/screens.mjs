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
    const list = await api("GET", "/api/database");
    const database = list.find((one) => one.protection === null && one.description) ?? list.find((one) => one.protection === null);
    const tables = await api("GET", `/api/database/${encodeURIComponent(database.name)}/tables`);
    const table = [...tables].sort((one, two) => (two.rowEstimate ?? 0) - (one.rowEstimate ?? 0)).find((one) => one.kind === "table");
    return { database: database.name, table: table?.name };
  };
  return [
    ["databases", at("/databases")],
    ["database", async (page) => at(`/databases/${(await sample()).database}`)(page)],
    ["overview", async (page) => at(`/databases/${(await sample()).database}/overview`)(page)],
    ["connections", async (page) => at(`/databases/${(await sample()).database}/connections`)(page)],
    ["rows", async (page) => { const { database, table } = await sample(); await at(`/databases/${database}/tables/${table}?schema=public`)(page); }],
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
