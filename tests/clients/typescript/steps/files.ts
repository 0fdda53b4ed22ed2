import { check, data, empty, ended, equal, succeeded, type Context, type Schemas, type Step } from "./kit.js";

const FILE = "id,customer,total,note\n201,1,2.50,one\n202,1,a lot,two\n203,2,3.50,\n";
const XLSX = [0x50, 0x4b, 3, 4];

/** Files: uploads, imports and exports. */
export function files(context: Context): Step[] {
  const { client, name } = context;
  let upload: Schemas["Upload"];
  let job = "";
  return [
    ["upload a file", async () => {
      // The bytes go out as they are: openapi-fetch would write them as JSON.
      const answer = await client.POST("/api/uploads", {
        params: { query: { name: "orders ü.csv" } },
        headers: { "content-type": "application/octet-stream" },
        body: FILE,
        bodySerializer: (body) => new TextEncoder().encode(body),
      });
      upload = data(answer, 201);
      equal([upload.name, upload.bytes], ["orders ü.csv", FILE.length]);
      check(data(await client.GET("/api/uploads")).some((one) => one.id === upload.id), upload);
    }],
    ["preview a file", async () => {
      const format = JSON.stringify({ kind: "csv", header: true } satisfies Schemas["ImportFormat"]);
      const seen = data(await client.GET("/api/uploads/{id}/preview", { params: { path: { id: upload.id }, query: { format } } }));
      equal([seen.format.delimiter, seen.columns.map((column) => column.name)], [",", ["id", "customer", "total", "note"]]);
      equal([seen.rows.length, seen.whole], [3, true]);
    }],
    ["import a file with a row that is refused", async () => {
      const body: Schemas["ImportData"] = { upload: upload.id, table: "orders", maxRejects: 1, mode: "transaction" };
      const done = await succeeded(client, await client.POST("/api/database/{name}/import", { params: { path: { name } }, body }));
      job = done.id;
      const report = data(await client.GET("/api/jobs/{id}/import", { params: { path: { id: job } } }));
      equal([report.rowsRead, report.rowsWritten, report.rowsRejected, report.dryRun], [3, 2, 1, false]);
      const query = { where: "id > 200" };
      const written = data(await client.GET("/api/database/{name}/tables/{table}/rows", { params: { path: { name, table: "orders" }, query } }));
      equal(written.rows.map((row) => row.slice(0, 4)), [["201", "1", "2.50", "one"], ["203", "2", "3.50", null]]);
    }],
    ["read what was refused", async () => {
      const rejects = data(await client.GET("/api/jobs/{id}/import/rejects", { params: { path: { id: job } } }));
      equal(rejects.map((one) => [one.line, one.column, one.sqlstate]), [[3, "total", "22P02"]]);
      const file = data(await client.GET("/api/jobs/{id}/import/rejects/file", { params: { path: { id: job } }, parseAs: "text" }));
      const [head, line] = file.split("\n");
      check(head === "line,reason,id,customer,total,note" && line?.endsWith(",202,1,a lot,two") === true, file);
    }],
    ["import into a new table, for a look", async () => {
      const create = { name: "taken", columns: ["id", "customer", "total", "note"].map((column) => ({ name: column, type: "text" })) };
      const body: Schemas["ImportData"] = { upload: upload.id, create, dryRun: true };
      const done = await succeeded(client, await client.POST("/api/database/{name}/import", { params: { path: { name } }, body }));
      const report = data(await client.GET("/api/jobs/{id}/import", { params: { path: { id: done.id } } }));
      equal([report.table, report.rowsAccepted, report.rowsWritten, report.dryRun], ["taken", 3, 0, true]);
    }],
    ["delete an upload", async () => {
      empty(await client.DELETE("/api/uploads/{id}", { params: { path: { id: upload.id } } }));
      check(data(await client.GET("/api/uploads")).every((one) => one.id !== upload.id), upload);
      const body = { upload: upload.id, table: "orders" };
      const refused = await client.POST("/api/database/{name}/import", { params: { path: { name } }, body });
      if (refused.data !== undefined) check((await ended(client, refused.data.id)).state === "failed", refused.data);
      else check(refused.response.status < 500 && typeof refused.error?.code === "string", refused.error);
    }],
    ["export rows as text", async () => {
      const query = { format: "csv" as const, columns: JSON.stringify(["id", "total"]), where: "id > 200", sort: JSON.stringify([{ column: "id" }]) };
      const answer = await client.GET("/api/database/{name}/tables/{table}/export", { params: { path: { name, table: "orders" }, query }, parseAs: "text" });
      equal(data(answer), "id,total\n201,2.50\n203,3.50\n");
      const id = answer.response.headers.get("x-export-id") ?? "";
      const read = data(await client.GET("/api/exports/{id}", { params: { path: { id } } }));
      equal([read.state, read.table, read.rows, read.bytes], ["done", "orders", 2, data(answer).length]);
    }],
    ["export rows as a file of bytes", async () => {
      // Without the long note: a cell of a spreadsheet has its limits.
      const query = { format: "xlsx" as const, columns: JSON.stringify(["id", "total"]) };
      const answer = await client.GET("/api/database/{name}/tables/{table}/export", { params: { path: { name, table: "orders" }, query }, parseAs: "arrayBuffer" });
      equal([...new Uint8Array(data(answer)).slice(0, 4)], XLSX);
    }],
  ];
}
