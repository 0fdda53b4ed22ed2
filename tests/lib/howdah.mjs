// A running Howdah for scripts: with a private cluster in a temporary folder, on a free port. It ends with the script,
// however that ends: a shell holds a pipe, and stops Howdah when the pipe closes.
//
// HOWDAH_BIN           the program (else target/debug/howdah)
// HOWDAH_TEST_PG_BIN   the PostgreSQL programs (else Howdah finds some)
// HOWDAH_URL, HOWDAH_TOKEN   use this Howdah instead of starting one (fuzz only)
import { execFile, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

export const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

/** The folder of the pinned node packages. */
export const nodeModules = process.env.HOWDAH_NODE_MODULES ?? join(root, "tests/tools/node_modules");
const require = createRequire(join(nodeModules, "x.cjs"));

/** The path of a file of a pinned package. */
export const packageFile = (name) => require.resolve(name);

/** Imports a pinned package. */
export const load = async (name) => import(pathToFileURL(packageFile(name)).href);

/** The program under test. */
export const binary = process.env.HOWDAH_BIN ?? join(root, "target/debug/howdah");

export const ADMIN_PASSWORD = "correct horse battery";

const KEEPER = `
dir=$1; shift
"$@" </dev/null & pid=$!
trap : TERM INT HUP
read -r _
kill -TERM $pid 2>/dev/null
wait $pid
rm -rf "$dir"
`;

/** A new folder with a short path that PostgreSQL's account can enter. */
export function temporaryFolder() {
  const dir = mkdtempSync("/tmp/hd-");
  chmodSync(dir, 0o755);
  return dir;
}

/** Starts Howdah and waits until somebody can sign in. `setUp: false` leaves the first administrator to be made. */
export async function start({ setUp = true, variables = {}, sample = true, dir = temporaryFolder(), port = 0 } = {}) {
  if (!existsSync(binary)) throw new Error(`${binary} is not there: cargo build --bin howdah`);
  const environment = {
    PATH: process.env.PATH,
    HOME: dir,
    HOWDAH_LISTEN: `127.0.0.1:${port}`,
    HOWDAH_DATA_DIR: join(dir, "data"),
    ...(sample ? {} : { HOWDAH_NO_SAMPLE: "true" }),
    ...(setUp ? { HOWDAH_ADMIN_PASSWORD: ADMIN_PASSWORD } : {}),
    ...(process.env.HOWDAH_TEST_PG_BIN ? { HOWDAH_POSTGRES_BIN: process.env.HOWDAH_TEST_PG_BIN } : {}),
    ...variables,
  };
  const child = spawn("sh", ["-c", KEEPER, "keeper", dir, binary], { env: environment, stdio: ["pipe", "pipe", "pipe"], detached: true });
  const howdah = { url: "", setupLink: "", dir, output: "", ended: false };
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (howdah.output += data));
  const exit = new Promise((done) => child.on("exit", () => { howdah.ended = true; done(); }));
  howdah.stop = async () => { child.stdin.end(); await exit; };
  const deadline = Date.now() + 120_000;
  for (;;) {
    howdah.url = /Howdah listens on (http:\S+)/.exec(howdah.output)?.[1]?.replace(/\/$/, "") ?? "";
    howdah.setupLink = /(http:\S+\/setup#\S+)\n/.exec(howdah.output)?.[1] ?? "";
    if (howdah.url && (howdah.setupLink || howdah.output.includes("Sign in at "))) return howdah;
    if (howdah.ended || Date.now() > deadline) throw new Error(`Howdah does not start:\n${howdah.output}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

/** psql, newest first where no folder of PostgreSQL's programs is given. */
function psql() {
  const given = process.env.HOWDAH_TEST_PG_BIN;
  const base = "/usr/lib/postgresql";
  const installed = existsSync(base) ? readdirSync(base).sort((a, b) => b - a).map((version) => `${base}/${version}/bin`) : [];
  const found = [given, ...installed].filter(Boolean).map((dir) => join(dir, "psql")).find((file) => existsSync(file));
  if (!found) throw new Error("psql is not there");
  return found;
}

/** Runs SQL in a database of a Howdah's private cluster, as its superuser: for what the API does not do. */
export function execute(howdah, database, sql) {
  const data = join(howdah.dir, "data");
  const env = { PATH: process.env.PATH, PGPASSWORD: readFileSync(join(data, "superuser-password"), "utf8").trim() };
  const words = ["-h", join(data, "run"), "-U", "postgres", "-d", database, "-qXAt", "-v", "ON_ERROR_STOP=1", "-c", sql];
  return new Promise((done, fail) => {
    execFile(psql(), words, { env }, (error, out, problem) => (error ? fail(new Error(`${sql}: ${problem}`)) : done(out.trim())));
  });
}

/** Signs in as `admin` and makes an API token. */
export async function token(url, password = ADMIN_PASSWORD) {
  const headers = { "content-type": "application/json", origin: url };
  const session = await fetch(`${url}/api/session`, { method: "POST", headers, body: JSON.stringify({ account: "admin", password }) });
  if (!session.ok) throw new Error(`signing in: ${session.status} ${await session.text()}`);
  const cookie = session.headers.get("set-cookie").split(";")[0];
  const made = await fetch(`${url}/api/tokens`, { method: "POST", headers: { ...headers, cookie }, body: JSON.stringify({ name: "test" }) });
  if (!made.ok) throw new Error(`making a token: ${made.status} ${await made.text()}`);
  return (await made.json()).secret;
}

/** The Howdah of HOWDAH_URL and HOWDAH_TOKEN, or a new one: `{url, token, stop}`. */
export async function running(options = {}) {
  if (process.env.HOWDAH_URL) return { url: process.env.HOWDAH_URL, token: process.env.HOWDAH_TOKEN, stop: async () => {} };
  const howdah = await start(options);
  return Object.assign(howdah, { token: await token(howdah.url) });
}

/** Counts tests, one line for each. */
export function counter() {
  const counts = { passed: 0, failed: 0 };
  return {
    counts,
    async test(name, run) {
      const begun = Date.now();
      try {
        await run();
        counts.passed += 1;
        console.log(`ok   ${name} (${Date.now() - begun} ms)`);
        return true;
      } catch (error) {
        counts.failed += 1;
        console.log(`FAIL ${name} (${Date.now() - begun} ms)\n     ${String(error.stack ?? error).split("\n").slice(0, 14).join("\n     ")}`);
        return false;
      }
    },
    finish() {
      console.log(`${counts.passed} passed, ${counts.failed} failed`);
      process.exitCode = counts.failed > 0 ? 1 : 0;
    },
  };
}
