import { check, data, done, ended, equal, events, eventually, preview, succeeded, type Context, type Step } from "./kit.js";

/** Indexes, which are built and dropped as jobs, and jobs themselves. */
export function jobs(context: Context): Step[] {
  const { client, name } = context;
  const orders = (query = {}) => ({ params: { path: { name, table: "orders" }, query } });
  const index = { params: { path: { name, table: "orders", index: "by_total" } } };
  const indexes = async () => {
    const read = data(await client.GET("/api/database/{name}/tables/{table}", orders()));
    return read.indexes.map((each) => each.name).sort();
  };
  let built = "";
  return [
    ["create an index, as a job", async () => {
      const body = { name: "by_total", keys: [{ column: "total", descending: true }, { expression: "lower(note)" }], where: "total > 0" };
      equal(preview(await client.POST("/api/database/{name}/tables/{table}/indexes", { ...orders({ dryRun: true }), body })).inTransaction, false);
      const job = await succeeded(client, await client.POST("/api/database/{name}/tables/{table}/indexes", { ...orders(), body }));
      equal([job.kind, job.database, job.progress], ["index.create", name, 1]);
      equal(await indexes(), ["by_customer", "by_total", "orders_pkey"]);
      built = job.id;
    }],
    ["events of a job", async () => {
      // The stream ends after the final state; openapi-fetch hands it on as it comes.
      const answer = await client.GET("/api/jobs/{id}/events", { params: { path: { id: built } }, parseAs: "stream" });
      const seen = await events(data(answer), () => false);
      const last = seen.map(({ body }) => body).filter((body) => body.kind === "jobChanged").at(-1);
      check(last?.job.id === built && last.job.state === "succeeded", seen);
    }],
    ["the log of a job", async () => {
      const lines = data(await client.GET("/api/jobs/{id}/log", { params: { path: { id: built } } }));
      check(lines.some((line) => line.level === "info" && line.message.length > 0), lines);
      const after = lines[0]?.id ?? 0;
      const rest = data(await client.GET("/api/jobs/{id}/log", { params: { path: { id: built }, query: { after } } }));
      equal(rest, lines.slice(1));
    }],
    ["drop an index, as a job", async () => {
      preview(await client.DELETE("/api/database/{name}/tables/{table}/indexes/{index}", { params: { ...index.params, query: { dryRun: true } } }));
      await succeeded(client, await client.DELETE("/api/database/{name}/tables/{table}/indexes/{index}", index));
      equal(await indexes(), ["by_customer", "orders_pkey"]);
    }],
    ["cancel a job", async () => {
      // Each row of the index takes seconds to compute, and there are twenty.
      const body = { name: "slow", keys: [{ expression: "(factorial(id + 32000) IS NULL)" }] };
      const started = done(await client.POST("/api/database/{name}/tables/{table}/indexes", { ...orders(), body }), 202);
      await eventually("the index is begun", async () => (await indexes()).includes("slow") || undefined);
      const asked = data(await client.POST("/api/jobs/{id}/cancel", { params: { path: { id: started.id } } }));
      check(asked.state === "cancelling" || asked.state === "cancelled", asked);
      equal((await ended(client, started.id)).state, "cancelled");
      await eventually("nothing is left", async () => !(await indexes()).includes("slow") || undefined);
      const late = await client.POST("/api/jobs/{id}/cancel", { params: { path: { id: started.id } } });
      equal([late.response.status, late.error?.status], [409, 409]);
    }],
    ["list jobs", async () => {
      const [newest] = data(await client.GET("/api/jobs", { params: { query: { limit: 1 } } }));
      check(newest?.kind === "index.create" && newest.state === "cancelled", newest);
      const older = data(await client.GET("/api/jobs", { params: { query: { before: newest.id } } }));
      check(older.some((job) => job.id === built) && older.every((job) => job.id !== newest.id), older);
    }],
  ];
}
