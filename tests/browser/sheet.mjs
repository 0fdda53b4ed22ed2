// The sheet of rows as a person meets it, for the tests of the screens that have one.
import { equal, gone, person, see } from "./browser.mjs";

/** Cells come into the page with the next frame: waits until there are so many of them. */
export const count = async (what, locator, wanted) => {
  const last = locator.nth(wanted - 1);
  await last.waitFor({ state: "attached" }).catch(() => {});
  equal(what, await locator.count(), wanted);
};

/** The sheet of a page, by what stands in its header. */
export class Sheet {
  constructor(page) {
    this.page = page;
    this.grid = page.getByRole("grid");
    this.bar = page.getByRole("region", { name: "Staged changes" });
  }

  async open(url, path) {
    await this.page.goto(url + path);
    await see(this.page.getByRole("gridcell"));
  }

  /** The names of the columns in the page, as one sees them. */
  async names() {
    const heads = await this.page.locator(".sheet-th").evaluateAll((all) => all.map((one) => [Number(one.getAttribute("aria-colindex")), one.querySelector("b").textContent]));
    return heads.sort((one, other) => one[0] - other[0]).map(([, name]) => name);
  }

  /** Rows that are being read are there. */
  async settled() {
    await this.page.waitForFunction(() => document.querySelector(".filled") && !document.querySelector(".filled.reading"));
  }

  row(row) {
    return this.page.locator(`[role=row][aria-rowindex="${row + 2}"]`);
  }

  /** The number of a column; it is scrolled into sight, for only then it is in the page. */
  async column(name) {
    const head = this.page.getByRole("columnheader").filter({ has: this.page.locator("b", { hasText: new RegExp(`^${name}$`) }) });
    for (const left of [null, 0, 500, 1000, 1500, 2000, 2500, 3000]) {
      if (left !== null) await this.grid.evaluate((grid, to) => new Promise((done) => { grid.scrollLeft = to; setTimeout(done, 60); }), left);
      if (await head.count()) return head.first().getAttribute("aria-colindex");
    }
    throw new Error(`there is no column ${name}`);
  }

  async cell(row, name) {
    return this.row(row).locator(`[aria-colindex="${await this.column(name)}"]`);
  }

  async text(row, name) {
    return (await (await this.cell(row, name)).locator("span").first().innerText()).trim();
  }

  async press(...keys) {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  /** Where the cursor is, from 0. */
  async cursor() {
    await this.page.waitForFunction(() => document.querySelector("[role=grid]").hasAttribute("aria-activedescendant"));
    const id = await this.grid.getAttribute("aria-activedescendant");
    return id.split("-").slice(-2).map((part) => (/^\d+$/.test(part) ? Number(part) : part));
  }

  /** Edits a cell as a person does: a press, typing, Enter. */
  async type(row, name, text) {
    await (await this.cell(row, name)).click();
    await this.page.keyboard.type(text);
    await this.press("Enter");
  }

  async apply() {
    await this.press("Control+s");
    await gone(this.bar);
  }
}

/** A step in a page of its own, whose clipboard may be read and written. */
export const steps = (url, browser, guard, step, storage) => (what, run, ...allowed) => step(what, async () => {
  const { context, page } = await person(browser, guard, { storage });
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: url });
  try {
    await run(new Sheet(page), page, context);
  } finally {
    await context.close();
  }
}, ...allowed);
