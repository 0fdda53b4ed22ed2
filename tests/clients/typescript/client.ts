import createClient from "openapi-fetch";
import type { components, paths } from "./schema.js";

type Database = components["schemas"]["Database"];
type Problem = components["schemas"]["Problem"];

function check(holds: boolean, what: unknown): asserts holds {
  if (!holds) throw new Error(typeof what === "string" ? what : JSON.stringify(what));
}

/** What a program does with Howdah, step by step. */
export function steps(url: string, token: string): [string, () => Promise<void>][] {
  const client = createClient<paths>({ baseUrl: url, headers: { authorization: `Bearer ${token}` } });
  const name = `typescript "client" ${Date.now()}`;
  const at = { params: { path: { name } } };
  const list = async (): Promise<Database[]> => {
    const { data, error } = await client.GET("/api/database", { params: { query: { sizes: "wait" } } });
    check(data !== undefined, error);
    return data;
  };
  return [
    ["create", async () => {
      const { data, error, response } = await client.POST("/api/database", { body: { name, description: "made by TypeScript", connectionLimit: 5 } });
      check(response.status === 201 && data !== undefined, error);
    }],
    ["list", async () => {
      const found = (await list()).find((database) => database.name === name);
      check(found?.description === "made by TypeScript" && found.connectionLimit === 5, found);
      check(typeof found.sizeBytes === "number", found);
    }],
    ["change", async () => {
      const { data, error } = await client.PUT("/api/database/{name}", { ...at, body: { description: "changed", connectionLimit: -1 } });
      check(data !== undefined && "description" in data && data.description === "changed", error ?? data);
    }],
    ["preview", async () => {
      const { data, error } = await client.DELETE("/api/database/{name}", { params: { path: { name }, query: { dryRun: true } } });
      check(data !== undefined && data.statements.length > 0, error);
    }],
    ["tables", async () => {
      const { data, error } = await client.GET("/api/database/{name}/tables", at);
      check(data !== undefined && data.length === 0, error);
    }],
    ["delete", async () => {
      const { error, response } = await client.DELETE("/api/database/{name}", at);
      check(response.status === 204, error);
      check(!(await list()).some((database) => database.name === name), "it is still there");
    }],
    ["a problem is a problem", async () => {
      const { error, response } = await client.GET("/api/database/{name}", at);
      const problem: Problem | undefined = error;
      check(response.status === 404 && problem?.code === "database.not_found", problem);
    }],
  ];
}
