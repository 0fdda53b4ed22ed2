import { accounts } from "./steps/accounts.js";
import { databases, databasesEnd } from "./steps/databases.js";
import { files } from "./steps/files.js";
import { howdah } from "./steps/howdah.js";
import { jobs } from "./steps/jobs.js";
import { called, check, connect, equal, type Context, type Step } from "./steps/kit.js";
import { objects } from "./steps/objects.js";
import { rows } from "./steps/rows.js";
import { schemas, schemasEnd } from "./steps/schemas.js";
import { setup } from "./steps/setup.js";
import { tables, tablesEnd } from "./steps/tables.js";
import { types, typesEnd } from "./steps/types.js";

interface Document {
  paths: Record<string, Record<string, { operationId: string }>>;
}

/** Operations that no step calls, each with the reason. */
const LEFT_OUT: Record<string, string> = {};

const AREAS = [
  howdah, databases, schemas, types, tables, rows, objects, jobs, files, accounts, tablesEnd, typesEnd, schemasEnd, databasesEnd,
];

/** What a program does with Howdah, step by step, until it has done everything that the document offers. */
export function* steps(given: Omit<Context, "name" | "client">, document: Document): Generator<Step> {
  const name = `typescript "client"/ü %41 ${Date.now()}`;
  const context: Context = { ...given, name, client: connect(given.url) };
  yield* setup(context);
  // The client of set-up has no rights: what follows is made with the one that it leaves behind.
  for (const area of AREAS) yield* area(context);
  yield ["every operation was called", async () => {
    const missing = [];
    let count = 0;
    for (const [path, item] of Object.entries(document.paths)) {
      for (const [method, { operationId }] of Object.entries(item)) {
        count += 1;
        const was = called.delete(`${method.toUpperCase()} ${path}`);
        if (was === operationId in LEFT_OUT) missing.push(`${operationId}: ${was ? "called, but left out" : "not called"}`);
      }
    }
    equal(missing, []);
    equal([...called], []);
    check(count > 90, `${count} operations`);
  }];
}
