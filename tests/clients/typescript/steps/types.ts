import { check, data, done, empty, equal, preview, type Context, type Step } from "./kit.js";

export function types(context: Context): Step[] {
  const { client, name } = context;
  const at = { params: { path: { name, type: "mood" } } };
  return [
    ["create an enum", async () => {
      const body = { name: "mood", labels: ["sad", "happy"], description: "How it went" };
      preview(await client.POST("/api/database/{name}/types", { params: { path: { name }, query: { dryRun: true } }, body }));
      const made = done(await client.POST("/api/database/{name}/types", { params: { path: { name } }, body }), 201);
      equal([made.type.kind, made.type.labels], ["enum", ["sad", "happy"]]);
    }],
    ["change an enum", async () => {
      const body = { addLabels: [{ label: "ok", before: "happy" }], renameLabels: [{ from: "sad", to: "bad" }] };
      const changed = done(await client.PUT("/api/database/{name}/types/{type}", { ...at, body }));
      equal(changed.type.labels, ["bad", "ok", "happy"]);
    }],
    ["read and list types", async () => {
      const read = data(await client.GET("/api/database/{name}/types/{type}", at));
      check(read.type.description === "How it went" && read.ddl.join().includes("ENUM"), read);
      const listed = data(await client.GET("/api/database/{name}/types", { params: { path: { name }, query: { schema: "public" } } }));
      equal(listed.map((type) => type.name), ["mood"]);
    }],
  ];
}

/** Once no table needs it any more. */
export function typesEnd(context: Context): Step[] {
  const { client, name } = context;
  const path = { name, type: "mood" };
  return [
    ["drop a type", async () => {
      preview(await client.DELETE("/api/database/{name}/types/{type}", { params: { path, query: { dryRun: true } } }));
      empty(await client.DELETE("/api/database/{name}/types/{type}", { params: { path } }));
      equal((await client.GET("/api/database/{name}/types/{type}", { params: { path } })).response.status, 404);
    }],
  ];
}
