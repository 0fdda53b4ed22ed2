// Writes docs/screenshots/: the README's pictures, both themes, 1440 and 390 px wide, from the sample database.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { ADMIN_PASSWORD, root, start, token } from "../lib/howdah.mjs";
import { Guard, launch, person } from "./browser.mjs";
import { screens } from "./screens.mjs";

const WANTED = ["databases", "database", "rows", "new database", "jobs"];
const folder = join(root, "docs/screenshots");
mkdirSync(folder, { recursive: true });
const howdah = await start();
const { browser, close } = await launch();
try {
  const secret = await token(howdah.url);
  const api = async (method, path, body) => {
    const answer = await fetch(howdah.url + path, { method, headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" }, body: body && JSON.stringify(body) });
    return answer.json();
  };
  // A server that is in use looks like one.
  for (const [name, description] of [["analytics", "Nightly roll-ups for the dashboards"], ["billing", "Invoices, payments and dunning"], ["staging", "What goes live next week"]]) {
    await api("POST", "/api/database", { name, description });
  }
  await api("POST", "/api/database/staging/copy", { name: "staging_copy" });
  const login = await person(browser, new Guard());
  await login.page.goto(`${howdah.url}/databases`);
  await login.page.getByLabel("Account").fill("admin");
  await login.page.getByLabel("Password").fill(ADMIN_PASSWORD);
  await login.page.getByRole("button", { name: "Sign in" }).click();
  await login.page.getByRole("link", { name: "billing" }).first().waitFor();
  const storage = await login.context.storageState();
  for (const theme of ["light", "dark"]) {
    for (const width of [1440, 390]) {
      const { context, page } = await person(browser, new Guard(), { theme, width, height: width === 1440 ? 900 : 844, storage });
      for (const [name, open] of screens(howdah.url, api)) {
        if (!WANTED.includes(name)) continue;
        await open(page);
        if (name === "databases" && width === 1440) {
          await page.keyboard.press("Control+Backquote");
          await page.getByRole("region", { name: "Debug console" }).getByText(/SELECT/i).first().waitFor();
        }
        const file = `${name.replaceAll(" ", "-")}-${theme}-${width}.png`;
        await page.screenshot({ path: join(folder, file) });
        console.log(`docs/screenshots/${file}`);
        if (name === "databases" && width === 1440) await page.keyboard.press("Control+Backquote");
      }
      await context.close();
    }
  }
} finally {
  await close();
  await howdah.stop();
}
