import { check, connect, data, done, empty, events, preview, succeeded, type Context, type Schemas, type Step } from "./kit.js";

export function databases(context: Context): Step[] {
  const { client, name } = context;
  const at = { params: { path: { name } } };
  return [
    ["choices for a database", async () => {
      const options = data(await client.GET("/api/database-options"));
      check(options.templates.includes("template0") && options.owners.includes(options.defaultOwner), options);
    }],
    ["create a database", async () => {
      const body = { name, description: "made by TypeScript", connectionLimit: 5 };
      preview(await client.POST("/api/database", { body, params: { query: { dryRun: true } } }));
      const made = done(await client.POST("/api/database", { body }), 201);
      check(made.name === name && made.connectionLimit === 5, made);
    }],
    ["list and read databases", async () => {
      const found = (await list(context)).find((database) => database.name === name);
      check(found?.description === "made by TypeScript" && typeof found.sizeBytes === "number", found);
      check(data(await client.GET("/api/database/{name}", at)).owner === found.owner, found);
    }],
    ["change a database", async () => {
      const body = { description: "changed", connectionLimit: -1 };
      const changed = done(await client.PUT("/api/database/{name}", { ...at, body }));
      check(changed.description === "changed" && changed.connectionLimit === -1, changed);
    }],
    ["copy a database, as a job", async () => {
      const copy = `${name} copy`;
      const answer = await client.POST("/api/database/{name}/copy", { ...at, body: { name: copy, endConnections: true } });
      const job = await succeeded(client, answer);
      check(job.kind === "database.copy" && job.database === copy || job.title.includes(copy), job);
      const there = { params: { path: { name: copy } } };
      check(data(await client.GET("/api/database/{name}", there)).name === copy, job);
      empty(await client.DELETE("/api/database/{name}", there));
    }],
    ["connections to a database", async () => {
      data(await client.GET("/api/database/{name}/tables", at));
      const connections = data(await client.GET("/api/database/{name}/connections", at));
      check(connections.some((one) => one.own && one.pid > 0 && one.applicationName?.startsWith("howdah")), connections);
    }],
    ["events while a database is made", async () => {
      // The client of openapi-fetch hands the stream on as it comes.
      const answer = await client.GET("/api/events", { parseAs: "stream" });
      const made = `${name} event`;
      done(await client.POST("/api/database", { body: { name: made } }), 201);
      const seen = await events(data(answer), ({ body }) => body.kind === "databasesChanged" && body.names.includes(made));
      check(seen.length > 0, "the stream ended");
      empty(await client.DELETE("/api/database/{name}", { params: { path: { name: made } } }));
    }],
  ];
}

/** Last of all: the database goes, and asking for it is a problem. */
export function databasesEnd(context: Context): Step[] {
  const { client, name } = context;
  const at = { params: { path: { name } } };
  return [
    ["drop a database", async () => {
      preview(await client.DELETE("/api/database/{name}", { params: { path: { name }, query: { dryRun: true } } }));
      empty(await client.DELETE("/api/database/{name}", at));
      check(!(await list(context)).some((database) => database.name === name), "it is still there");
    }],
    ["a problem is a problem", async () => {
      const { error, response } = await client.GET("/api/database/{name}", at);
      const problem: Schemas["Problem"] | undefined = error;
      check(response.status === 404 && problem?.code === "database.not_found", problem);
      const refused = await connect(context.url, { authorization: "Bearer nonsense" }).GET("/api/database");
      check(refused.response.status === 401 && refused.error?.code === "session.required", refused.error);
    }],
  ];
}

async function list({ client }: Context): Promise<Schemas["Database"][]> {
  return data(await client.GET("/api/database", { params: { query: { sizes: "wait" } } }));
}
