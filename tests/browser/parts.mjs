// Parts of the app that are loaded when they are needed: that they come, that they do not come earlier, and what a
// person sees when they cannot come.
import { axe, gone, person, see } from "./browser.mjs";

// What the browser itself reports.
const FAILED = [/Failed to load resource/, /ERR_FAILED|ERR_INTERNET_DISCONNECTED/];
const heading = (page, name) => page.locator("main").getByRole("heading", { name });
/** The module of a part. */
const moduleOf = (part) => new RegExp(`/${part}-[0-9a-f]{16}\\.wasm$`);
const PARTS = /\/(?!howdah-)[a-z_]+-[0-9a-f]{16}\.wasm$/;

/** `step` and `storage` (a signed-in administrator's) come from run.mjs. */
export async function parts(url, browser, guard, step, storage) {
  const on = (what, run, ...allowed) => step(what, async () => {
    const { context, page } = await person(browser, guard, { storage });
    try {
      await run(page, context);
    } finally {
      await context.close();
    }
  }, ...allowed);

  await on("a part opens by its own address, with its style sheet", async (page) => {
    const asked = [];
    page.on("request", (request) => asked.push(request.url()));
    await page.goto(`${url}/accounts`);
    await see(heading(page, "Accounts"));
    await see(page.locator("main").getByRole("table"));
    if (!asked.some((one) => moduleOf("accounts").test(one))) throw new Error(`no part was loaded: ${asked.join(" ")}`);
    const card = await page.locator(".accounts").evaluate((element) => getComputedStyle(element).display);
    if (card !== "flex") throw new Error(`the part's style sheet does not hold: display ${card}`);
  });

  await on("nothing is loaded beforehand until the databases are there", async (page) => {
    const asked = [];
    let answer;
    const held = new Promise((done) => (answer = done));
    page.on("request", (request) => asked.push(request.url()));
    await page.route((address) => address.pathname === "/api/database", async (route) => {
      await held;
      await route.continue();
    });
    await page.goto(`${url}/databases`);
    await see(heading(page, "Databases"));
    // What waits for an idle moment has had several.
    for (let turn = 0; turn < 3; turn += 1) await page.evaluate(() => new Promise((done) => requestIdleCallback(done)));
    const early = asked.filter((one) => PARTS.test(one));
    if (early.length > 0) throw new Error(`loaded too early: ${early.join(" ")}`);
    const likely = page.waitForRequest(moduleOf("database"));
    answer();
    await see(page.locator("main").getByRole("grid"));
    await likely;
  });

  await on("a part that is long in coming shows the shape of what comes", async (page) => {
    let arrive;
    const held = new Promise((done) => (arrive = done));
    await page.route(moduleOf("audit"), async (route) => {
      await held;
      await route.continue();
    });
    await page.goto(`${url}/audit`);
    await see(page.locator("main .skeleton"));
    if (await heading(page, "Audit").count()) throw new Error("the view is there before its part");
    arrive();
    await see(heading(page, "Audit"));
    await gone(page.locator("main .skeleton"));
  });

  await on("a part that cannot be loaded says so, and comes when it is tried again", async (page) => {
    await page.route(moduleOf("accounts"), (route) => route.abort());
    await page.goto(`${url}/accounts`);
    await see(heading(page, "This part of the app could not be loaded"));
    await axe(page);
    await page.getByRole("button", { name: "Try again" }).click();
    await see(heading(page, "This part of the app could not be loaded"));
    await page.unroute(moduleOf("accounts"));
    await page.getByRole("button", { name: "Try again" }).click();
    await see(heading(page, "Accounts"));
    await see(page.locator("main").getByRole("table"));
  }, ...FAILED);

  await on("a style sheet that cannot be loaded is a failure of its part", async (page) => {
    const sheet = /\/audit-[0-9a-f]{16}\.css$/;
    await page.route(sheet, (route) => route.abort());
    await page.goto(`${url}/audit`);
    await see(heading(page, "This part of the app could not be loaded"));
    await page.unroute(sheet);
    await page.getByRole("button", { name: "Try again" }).click();
    await see(heading(page, "Audit"));
  }, ...FAILED);

  await on("a dialog and a panel that cannot be loaded can be tried again and given up", async (page) => {
    const dialog = page.getByRole("dialog");
    await page.route(PARTS, (route) => route.abort());
    await page.goto(`${url}/databases`);
    await page.getByRole("button", { name: "New database" }).first().click();
    await see(dialog.getByRole("heading", { name: "This part of the app could not be loaded" }));
    await axe(page);
    await page.keyboard.press("Escape");
    await gone(dialog);
    for (let turn = 0; turn < 2; turn += 1) {
      await page.keyboard.press("Control+K");
      await see(dialog.getByRole("heading", { name: "This part of the app could not be loaded" }));
      await page.keyboard.press("Escape");
      await gone(dialog);
    }
    await page.keyboard.press("Control+Backquote");
    const panel = page.getByRole("region", { name: "This part of the app could not be loaded" });
    await see(panel);
    await axe(page);
    await panel.getByRole("button", { name: "Close" }).click();
    await gone(panel);
    await page.getByRole("button", { name: "New database" }).first().click();
    await see(dialog.getByRole("heading", { name: "This part of the app could not be loaded" }));
    await page.unroute(PARTS);
    await dialog.getByRole("button", { name: "Try again" }).click();
    await see(dialog.getByLabel("Name", { exact: true }));
  }, ...FAILED);

  await on("a part that is opened offline comes with the network", async (page, context) => {
    await page.goto(`${url}/databases`);
    await see(page.locator("main").getByRole("grid"));
    await context.setOffline(true);
    await page.getByRole("navigation", { name: "Areas" }).getByRole("link", { name: "Audit" }).click();
    await see(heading(page, "You are offline"));
    await axe(page);
    await context.setOffline(false);
    await see(heading(page, "Audit"));
  }, ...FAILED);

  await on("after an update the page offers to be loaded anew", async (page) => {
    const home = (address) => address.pathname === "/";
    await page.route(home, async (route) => {
      const answer = await route.fetch();
      const html = (await answer.text()).replace(/\/start-[0-9a-f]{16}\.js/, "/start-0000000000000000.js");
      await route.fulfill({ response: answer, body: html });
    });
    await page.route(moduleOf("accounts"), (route) => route.fulfill({ status: 404 }));
    await page.goto(`${url}/accounts`);
    await see(heading(page, "Howdah has been updated"));
    await axe(page);
    await page.unroute(home);
    await page.unroute(moduleOf("accounts"));
    await page.getByRole("button", { name: "Reload the page" }).click();
    await see(heading(page, "Accounts"));
  }, ...FAILED);
}
