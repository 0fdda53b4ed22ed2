import { check, connect, data, empty, equal, type Client, type Context, type Step } from "./kit.js";

const [FIRST, SECOND] = ["battery staple horse", "horse battery correct"];

/** Accounts, sign-ins, tokens, and what is written down about them. */
export function accounts(context: Context): Step[] {
  const { client, name, url } = context;
  const account = "report";
  let own: Client;

  /** Browsers keep the cookie; here it is sent along. */
  async function signIn(password: string): Promise<Client> {
    const answer = await connect(url, { origin: url }).POST("/api/session", { body: { account, password } });
    check(data(answer).account === account && typeof data(answer).expiresAt === "string", answer.data);
    return connect(url, { origin: url, cookie: answer.response.headers.get("set-cookie")?.split(";")[0] ?? "" });
  }

  return [
    ["create, change and list accounts", async () => {
      const made = data(await client.POST("/api/accounts", { body: { name: account, password: FIRST, permissionSet: "viewer" } }), 201);
      equal([made.permissionSet, made.databases ?? null, made.disabled], ["viewer", null, false]);
      const at = { params: { path: { account } } };
      equal(data(await client.PUT("/api/accounts/{account}", { ...at, body: { databases: [name] } })).databases, [name]);
      equal(data(await client.GET("/api/accounts")).map((one) => one.name), ["admin", account]);
    }],
    ["sign in, and see less", async () => {
      own = await signIn(FIRST);
      const session = data(await own.GET("/api/session"));
      equal([session.permissionSet, session.databases], ["viewer", [name]]);
      equal(data(await own.GET("/api/database")).map((database) => database.name), [name]);
      const refused = await own.POST("/api/database", { body: { name: "not mine" } });
      equal([refused.response.status, refused.error?.code], [403, "permission.denied"]);
    }],
    ["end another sign-in", async () => {
      const other = await signIn(FIRST);
      const sessions = data(await own.GET("/api/sessions"));
      equal(sessions.map((one) => one.current), [false, true]);
      empty(await own.DELETE("/api/sessions/{id}", { params: { path: { id: sessions[0]?.id ?? "" } } }));
      equal((await other.GET("/api/session")).response.status, 401);
    }],
    ["tokens", async () => {
      const body = { name: "nightly", expiresInDays: 1, permissions: ["database.read" as const] };
      const made = data(await own.POST("/api/tokens", { body }), 201);
      equal([made.token.name, made.token.permissions], ["nightly", ["database.read"]]);
      const robot = connect(url, { authorization: `Bearer ${made.secret}` });
      equal(data(await robot.GET("/api/session")).permissions, ["database.read"]);
      equal(data(await own.GET("/api/tokens")).map((token) => token.id), [made.token.id]);
      empty(await own.DELETE("/api/tokens/{id}", { params: { path: { id: made.token.id } } }));
      equal((await robot.GET("/api/session")).response.status, 401);
    }],
    ["change the password and sign out", async () => {
      empty(await own.PUT("/api/account/password", { body: { current: FIRST, new: SECOND } }));
      const again = await signIn(SECOND);
      empty(await again.DELETE("/api/session"));
      equal((await again.GET("/api/session")).response.status, 401);
    }],
    ["delete an account", async () => {
      empty(await client.DELETE("/api/accounts/{account}", { params: { path: { account } } }));
      equal(data(await client.GET("/api/accounts")).map((one) => one.name), ["admin"]);
    }],
    ["the audit log", async () => {
      const records = data(await client.GET("/api/audit", { params: { query: { limit: 20 } } }));
      const [newest] = records;
      check(newest?.action === "account.delete" && newest.outcome === "done" && newest.object === account, newest);
      check(records.some((record) => record.action === "database.create" && record.outcome === "refused"), records);
      const older = data(await client.GET("/api/audit", { params: { query: { limit: 1, before: newest.id } } }));
      equal(older[0]?.id, records[1]?.id);
    }],
    ["the SQL of a request", async () => {
      const answer = await client.GET("/api/database/{name}/schemas", { params: { path: { name } } });
      const requestId = answer.response.headers.get("x-request-id") ?? "";
      const trace = data(await client.GET("/api/trace/{requestId}", { params: { path: { requestId } } }));
      equal([trace.method, trace.status, trace.requestId], ["GET", 200, requestId]);
      check(trace.statements.some((one) => one.database === name && one.sql.includes("pg_namespace")), trace);
    }],
  ];
}
