// The whole way of a new person through the app, in Chromium; then every screen in both themes and two widths.
// Content security policy violations, console errors, page errors and findings of axe fail.
import { counter, execute, start, ADMIN_PASSWORD, token } from "../lib/howdah.mjs";
import { axe, gone, Guard, launch, noOverflow, person, REFUSED, see } from "./browser.mjs";
import { imports } from "./imports.mjs";
import { large } from "./large.mjs";
import { parts } from "./parts.mjs";
import { rows } from "./rows.mjs";
import { safety } from "./safety.mjs";
import { screens } from "./screens.mjs";
import { structure } from "./structure.mjs";
import { sweeps } from "./sweeps.mjs";

const { test, finish, counts } = counter();
const howdah = await start({ setUp: false });
const { browser, close } = await launch();
const guard = new Guard();
const { context, page } = await person(browser, guard);
const name = "browser's \"own\" <db>";
const renamed = "renamed / by #1?";

/** A step: what is not allowed to happen on a page has not happened. */
const step = (what, run, ...allowed) => test(what, async () => {
  guard.allow(...allowed);
  await run();
  guard.check();
});
const expectUrl = (pattern, on = page) => on.waitForURL(pattern, { timeout: 10_000 });
const text = (words, on = page) => on.getByText(words, { exact: false });
const dialog = (on = page) => on.getByRole("dialog");
const main = (on = page) => on.locator("main");
let admin = "";
const api = async (method, path, body) => {
  const answer = await fetch(howdah.url + path, { method, headers: { authorization: `Bearer ${admin}`, "content-type": "application/json" }, body: body && JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer.status === 204 ? null : answer.json();
};
const encode = (value) => encodeURIComponent(value).replace(/['()*!]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);

try {
  await step("the set-up link leads to the first administrator", async () => {
    await page.goto(howdah.setupLink);
    await see(page.getByRole("heading", { name: "Welcome to Howdah" }));
    await page.getByLabel("Account").fill("admin");
    await page.getByLabel("Password").fill("short");
    await page.getByRole("button", { name: "Make the account and go on" }).click();
    await see(text("At least 12 characters; this has 5."));
    await axe(page);
    await page.getByLabel("Password").fill(ADMIN_PASSWORD);
    await page.getByRole("button", { name: "Make the account and go on" }).click();
    await see(page.getByRole("heading", { name: "You are signed in" }));
    if (page.url().includes("token=")) throw new Error("the secret is still in the address");
  }, REFUSED);
  admin = await token(howdah.url);

  await step("the sample database, its tables and rows", async () => {
    await page.getByRole("link", { name: /Open the sample database/ }).click();
    await expectUrl(/\/databases\//);
    await see(main().getByRole("table"));
    await main().locator("a[href*='/tables/']").first().click();
    await expectUrl(/\/tables\//);
    await see(main().getByRole("cell").or(main().getByRole("gridcell")));
  });

  await step("create, with the SQL shown and rules as one types", async () => {
    await page.goto(`${howdah.url}/databases`);
    await page.getByRole("button", { name: "New database" }).first().click();
    await dialog().getByLabel("Name", { exact: true }).fill("x".repeat(70));
    await see(text("At most 63 bytes", dialog()));
    await dialog().getByLabel("Name", { exact: true }).fill("postgres");
    await dialog().getByRole("button", { name: "Create database" }).click();
    await see(text(/exists already/, dialog()));
    await dialog().getByLabel("Name", { exact: true }).fill(name);
    await dialog().getByLabel("Description").fill("made in <b>Chromium</b>");
    await see(dialog().getByText(/CREATE DATABASE "browser's ""own"" <db>"/));
    await dialog().getByRole("button", { name: "Create database" }).click();
    await gone(dialog());
    await see(main().getByRole("link", { name }));
  }, REFUSED);

  const second = await person(browser, guard, { storage: await context.storageState() });
  await step("a second page sees what the first changes, at once", async () => {
    const other = second.page;
    await other.goto(`${howdah.url}/databases`);
    await see(main(other).getByRole("link", { name }));
    await page.goto(`${howdah.url}/databases`);
    await main().getByRole("link", { name }).first().click();
    await expectUrl(/\/databases\/.+/);
    await page.getByRole("button", { name: "Edit" }).first().click();
    await dialog().getByLabel("Name", { exact: true }).fill(renamed);
    await dialog().getByRole("button", { name: "Save changes" }).click();
    await gone(dialog());
    await see(main(other).getByRole("link", { name: renamed }));
    await gone(main(other).getByRole("link", { name, exact: true }));
    await see(page.getByRole("heading", { name: renamed }));
  });

  await step("a change by another program appears without a reload", async () => {
    await api("PUT", `/api/database/${encode(renamed)}`, { description: "changed by a program" });
    await see(text("changed by a program", second.page));
    await api("POST", "/api/database", { name: "by_a_program" });
    await see(main(second.page).getByRole("link", { name: "by_a_program" }));
  });
  await second.context.close();

  await step("the debug console shows the SQL of a click", async () => {
    await page.goto(`${howdah.url}/databases`);
    await see(main().getByRole("link", { name: renamed }));
    await page.keyboard.press("Control+Backquote");
    const console_ = page.getByRole("region", { name: "Debug console" });
    await see(console_);
    await main().getByRole("link", { name: renamed }).first().click();
    await expectUrl(/\/databases\/.+/);
    await see(console_.getByText(/\/tables/));
    await see(console_.getByText(/SELECT/i));
    await axe(page);
    const words = await console_.innerText();
    if (words.includes(ADMIN_PASSWORD)) throw new Error("the password is in the console");
    await page.keyboard.press("Control+Backquote");
    await console_.waitFor({ state: "detached" });
  });

  await step("the palette goes anywhere", async () => {
    await page.keyboard.press("Control+K");
    const field = page.getByRole("combobox", { name: "Go to or do anything" });
    await see(field);
    await field.fill("audit");
    await axe(page);
    await page.keyboard.press("Enter");
    await expectUrl(/\/audit/);
    await see(text("database.create"));
  });

  await step("the keys are listed", async () => {
    await page.keyboard.press("?");
    await see(dialog());
    await axe(page);
    await page.keyboard.press("Escape");
    await gone(dialog());
  });

  await step("a copy runs as a job", async () => {
    await page.goto(`${howdah.url}/databases`);
    await main().getByRole("link", { name: "by_a_program" }).first().click();
    await page.getByRole("button", { name: "Copy…" }).first().click();
    await dialog().getByLabel("Name of the copy").fill("copied_here");
    await axe(page);
    await dialog().getByRole("button", { name: "Start the copy" }).click();
    await gone(dialog());
    await page.goto(`${howdah.url}/jobs`);
    await see(main().getByRole("link", { name: /copied_here/ }));
    await see(main().getByText(/succeeded|done|finished/i));
    await main().getByRole("link", { name: /copied_here/ }).first().click();
    await expectUrl(/\/jobs\/.+/);
    await axe(page);
  });

  await step("delete asks for the name", async () => {
    await page.goto(`${howdah.url}/databases`);
    await main().getByRole("link", { name: "copied_here" }).first().click();
    await page.getByRole("button", { name: "Delete…" }).or(page.getByRole("button", { name: /^Delete/ })).first().click();
    const button = dialog().getByRole("button", { name: "Delete copied_here" });
    await see(button);
    if (await button.isEnabled()) throw new Error("it can be deleted without its name");
    await see(dialog().getByText(/DROP DATABASE/));
    await axe(page);
    await dialog().getByLabel(/Type the name/).fill("copied_here");
    await button.click();
    await expectUrl(/\/databases$/);
    await gone(main().getByRole("link", { name: "copied_here" }));
  }, REFUSED);

  await step("a token is shown once", async () => {
    await page.goto(`${howdah.url}/account/tokens`);
    await page.getByRole("button", { name: "New API token" }).or(page.getByRole("button", { name: /token/i })).first().click();
    await dialog().getByLabel("Name").fill("from the browser");
    await dialog().getByRole("button", { name: "Make the token" }).click();
    const secret = dialog().locator("code");
    await see(secret);
    const value = (await secret.innerText()).trim();
    if (!value.startsWith("howdah_")) throw new Error(`no token: ${value.slice(0, 12)}`);
    await axe(page);
    await dialog().getByRole("button", { name: "Done" }).click();
    await gone(dialog());
    if ((await page.content()).includes(value)) throw new Error("the token is still on the page");
    await see(main().getByText("from the browser"));
  });

  await step("offline is said, and ends by itself", async () => {
    await page.goto(`${howdah.url}/databases`);
    await see(main().getByRole("link", { name: renamed }));
    await context.setOffline(true);
    await see(text("You are offline"));
    await axe(page);
    await context.setOffline(false);
    await text("You are offline").first().waitFor({ state: "detached" });
  }, /ERR_INTERNET_DISCONNECTED|ERR_NETWORK|Failed to load resource|fetch/i);

  await step("an address without a page", async () => {
    await page.goto(`${howdah.url}/no/such/page`);
    await see(text("There is nothing at this address"));
    await axe(page);
    await page.goto(`${howdah.url}/databases/nothing`);
    await see(text(/There is no database/));
    await axe(page);
  }, REFUSED);

  await step("a sign-in that has ended is renewed where one stands", async () => {
    await page.goto(`${howdah.url}/databases`);
    await see(main().getByRole("link", { name: renamed }));
    const cookie = (await context.cookies()).find((one) => one.name === "__Host-howdah");
    if (!cookie?.httpOnly || !cookie.secure || cookie.sameSite !== "Strict") throw new Error(`the cookie: ${JSON.stringify({ ...cookie, value: "" })}`);
    const ended = await fetch(`${howdah.url}/api/session`, { method: "DELETE", headers: { cookie: `__Host-howdah=${cookie.value}`, origin: howdah.url } });
    if (ended.status !== 204) throw new Error(`ending the session: ${ended.status}`);
    await see(dialog().getByRole("heading", { name: "Sign in again" }).or(text("Sign in again")));
    await axe(page);
    await dialog().getByLabel("Password").fill("not the password");
    await dialog().getByRole("button", { name: "Sign in" }).click();
    await see(text(/password is wrong/i, dialog()));
    await dialog().getByLabel("Password").fill(ADMIN_PASSWORD);
    await dialog().getByRole("button", { name: "Sign in" }).click();
    await gone(dialog());
    await see(main().getByRole("link", { name: renamed }));
  }, REFUSED);

  await step("an account sees only what it may", async () => {
    await api("POST", "/api/accounts", { name: "looker", password: ADMIN_PASSWORD, permissionSet: "viewer" });
    const viewer = await person(browser, guard);
    await viewer.page.goto(`${howdah.url}/databases`);
    await viewer.page.getByLabel("Account").fill("looker");
    await viewer.page.getByLabel("Password").fill(ADMIN_PASSWORD);
    await axe(viewer.page);
    await viewer.page.getByRole("button", { name: "Sign in" }).click();
    await see(main(viewer.page).getByRole("link", { name: renamed }));
    const offered = viewer.page.getByRole("button", { name: "New database" });
    if ((await offered.count()) > 0 && (await offered.first().isEnabled())) throw new Error("a viewer is offered to create");
    await viewer.page.goto(`${howdah.url}/accounts`);
    await see(text(/may not see this/, viewer.page));
    await axe(viewer.page);
    await viewer.context.close();
  }, REFUSED);

  const storage = await context.storageState();
  const psql = (database, sql) => execute(howdah, database, sql);
  // HOWDAH_BROWSER_AREAS=rows,imports runs these only, while one works on them.
  const wanted = process.env.HOWDAH_BROWSER_AREAS?.split(",");
  const wants = (area) => !wanted || wanted.includes(area);
  for (const [area, run] of Object.entries({ parts, rows, safety, large, structure, sweeps, imports })) {
    if (wants(area)) await run(howdah.url, browser, guard, step, storage, api, psql);
  }
  let pages = 0;
  for (const theme of ["light", "dark"]) {
    for (const width of [1440, 390]) {
      const { context: own, page: on } = await person(browser, guard, { theme, width, storage });
      for (const [what, open] of wants("screens") ? screens(howdah.url, api) : []) {
        await step(`${what}, ${theme}, ${width} px`, async () => {
          await open(on);
          await axe(on);
          await noOverflow(on);
          pages += 1;
        }, REFUSED);
      }
      await own.close();
    }
  }
  console.log(`${pages} screens looked at by axe`);
} catch (error) {
  counts.failed += 1;
  console.log(`FAIL ${error.stack}`);
} finally {
  await close();
  await howdah.stop();
}
if (howdah.output.includes("panicked")) {
  counts.failed += 1;
  console.log("FAIL Howdah panicked");
}
finish();
