import { check, data, done, empty, equal, preview, type Context, type Step } from "./kit.js";

/** Views, sequences and extensions; functions and triggers, which the API only reads. */
export function objects(context: Context): Step[] {
  return [...views(context), ...sequences(context), ...extensions(context), ...code(context)];
}

function views(context: Context): Step[] {
  const { client, name } = context;
  const at = { params: { path: { name } } };
  const view = (view: string, query = {}) => ({ params: { path: { name, view }, query } });
  const totals = { name: "totals", materialized: true, query: "SELECT customer, sum(total) AS total FROM public.orders GROUP BY customer" };
  return [
    ["create views", async () => {
      const body = { name: "paid", query: "SELECT id FROM public.orders WHERE note = 'paid'" };
      preview(await client.POST("/api/database/{name}/views", { params: { path: { name }, query: { dryRun: true } }, body }));
      equal(done(await client.POST("/api/database/{name}/views", { ...at, body }), 201).kind, "view");
      const kept = done(await client.POST("/api/database/{name}/views", { ...at, body: totals }), 201);
      equal([kept.kind, kept.columns.map((column) => column.type)], ["materializedView", ["bigint", "numeric"]]);
    }],
    ["change and read a view", async () => {
      const body = { query: "SELECT id, total FROM public.orders WHERE note = 'paid'", description: "Paid ones" };
      const changed = done(await client.PUT("/api/database/{name}/views/{view}", { ...view("paid"), body }));
      equal([changed.description, changed.columns.length], ["Paid ones", 2]);
      const read = data(await client.GET("/api/database/{name}/views/{view}", view("paid")));
      check(read.definition?.includes("total") === true, read);
      const listed = data(await client.GET("/api/database/{name}/views", at));
      equal(listed.map((one) => [one.name, one.kind]), [["paid", "view"], ["totals", "materializedView"]]);
    }],
    ["refresh a view", async () => {
      const count = async () =>
        data(await client.GET("/api/database/{name}/tables/{table}/rows/count", { params: { path: { name, table: "totals" } } })).count;
      equal(await count(), 3);
      const body = { deletes: ["3", "6", "9", "12", "15", "18", "21", "24", "27"].map((id) => ({ key: { id } })) };
      done(await client.DELETE("/api/database/{name}/tables/{table}/rows", { params: { path: { name, table: "orders" } }, body }));
      equal(await count(), 3);
      preview(await client.POST("/api/database/{name}/views/{view}/refresh", { ...view("totals", { dryRun: true }), body: {} }));
      empty(await client.POST("/api/database/{name}/views/{view}/refresh", { ...view("totals"), body: { concurrently: false } }));
      equal(await count(), 2);
    }],
    ["drop views", async () => {
      preview(await client.DELETE("/api/database/{name}/views/{view}", view("paid", { dryRun: true })));
      for (const one of ["paid", "totals"]) empty(await client.DELETE("/api/database/{name}/views/{view}", view(one)));
      equal(data(await client.GET("/api/database/{name}/views", at)), []);
    }],
  ];
}

function sequences(context: Context): Step[] {
  const { client, name } = context;
  const schema = "order desk";
  const at = (query = {}) => ({ params: { path: { name }, query: { schema, ...query } } });
  const one = (query = {}) => ({ params: { path: { name, sequence: "numbers" }, query: { schema, ...query } } });
  return [
    ["create a sequence", async () => {
      const body = { name: "numbers", numbers: { start: "9007199254740993", increment: "2" } };
      preview(await client.POST("/api/database/{name}/sequences", { ...at({ dryRun: true }), body }));
      const made = done(await client.POST("/api/database/{name}/sequences", { ...at(), body }), 201);
      equal([made.sequence.schema, made.sequence.start, made.sequence.increment], [schema, "9007199254740993", "2"]);
    }],
    ["change, read and list sequences", async () => {
      const body = { numbers: { cycle: true }, description: "Of invoices" };
      equal(done(await client.PUT("/api/database/{name}/sequences/{sequence}", { ...one(), body })).sequence.cycle, true);
      const read = data(await client.GET("/api/database/{name}/sequences/{sequence}", one()));
      equal([read.sequence.description, read.sequence.start], ["Of invoices", "9007199254740993"]);
      equal(data(await client.GET("/api/database/{name}/sequences", at())).map((each) => each.name), ["numbers"]);
    }],
    ["drop a sequence", async () => {
      preview(await client.DELETE("/api/database/{name}/sequences/{sequence}", one({ dryRun: true })));
      empty(await client.DELETE("/api/database/{name}/sequences/{sequence}", one()));
      equal(data(await client.GET("/api/database/{name}/sequences", at())), []);
      const body = { name: "left behind", schema };
      done(await client.POST("/api/database/{name}/sequences", { params: { path: { name } }, body }), 201);
    }],
  ];
}

function extensions(context: Context): Step[] {
  const { client, name } = context;
  const at = (query = {}) => ({ params: { path: { name }, query } });
  const one = (query = {}) => ({ params: { path: { name, extension: "plpgsql" }, query } });
  const installed = async () => {
    const listed = data(await client.GET("/api/database/{name}/extensions", at()));
    return listed.find((extension) => extension.name === "plpgsql")?.version ?? null;
  };
  return [
    ["drop an extension", async () => {
      check(typeof await installed() === "string", "plpgsql is there from the beginning");
      preview(await client.DELETE("/api/database/{name}/extensions/{extension}", one({ dryRun: true })));
      empty(await client.DELETE("/api/database/{name}/extensions/{extension}", one()));
      equal(await installed(), null);
    }],
    ["create and read an extension", async () => {
      const body = { name: "plpgsql" };
      preview(await client.POST("/api/database/{name}/extensions", { ...at({ dryRun: true }), body }));
      const made = done(await client.POST("/api/database/{name}/extensions", { ...at(), body }), 201);
      equal(made.extension.version, await installed());
      const read = data(await client.GET("/api/database/{name}/extensions/{extension}", one()));
      check(read.versions.includes(made.extension.version ?? "") && read.members.length > 0, read);
    }],
    ["update an extension", async () => {
      const version = await installed();
      const changed = done(await client.PUT("/api/database/{name}/extensions/{extension}", { ...one(), body: { version } }));
      equal(changed.extension.version, version);
    }],
  ];
}

const CODE = `
  CREATE FUNCTION public.stamp() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
  CREATE TRIGGER stamps BEFORE UPDATE ON public.orders FOR EACH ROW EXECUTE FUNCTION public.stamp()`;

function code(context: Context): Step[] {
  const { client, name, execute } = context;
  return [
    ["functions", async () => {
      await execute(name, CODE);
      const listed = data(await client.GET("/api/database/{name}/functions", { params: { path: { name }, query: { schema: "public" } } }));
      equal(listed.map((each) => [each.name, each.language, each.trigger]), [["stamp", "plpgsql", true]]);
      const oid = listed[0]?.oid ?? 0;
      const read = data(await client.GET("/api/database/{name}/functions/{function}", { params: { path: { name, function: oid } } }));
      check(read.source?.includes("RETURN new") === true && read.dependents.length === 1, read);
    }],
    ["triggers", async () => {
      const query = { table: "orders" };
      const listed = data(await client.GET("/api/database/{name}/triggers", { params: { path: { name }, query } }));
      equal(listed.map((each) => [each.table, each.trigger.name, each.trigger.enabled]), [["orders", "stamps", "origin"]]);
      const read = data(await client.GET("/api/database/{name}/triggers/{trigger}", { params: { path: { name, trigger: "stamps" }, query } }));
      check(read.trigger.definition.includes("BEFORE UPDATE") && read.trigger.function.includes("stamp"), read);
    }],
  ];
}
