// A TypeScript client is generated from the program's own OpenAPI document, compiled strictly, and does everything that the
// document offers.
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { binary, counter, execute, nodeModules, start } from "../lib/howdah.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const { test, finish } = counter();
const work = mkdtempSync(join(tmpdir(), "howdah-ts-"));
const node = (script, ...more) =>
  execFileSync(process.execPath, [join(nodeModules, script), ...more], { cwd: work, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

try {
  symlinkSync(nodeModules, join(work, "node_modules"));
  writeFileSync(join(work, "package.json"), '{"type": "module"}');
  writeFileSync(join(work, "openapi.json"), execFileSync(binary, ["openapi"], { maxBuffer: 64 << 20 }));
  cpSync(join(here, "typescript"), work, { recursive: true });
  writeFileSync(join(work, "tsconfig.json"), JSON.stringify({
    compilerOptions: { strict: true, noUncheckedIndexedAccess: true, module: "nodenext", target: "es2022", lib: ["es2022", "dom", "dom.iterable"], types: [], skipLibCheck: true, outDir: "out" },
    files: ["client.ts"],
  }));
  const generated = await test("TypeScript: types are generated", () => {
    node("openapi-typescript/bin/cli.js", "openapi.json", "-o", "schema.d.ts");
  });
  const compiled = generated && await test("TypeScript: the client compiles strictly", () => {
    try {
      node("typescript/bin/tsc");
    } catch (error) {
      throw new Error(error.stdout || error.message);
    }
  });
  if (compiled) {
    // Without an administrator: the client makes it.
    const howdah = await start({ setUp: false, sample: false });
    try {
      const { steps } = await import(join(work, "out/client.js"));
      const given = { url: howdah.url, setupLink: howdah.setupLink, execute: (database, sql) => execute(howdah, database, sql) };
      const document = JSON.parse(readFileSync(join(work, "openapi.json"), "utf8"));
      for (const [name, run] of steps(given, document)) {
        if (!(await test(`TypeScript: ${name}`, run))) break;
      }
    } finally {
      await howdah.stop();
    }
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
finish();
