import { check, connect, data, type Context, type Step } from "./kit.js";

/** The first administrator is made with the link that the first start prints. */
export function setup(context: Context): Step[] {
  const nobody = connect(context.url, { origin: context.url });
  return [
    ["set-up is asked for", async () => {
      check(data(await nobody.GET("/api/setup")).required, "it is required");
    }],
    ["set-up is redeemed", async () => {
      const token = new URLSearchParams(new URL(context.setupLink).hash.slice(1)).get("token") ?? "";
      const body = { account: "admin", password: "correct horse battery", token };
      const answer = await nobody.POST("/api/setup", { body });
      const session = data(answer);
      check(session.account === "admin" && session.permissionSet === "administrator", session);
      check(!data(await nobody.GET("/api/setup")).required, "it is over");
      const cookie = answer.response.headers.get("set-cookie")?.split(";")[0] ?? "";
      const admin = connect(context.url, { origin: context.url, cookie });
      const made = data(await admin.POST("/api/tokens", { body: { name: "generated client" } }), 201);
      context.client = connect(context.url, { authorization: `Bearer ${made.secret}` });
    }],
    ["the session of a token", async () => {
      const session = data(await context.client.GET("/api/session"));
      check(session.account === "admin" && session.permissions.includes("query.superuser"), session);
    }],
  ];
}
