// Chromium with guards: what must never happen on any page fails the test during which it happened.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { load, packageFile } from "../lib/howdah.mjs";

const { chromium } = (await load("playwright-core")).default ?? (await load("playwright-core"));
const AXE = readFileSync(packageFile("axe-core/axe.min.js"), "utf8");
const ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

/** Starts the browser. `close` also removes its folder. */
export async function launch() {
  const folder = mkdtempSync(join(tmpdir(), "howdah-chromium-"));
  const browser = await chromium.launch({
    executablePath: process.env.HOWDAH_CHROMIUM ?? "/usr/bin/chromium",
    headless: true,
    args: ARGUMENTS,
    env: { ...process.env, HOME: folder },
  });
  return { browser, close: async () => { await browser.close(); rmSync(folder, { recursive: true, force: true }); } };
}

/** What a page did wrong since it was last asked. */
export class Guard {
  constructor() {
    this.found = [];
    this.allowed = [];
  }

  /** Console errors that belong to what is tested, for example a refused sign-in that the browser itself reports. */
  allow(...patterns) {
    this.allowed = patterns;
  }

  check() {
    const bad = this.found.filter((text) => !this.allowed.some((pattern) => pattern.test(text)));
    this.found = [];
    if (bad.length > 0) throw new Error(`the page did what it must not:\n${bad.join("\n")}`);
  }

  watch(page) {
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) this.found.push(`console ${message.type()}: ${message.text()} ${message.location().url}`);
    });
    page.on("pageerror", (error) => this.found.push(`page error: ${error.message}`));
    page.on("crash", () => this.found.push("the page crashed"));
  }
}

/** What the browser reports of an answer that the test expects. */
export const REFUSED = /status of 4\d\d/;
export const see = (locator) => locator.first().waitFor({ state: "visible" });
export const gone = (locator) => locator.first().waitFor({ state: "detached" });
export const must = (what, is) => { if (!is) throw new Error(what); };
export const equal = (what, is, wanted) => must(`${what}: ${JSON.stringify(is)} and not ${JSON.stringify(wanted)}`, JSON.stringify(is) === JSON.stringify(wanted));

/** A new person at a browser: context and page of a size and theme, guarded. The content security policy is on. */
export async function person(browser, guard, { width = 1440, height = 900, theme = "light", storage } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: theme, storageState: storage, reducedMotion: "reduce" });
  context.setDefaultTimeout(10_000);
  await context.exposeBinding("__violation", (_, text) => guard.found.push(`CSP violation: ${text}`));
  await context.addInitScript(() => {
    addEventListener("securitypolicyviolation", (event) => window.__violation(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
  });
  const page = await context.newPage();
  guard.watch(page);
  return { context, page };
}

/** What axe finds on the page as it stands. The script is given to the page by the debugging protocol, past its policy. */
export async function axe(page) {
  await page.evaluate(AXE);
  const result = await page.evaluate(async () => {
    const found = await window.axe.run(document, { preload: false, resultTypes: ["violations"] });
    return found.violations.map((one) => `${one.id} (${one.impact}): ${one.help}\n      ${one.nodes.slice(0, 3).map((node) => `${node.target.join(" ")} ${node.html.slice(0, 160)} ${(node.any[0] ?? node.all[0] ?? node.none[0])?.message ?? ""}`).join("\n      ")}`);
  });
  if (result.length > 0) throw new Error(`axe on ${page.url()}:\n    ${result.join("\n    ")}`);
}

/** The page itself must not scroll sideways. */
export async function noOverflow(page) {
  const wide = await page.evaluate(() => {
    const room = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= room) return null;
    const culprits = [...document.querySelectorAll("body *")].filter((element) => element.getBoundingClientRect().right > room + 1);
    return `${document.documentElement.scrollWidth} px in ${room}: ${culprits.slice(0, 5).map((element) => `${element.tagName.toLowerCase()}.${element.className}`).join(", ")}`;
  });
  if (wide) throw new Error(`${page.url()} scrolls sideways: ${wide}`);
}
