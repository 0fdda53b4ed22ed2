import { check, data, equal, type Context, type Step } from "./kit.js";

/** What Howdah says of itself. */
export function howdah(context: Context): Step[] {
  const { client } = context;
  return [
    ["health and readiness", async () => {
      const health = data(await client.GET("/api/health"));
      check(health.status === "ok" && /^\d+\.\d+\.\d+/.test(health.version), health);
      equal(data(await client.GET("/api/ready")), { ready: true, server: true, store: true });
    }],
    ["servers", async () => {
      const [server] = data(await client.GET("/api/servers"));
      check(server?.id === "default" && server.state === "up" && (server.versionNumber ?? 0) >= 130000, server);
    }],
    ["permission sets", async () => {
      const sets = data(await client.GET("/api/permission-sets"));
      equal(sets.map((set) => set.name).sort(), ["administrator", "operator", "viewer"]);
      const viewer = sets.find((set) => set.name === "viewer");
      check(viewer !== undefined && viewer.permissions.includes("row.read") && !viewer.permissions.includes("row.update"), viewer);
    }],
    ["metrics", async () => {
      const answer = await client.GET("/metrics", { parseAs: "text" });
      check(data(answer).includes("# EOF") && data(answer).includes("# TYPE"), answer.data);
    }],
    ["the reference", async () => {
      const document = data(await client.GET("/api/openapi.json"));
      equal(document["openapi"], "3.1.0");
      const page = data(await client.GET("/api/docs", { parseAs: "text" }));
      check(page.startsWith("<!") && page.includes("createDatabase"), page.slice(0, 200));
      const style = data(await client.GET("/api/docs.css", { parseAs: "text" }));
      check(style.includes("{") && !style.includes("<"), style.slice(0, 200));
    }],
  ];
}
