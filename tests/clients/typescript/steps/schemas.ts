import { check, data, done, empty, equal, preview, type Context, type Step } from "./kit.js";

export function schemas(context: Context): Step[] {
  const { client, name } = context;
  const at = { params: { path: { name, schema: "order desk" } } };
  return [
    ["create a schema", async () => {
      const body = { name: "desk", description: "Orders" };
      const where = { params: { path: { name }, query: { dryRun: true } } };
      const shown = preview(await client.POST("/api/database/{name}/schemas", { ...where, body }));
      check(shown.inTransaction && shown.statements.some((statement) => statement.sql === 'CREATE SCHEMA "desk"'), shown);
      const made = done(await client.POST("/api/database/{name}/schemas", { params: { path: { name } }, body }), 201);
      check(made.name === "desk" && made.tables === 0, made);
    }],
    ["change and read a schema", async () => {
      const old = { params: { path: { name, schema: "desk" } } };
      const changed = done(await client.PUT("/api/database/{name}/schemas/{schema}", { ...old, body: { name: "order desk" } }));
      check(changed.name === "order desk" && changed.description === "Orders", changed);
      const read = data(await client.GET("/api/database/{name}/schemas/{schema}", at));
      check(read.oid === changed.oid && read.ddl.length > 0, read);
    }],
    ["list schemas", async () => {
      const found = data(await client.GET("/api/database/{name}/schemas", { params: { path: { name } } }));
      equal(found.map((schema) => schema.name), ["order desk", "public"]);
    }],
  ];
}

/** A schema with something in it goes only with the `expect` of a preview. */
export function schemasEnd(context: Context): Step[] {
  const { client, name } = context;
  const path = { name, schema: "order desk" };
  return [
    ["drop a schema with what is in it", async () => {
      const kept = await client.DELETE("/api/database/{name}/schemas/{schema}", { params: { path } });
      check(kept.response.status === 409 && kept.error?.code === "object.needed", kept.error);
      const asked = { params: { path, query: { cascade: true, dryRun: true } } };
      const shown = preview(await client.DELETE("/api/database/{name}/schemas/{schema}", asked));
      check(shown.dependents.length > 0 && typeof shown.expect === "string", shown);
      const sure = { params: { path, query: { cascade: true, expect: shown.expect } } };
      empty(await client.DELETE("/api/database/{name}/schemas/{schema}", sure));
      const gone = await client.GET("/api/database/{name}/schemas/{schema}", { params: { path } });
      equal(gone.response.status, 404);
    }],
  ];
}
