import createClient from "openapi-fetch";
import type { components, paths } from "../schema.js";

export type Schemas = components["schemas"];
export type Client = ReturnType<typeof connect>;
export type Step = [name: string, run: () => Promise<void>];

/** What the steps are given, and hand on to each other. */
export interface Context {
  readonly url: string;
  /** The link that the first start prints. */
  readonly setupLink: string;
  /** Runs SQL beside the API, for what the API only reads. */
  readonly execute: (database: string, sql: string) => Promise<string>;
  /** The database of the steps, with a name that must be escaped in an address. */
  readonly name: string;
  /** With an API token of the administrator; there once set-up is over. */
  client: Client;
}

/** The operations that were answered with success: `GET /api/health`. */
export const called = new Set<string>();

/** A generated client that keeps count of the operations it has been through. */
export function connect(baseUrl: string, headers: Record<string, string> = {}) {
  const client = createClient<paths>({ baseUrl, headers });
  client.use({
    onResponse({ request, response, schemaPath }) {
      if (response.ok) called.add(`${request.method} ${schemaPath}`);
    },
  });
  return client;
}

export function check(holds: boolean, what: unknown): asserts holds {
  if (!holds) throw new Error(typeof what === "string" ? what : JSON.stringify(what));
}

/** As JSON, whatever the order of an object's keys. */
function written(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part) ? Object.fromEntries(Object.entries(part).sort()) : part);
}

export function equal(found: unknown, expected: unknown): void {
  const [one, other] = [written(found), written(expected)];
  check(one === other, `${one} where ${other} is expected`);
}

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The body of an answer with this status. */
export function data<T>(answer: Answer<T>, status = 200): NonNullable<T> {
  check(answer.response.status === status, answer.error ?? answer.response.status);
  check(answer.data !== undefined && answer.data !== null, "there is no body");
  return answer.data;
}

/** That there is no body. */
export function empty(answer: Answer<unknown>): void {
  check(answer.response.status === 204, answer.error ?? answer.response.status);
  check(answer.data === undefined, answer.data);
}

type Shown = { statements: unknown[] };

/** The object that was made or changed, rather than the preview that `dryRun` would have brought. */
export function done<T>(answer: Answer<T>, status = 200): Exclude<NonNullable<T>, Shown> {
  const body = data(answer, status);
  check(!(typeof body === "object" && "statements" in body), body);
  return body as Exclude<NonNullable<T>, Shown>;
}

/** The preview, which holds SQL. */
export function preview<T>(answer: Answer<T>): Extract<NonNullable<T>, Shown> {
  const body = data(answer);
  check(typeof body === "object" && "statements" in body, body);
  const shown = body as Extract<NonNullable<T>, Shown>;
  check(shown.statements.length > 0, shown);
  return shown;
}

/** Asks again until there is an answer; the runner's own limit ends what never comes. */
export async function eventually<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  for (let turn = 0; turn < 1200; turn += 1) {
    const found = await ask();
    if (found !== undefined) return found;
    await new Promise((wake) => setTimeout(wake, 50));
  }
  throw new Error(`${what}: it does not come`);
}

const FINAL = new Set<Schemas["JobState"]>(["succeeded", "failed", "cancelled", "interrupted"]);

/** The job once it has ended. */
export function ended(client: Client, id: string): Promise<Schemas["Job"]> {
  return eventually("the job ends", async () => {
    const job = data(await client.GET("/api/jobs/{id}", { params: { path: { id } } }));
    return FINAL.has(job.state) ? job : undefined;
  });
}

/** The job of an answer, once it has succeeded. */
export async function succeeded(client: Client, answer: Answer<Schemas["Job"] | Schemas["ChangePreview"]>): Promise<Schemas["Job"]> {
  const started = done(answer, 202);
  equal(answer.response.headers.get("location"), `/api/jobs/${started.id}`);
  const job = await ended(client, started.id);
  check(job.state === "succeeded", job);
  return job;
}

/** Reads server-sent events until one fits, or the stream ends. */
export async function events(stream: ReadableStream<Uint8Array> | null | undefined, fits: (event: Schemas["Event"]) => boolean): Promise<Schemas["Event"][]> {
  check(stream !== null && stream !== undefined, "there is no stream");
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  const seen: Schemas["Event"][] = [];
  let text = "";
  for (;;) {
    const { value, done: over } = await reader.read();
    if (over) return seen;
    text += decoder.decode(value, { stream: true });
    const whole = text.split("\n\n");
    text = whole.pop() ?? "";
    for (const one of whole) {
      const line = one.split("\n").find((each) => each.startsWith("data:"));
      if (line === undefined) continue;
      const event = JSON.parse(line.slice(5)) as Schemas["Event"];
      seen.push(event);
      if (fits(event)) {
        await reader.cancel();
        return seen;
      }
    }
  }
}
