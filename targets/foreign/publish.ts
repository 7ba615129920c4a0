// What a supervisor tells, as Rebound reads it: a page that says when all is there, an inventory, the supervisor's own
// words, and the start of a process that an operator asks for.

import { createHash, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { send } from "./notes-app.ts";

export interface Told {
  readonly isReady: () => Promise<boolean>;
  readonly inventory: () => Promise<unknown>;
  /** What the supervisor says of each, which no intent believes. */
  readonly words: () => Promise<unknown>;
  /** The processes that an operator may have started. */
  readonly names: readonly string[];
  readonly start: (name: string) => Promise<{ readonly started: boolean; readonly pid: number | undefined }>;
  /** Has a process answer from the files that lie there now; absent: it does so anyhow. Says why where it does not. */
  readonly reload?: (name: string) => Promise<string | undefined>;
}

/** Answers on loopback until the process ends, or the server is closed. Without a token nobody may operate. */
export function publish(port: number, token: string, told: Told): Server {
  return createServer((request, response) => {
    answer(request, token, told).then(
      ({ status, body }) => send(response, status, body),
      (thrown: unknown) => send(response, 503, { error: String(thrown) }),
    );
  })
    .once("error", (error) => fail(error.message))
    .listen(port, "127.0.0.1");
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

async function answer(request: IncomingMessage, token: string, told: Told): Promise<Answer> {
  const path = request.url ?? "/";
  if (path === "/ready") return { status: (await told.isReady()) ? 200 : 503, body: {} };
  if (path === "/inventory") return { status: 200, body: await told.inventory() };
  if (path === "/words") return { status: 200, body: await told.words() };
  const [, name = "", order] = /^\/processes\/([a-z]+)\/(start|reload)$/.exec(path) ?? [];
  if (request.method !== "POST" || !told.names.includes(name)) return { status: 404, body: { error: "not found" } };
  if (!mayOperate(request, token)) return { status: 401, body: { error: "a valid bearer token is needed" } };
  if (order === "start") return { status: 200, body: await told.start(name) };
  const refusal = await told.reload?.(name);
  return refusal === undefined ? { status: 200, body: {} } : { status: 422, body: { error: refusal } };
}

function mayOperate(request: IncomingMessage, token: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  const given = /^Bearer (\S+)$/.exec(request.headers.authorization ?? "")?.[1];
  return token !== "" && given !== undefined && timingSafeEqual(digest(given), digest(token));
}

/** True when it answers 2xx within a second. */
export async function isWell(url: string): Promise<boolean> {
  return fetch(url, { signal: AbortSignal.timeout(1_000) }).then(
    (response) => response.ok,
    () => false,
  );
}

export function portOf(name: string, fallback: number): number {
  const port = Number(process.env[name] ?? fallback);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new Error(`${name} is ${JSON.stringify(process.env[name])}; expected a port`);
}

export function fail(says: string): never {
  console.error(says);
  process.exit(1);
}
