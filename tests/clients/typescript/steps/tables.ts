import { check, data, done, empty, equal, preview, type Context, type Schemas, type Step } from "./kit.js";

const CUSTOMERS: Schemas["TableFormData"] = {
  name: "customers",
  description: "Who orders",
  columns: [
    { name: "id", type: "bigint", identity: { kind: "byDefault" } },
    { name: "name", type: "text", nullable: false },
    { name: "mood", type: "mood", default: "'ok'::public.mood" },
  ],
  primaryKey: { columns: ["id"] },
  unique: [{ columns: ["name"] }],
};

const ORDERS: Schemas["TableFormData"] = {
  name: "orders",
  columns: [
    { name: "id", type: "int", nullable: false },
    { name: "customer", type: "bigint", nullable: false },
    { name: "total", type: "numeric(10,2)", default: "0" },
    { name: "note", type: "text" },
  ],
  primaryKey: { columns: ["id"] },
  checks: [{ name: "not_negative", expression: "total >= 0" }],
  foreignKeys: [{ name: "of_customer", columns: ["customer"], referencesTable: "customers", onDelete: "restrict" }],
  indexes: [{ name: "by_customer", keys: [{ column: "customer" }] }],
};

export function tables(context: Context): Step[] {
  const { client, name } = context;
  const at = { params: { path: { name } } };
  const orders = { params: { path: { name, table: "orders" } } };
  return [
    ["create tables with an enum and a foreign key", async () => {
      const asked = { params: { path: { name }, query: { dryRun: true } } };
      const shown = preview(await client.POST("/api/database/{name}/tables", { ...asked, body: CUSTOMERS }));
      check(shown.statements.some((statement) => statement.sql.startsWith("CREATE TABLE")), shown);
      const made = done(await client.POST("/api/database/{name}/tables", { ...at, body: CUSTOMERS }), 201);
      equal(made.columns.map((column) => [column.name, column.enumLabels ?? null]), [
        ["id", null], ["name", null], ["mood", ["bad", "ok", "happy"]],
      ]);
      const second = done(await client.POST("/api/database/{name}/tables", { ...at, body: ORDERS }), 201);
      const [key] = second.foreignKeys;
      equal([key?.name, key?.referencesTable, key?.onDelete], ["of_customer", "customers", "restrict"]);
    }],
    ["change a table", async () => {
      const body = {
        addColumns: [{ name: "placed", type: "date" }],
        changeColumns: [{ column: "note", description: "For the desk" }],
        description: "One row for each order",
      };
      const changed = done(await client.PUT("/api/database/{name}/tables/{table}", { ...orders, body }));
      check(changed.description === "One row for each order", changed);
      check(changed.columns.some((column) => column.name === "placed" && column.type === "date"), changed);
    }],
    ["read and list tables", async () => {
      const read = data(await client.GET("/api/database/{name}/tables/{table}", orders));
      equal([read.kind, read.primaryKey?.columns, read.partitionOf ?? null], ["table", ["id"], null]);
      check(read.indexes.some((index) => index.name === "by_customer" && index.valid), read);
      const query = { schema: "public", kind: "table,partitioned", search: "er" };
      const listed = data(await client.GET("/api/database/{name}/tables", { params: { path: { name }, query } }));
      equal(listed.map((table) => table.name), ["customers", "orders"]);
    }],
    ["relations of the tables", async () => {
      const found = data(await client.GET("/api/database/{name}/relations", { params: { path: { name }, query: { table: "orders" } } }));
      equal(found.foreignKeys.map((key) => [key.table, key.referencesTable, key.referencesColumns]), [["orders", "customers", ["id"]]]);
      equal(found.tables.map((table) => table.name).sort(), ["customers", "orders"]);
    }],
    ["create and drop a table in another schema", async () => {
      const body = { name: "spare", schema: "order desk", columns: [{ name: "a", type: "int" }] };
      check(done(await client.POST("/api/database/{name}/tables", { ...at, body }), 201).schema === "order desk", body);
      const path = { name, table: "spare" };
      empty(await client.DELETE("/api/database/{name}/tables/{table}", { params: { path, query: { schema: "order desk" } } }));
    }],
  ];
}

/** Both tables go. */
export function tablesEnd(context: Context): Step[] {
  const { client, name } = context;
  return [
    ["drop tables", async () => {
      for (const table of ["orders", "customers"]) {
        const path = { name, table };
        const shown = preview(await client.DELETE("/api/database/{name}/tables/{table}", { params: { path, query: { dryRun: true } } }));
        check(shown.statements.some((statement) => statement.sql === `DROP TABLE "public"."${table}"`), shown);
        empty(await client.DELETE("/api/database/{name}/tables/{table}", { params: { path } }));
        equal((await client.GET("/api/database/{name}/tables/{table}", { params: { path } })).response.status, 404);
      }
    }],
  ];
}
