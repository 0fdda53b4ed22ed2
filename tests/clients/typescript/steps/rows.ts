import { check, data, done, equal, preview, type Context, type Schemas, type Step } from "./kit.js";

export function rows(context: Context): Step[] {
  const { client, name } = context;
  const of = (table: string) => ({ params: { path: { name, table } } });
  const page = async (table: string, query = {}): Promise<Schemas["RowsPage"]> =>
    data(await client.GET("/api/database/{name}/tables/{table}/rows", { params: { path: { name, table }, query } }));
  return [
    ["insert rows", async () => {
      const people: Schemas["RowsFormData"] = {
        inserts: [
          { values: { id: "1", name: "Ada", mood: "happy" } },
          { values: { id: "2", name: "Grace", mood: null } },
          { values: { id: "3", name: "Edsger", mood: { default: true } } },
        ],
      };
      preview(await client.POST("/api/database/{name}/tables/{table}/rows", { params: { path: { name, table: "customers" }, query: { dryRun: true } }, body: people }));
      const made = done(await client.POST("/api/database/{name}/tables/{table}/rows", { ...of("customers"), body: people }));
      equal(made.inserts.map((row) => row.values), [["1", "Ada", "happy"], ["2", "Grace", null], ["3", "Edsger", "ok"]]);
      const inserts = Array.from({ length: 30 }, (_, index) => ({
        values: { id: `${index + 1}`, customer: `${index % 3 + 1}`, total: `${index}.50`, note: index === 7 ? "long ".repeat(20_000) : null },
      }));
      equal(done(await client.POST("/api/database/{name}/tables/{table}/rows", { ...of("orders"), body: { inserts } })).inserted, 30);
    }],
    ["read rows page by page", async () => {
      const sort = JSON.stringify([{ column: "total", descending: true } satisfies Schemas["SortKey"]]);
      const filter = JSON.stringify([{ column: "id", op: "<=", value: "25" } satisfies Schemas["Filter"]]);
      const first = await page("orders", { limit: 10, sort, filter });
      equal([first.rows.length, first.rows[0]?.[0], first.hasMore], [10, "25", true]);
      equal(first.columns.map((column) => column.name), ["id", "customer", "total", "note", "placed"]);
      check(typeof first.next === "string", first.next);
      const second = await page("orders", { limit: 10, sort, filter, cursor: first.next });
      equal([second.rows[0]?.[0], typeof second.previous], ["15", "string"]);
      equal((await page("orders", { from: "end", limit: 1 })).rows[0]?.[0], "30");
      equal((await page("orders", { where: "total < 2" })).rows.length, 2);
    }],
    ["read a cell that was cut", async () => {
      const found = await page("orders", { columns: JSON.stringify(["id", "note"]), where: "id = 8" });
      const [cut] = found.truncated;
      equal([cut?.row, cut?.column, cut?.bytes], [0, 1, 100_000]);
      const address = found.addresses[0];
      check(typeof address === "string", found);
      const query = { column: "note", address };
      const cell = data(await client.GET("/api/database/{name}/tables/{table}/cell", { params: { path: { name, table: "orders" }, query } }));
      equal(cell.value?.length, 100_000);
    }],
    ["count rows", async () => {
      const query = { filter: JSON.stringify([{ column: "customer", op: "in", values: ["1", "2"] } satisfies Schemas["Filter"]]) };
      const counted = data(await client.GET("/api/database/{name}/tables/{table}/rows/count", { params: { path: { name, table: "orders" }, query } }));
      equal(counted, { count: 20 });
    }],
    ["look up a foreign key", async () => {
      const query = { column: "customer", search: "grac" };
      const found = data(await client.GET("/api/database/{name}/tables/{table}/lookup", { params: { path: { name, table: "orders" }, query } }));
      equal([found.reference.table, found.rows.map((row) => row.key)], ["customers", [["2"]]]);
      check(found.rows[0]?.labels.includes("Grace") === true, found);
    }],
    ["change rows", async () => {
      const body: Schemas["RowsUpdateData"] = { updates: [{ key: { id: "1" }, set: { note: "paid", placed: "2026-01-31" }, was: { note: null } }] };
      const changed = done(await client.PATCH("/api/database/{name}/tables/{table}/rows", { ...of("orders"), body }));
      equal([changed.updated, changed.updates[0]?.before.values[3], changed.updates[0]?.after.values[3]], [1, null, "paid"]);
      const again = await client.PATCH("/api/database/{name}/tables/{table}/rows", { ...of("orders"), body });
      equal([again.response.status, again.error?.conflict?.differing], [409, ["note"]]);
      const matching = { expect: 10, where: "customer = 3" };
      const all = done(await client.PATCH("/api/database/{name}/tables/{table}/rows", { ...of("orders"), body: { matching, set: { total: { default: true } } } }));
      equal(all.updated, 10);
    }],
    ["delete rows", async () => {
      const body: Schemas["RowsDeleteData"] = { deletes: [{ key: { id: "30" } }] };
      preview(await client.DELETE("/api/database/{name}/tables/{table}/rows", { params: { path: { name, table: "orders" }, query: { dryRun: true } }, body }));
      const gone = done(await client.DELETE("/api/database/{name}/tables/{table}/rows", { ...of("orders"), body }));
      equal([gone.deleted, gone.deletes[0]?.values[0]], [1, "30"]);
    }],
    ["changes of many kinds at once", async () => {
      const body: Schemas["RowChanges"] = {
        deletes: [{ key: { id: "29" } }],
        updates: [{ key: { id: "2" }, set: { note: "" } }],
        inserts: [{ values: { id: "100", customer: "1", total: "1.00" } }],
      };
      const changed = done(await client.POST("/api/database/{name}/tables/{table}/rows/changes", { ...of("orders"), body }));
      equal([changed.deleted, changed.updated, changed.inserted], [1, 1, 1]);
    }],
  ];
}
