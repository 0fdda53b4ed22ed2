// A table of five million rows: both ends, a filter, the exact number and giving it up, and the memory of the page.
import { equal, gone, must, person, see } from "./browser.mjs";
import { Sheet } from "./sheet.mjs";

const NAME = "five_million";
const ROWS = 5_000_000;
/** What the heap of the page may hold at the end, in bytes. */
const HEAP = 32 * 1024 * 1024;

/** `step`, `api` and `storage` come from run.mjs; `execute(database, sql)` is psql. */
export async function large(url, browser, guard, step, storage, api, execute) {
  const { context, page } = await person(browser, guard, { storage });
  const sheet = new Sheet(page);
  const at = `/databases/${NAME}/tables/numbers?schema=public`;
  // The app's own memory is the module's, which the heap of JavaScript does not count.
  await context.addInitScript(() => {
    for (const name of ["instantiate", "instantiateStreaming"]) {
      const make = WebAssembly[name];
      WebAssembly[name] = async (...given) => {
        const made = await make(...given);
        const memory = Object.values((made.instance ?? made).exports).find((one) => one instanceof WebAssembly.Memory);
        window.__memory ??= memory;
        return made;
      };
    }
  });
  /** What the page holds after the browser has collected what nobody does: JavaScript's heap and the app's memory. */
  const heap = async () => {
    const session = await context.newCDPSession(page);
    await session.send("HeapProfiler.collectGarbage");
    const { usedSize } = await session.send("Runtime.getHeapUsage");
    await session.detach();
    const memory = await page.evaluate(() => window.__memory?.buffer.byteLength ?? 0);
    must("the app's memory is known", memory > 0);
    return usedSize + memory;
  };

  try {
    await step("five million rows are made", async () => {
      await api("POST", "/api/database", { name: NAME });
      await execute(NAME, `CREATE UNLOGGED TABLE numbers (id int NOT NULL, half int);
        INSERT INTO numbers SELECT n, n / 2 FROM generate_series(1, ${ROWS}) n;
        ALTER TABLE numbers ADD PRIMARY KEY (id);
        ANALYZE numbers`);
    });

    await step("the first page and the last, by key", async () => {
      await sheet.open(url, at);
      equal("the first", await sheet.text(0, "id"), "1");
      await see(page.getByText(/about [\d,]+ rows/));
      await (await sheet.cell(0, "id")).click();
      await sheet.press("Control+End");
      await page.waitForFunction(() => [...document.querySelectorAll("[role=rowheader]")].some((one) => one.textContent.trim() === "−1"));
      const last = page.locator("[role=row]", { has: page.locator("[role=rowheader]", { hasText: /^−1$/ }) });
      equal("the last", (await last.locator("[role=gridcell]").first().innerText()).trim(), String(ROWS));
      await sheet.press("Control+Home");
      await sheet.settled();
      await page.waitForFunction(() => document.querySelector("[role=row][aria-rowindex='2'] [role=gridcell]")?.textContent.trim() === "1");
    });

    await step("many pages are walked through, and few of them stay", async () => {
      const before = await heap();
      await (await sheet.cell(0, "id")).click();
      for (let turn = 0; turn < 400 && (await sheet.cursor())[0] < 6_000; turn += 1) await sheet.press("PageDown");
      const [row] = await sheet.cursor();
      must(`one can go on: row ${row}`, row >= 6_000);
      await sheet.row(row).waitFor({ state: "attached" });
      const after = await heap();
      console.log(`  the heap: ${Math.round(before / 1e6)} MB before, ${Math.round(after / 1e6)} MB after ${row} rows`);
      must(`the heap is bounded: ${after}`, after < HEAP);
      must(`few cells are in the page`, (await page.locator("[role=gridcell]").count()) < 1_200);
    });

    await step("one of five million is found by a filter", async () => {
      await sheet.open(url, `${at}&filter=${encodeURIComponent('[{"column":"id","op":"=","value":"4999999"}]')}`);
      equal("found", [await sheet.text(0, "id"), await sheet.text(0, "half")], ["4999999", "2499999"]);
      await see(page.getByText("1 row", { exact: true }));
    });

    await step("the exact number on demand, which can be given up", async () => {
      await sheet.open(url, at);
      // The answer is held back until it was given up: how long a count takes is not what is tested.
      let release = () => {};
      const held = new Promise((done) => { release = done; });
      await page.route("**/rows/count*", async (route) => { await held; await route.continue().catch(() => {}); });
      await page.getByRole("button", { name: "count exactly" }).click();
      await see(page.getByText("counting"));
      await page.getByRole("button", { name: "stop", exact: true }).click();
      await gone(page.getByText("counting"));
      release();
      await page.unroute("**/rows/count*");
      await page.getByRole("button", { name: "count exactly" }).click();
      await page.getByText("5,000,000 rows, counted").waitFor({ state: "visible", timeout: 30_000 });
    });
  } finally {
    await context.close();
    await execute(NAME, "DROP TABLE IF EXISTS numbers");
  }
}
