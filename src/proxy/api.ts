// The HTTP server of Toxiproxy 2.12's API: paths, headers and error bodies as its clients know them.

import { randomBytes, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { posix } from "node:path";
import { messageOf } from "../core/errors.ts";
import type { Ms } from "../core/units.ts";
import { hostOfPlace, isLoopbackHost, loopbackHost } from "../core/addresses.ts";
import { ApiError } from "./api-error.ts";
import { goText } from "./go-json.ts";
import { Proxies } from "./proxies.ts";
import type { ProxyContext } from "./proxy.ts";
import { findRoute, lazyBody, type Answer } from "./routes.ts";

/** Toxiproxy takes bodies of any length; so much is enough for a hundred thousand proxies. */
const LONGEST_BODY = 16 * 1_048_576;
/** As Toxiproxy's read time-out. */
const READ_TIMEOUT: Ms = 15_000;

/** As Go's server: a proxy's name may be long, and it stands in the path. */
const LONGEST_HEAD = 1_048_576;

/** Go's answer to what it cannot read as HTTP. */
const malformed = "400 Bad Request";
const malformedHeaders = { "content-type": "text/plain; charset=utf-8", connection: "close" };

export interface ProxyApiOptions extends ProxyContext {
  /** When set, every path starts with `/<token>`; any other path is answered 404 as if nothing were there. */
  readonly token?: string;
  /** Default: loopback. */
  readonly host?: string;
  /** Default: a free one. */
  readonly port?: number;
}

/** A running API; `url` has no slash at the end and holds the token. */
export interface ProxyApi extends AsyncDisposable {
  readonly url: string;
  readonly proxies: Proxies;
}

/** Starts the API. Rejects with the system's error when the port is taken. */
export async function startProxyApi(options: ProxyApiOptions): Promise<ProxyApi> {
  const { token, host = loopbackHost, port = 0, ...context } = options;
  const proxies = new Proxies(context);
  // One call at a time: two calls about the same name must not meet half-way through listening.
  let turn: Promise<void> = Promise.resolve();
  const inTurn = async (work: () => Promise<void>): Promise<void> => (turn = turn.then(work));

  const limits = { requestTimeout: READ_TIMEOUT, keepAliveTimeout: 60_000, maxHeaderSize: LONGEST_HEAD };
  const server = createServer(limits, (request, response) => {
    // A client that went away while it was being read or answered has nothing to hear.
    void serve(request, response).catch(() => response.destroy());
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = pathOf(request.url ?? "/", token);
    if (path === null) return void response.writeHead(400, malformedHeaders).end(malformed);
    if (path === undefined) return writePlain(response, 404, "404 page not found\n");
    const clean = cleanPath(path);
    if (clean !== path) {
      const query = /\?[^#]*/.exec(request.url ?? "")?.[0] ?? "";
      return void response.writeHead(301, { location: `${encodeURI(clean)}${query}` }).end();
    }
    const route = findRoute(request.method ?? "", path.slice(1).split("/"));
    if (route === 404) return writePlain(response, 404, "404 page not found\n");
    if (route === 405) return void response.writeHead(405).end();
    response.setHeader("x-toxiproxy-request-id", randomBytes(10).toString("hex"));
    // As Toxiproxy: no browser page may drive the proxy.
    if (request.headers["user-agent"]?.startsWith("Mozilla/")) {
      return writePlain(response, 403, "User agent not allowed\n");
    }
    // A page elsewhere whose name was made to lead here (DNS rebinding) may have a user agent of its own choice.
    if (context.anywhere !== true && !isHere(request)) return writePlain(response, 403, "Host not allowed\n");
    const text = await readText(request);
    if (text === undefined) return writeError(response, new ApiError(413, "request body too large"));
    await inTurn(async () => {
      try {
        write(response, await route.handle({ ...route, proxies, body: lazyBody(text) }));
      } catch (error) {
        writeError(response, error);
      }
    });
  }

  server.listen({ port, host });
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the API has no port");
  const authority = address.address.includes(":") ? `[${address.address}]` : address.address;
  return {
    url: `http://${authority}:${address.port}${token === undefined ? "" : `/${token}`}`,
    proxies,
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await proxies.stopAll();
      await closed;
    },
  };
}

/** HTTP/1.0 names no host, and no browser speaks it. */
function isHere({ headers: { host } }: IncomingMessage): boolean {
  return host === undefined || isLoopbackHost(hostOfPlace(host) ?? "");
}

/** Decoded path below the token; undefined when the token is not there, null when it cannot be decoded. */
function pathOf(url: string, token: string | undefined): string | null | undefined {
  let path: string;
  try {
    // A client that asks through another proxy names the whole address (RFC 9112, section 3.2.2).
    path = decodeURIComponent(url.replace(/^https?:\/\/[^/?#]*/i, "").split(/[?#]/, 1)[0] || "/");
  } catch {
    return null;
  }
  if (token === undefined) return path;
  const [, first = ""] = path.split("/", 2);
  const given = Buffer.from(first);
  const wanted = Buffer.from(token);
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return undefined;
  return path.slice(1 + first.length) || "/";
}

/** A path without `//`, `.` and `..`; Toxiproxy's router sends callers there. A slash at the end stays. */
function cleanPath(path: string): string {
  const clean = posix.normalize(path.startsWith("/") ? path : `/${path}`);
  return clean.replace(/^\/(?:\.\.\/)+/, "/");
}

/** The body as text; undefined when it is too long. */
async function readText(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = chunk as Buffer;
    size += bytes.length;
    if (size <= LONGEST_BODY) chunks.push(bytes);
  }
  return size <= LONGEST_BODY ? Buffer.concat(chunks).toString("utf8") : undefined;
}

function write(response: ServerResponse, { status, body, contentType = "text/plain" }: Answer): void {
  if (body === undefined) response.writeHead(status).end();
  else response.writeHead(status, { "content-type": contentType, "content-length": Buffer.byteLength(body) }).end(body);
}

function writeError(response: ServerResponse, error: unknown): void {
  const status = error instanceof ApiError ? error.status : 500;
  writePlain(response, status, `${goText({ error: messageOf(error), status })}\n`);
}

/** Go's `http.Error`, which is also how Toxiproxy sends its JSON errors. */
function writePlain(response: ServerResponse, status: number, text: string): void {
  response
    .writeHead(status, {
      "content-type": "text/plain; charset=utf-8",
      "x-content-type-options": "nosniff",
      "content-length": Buffer.byteLength(text),
    })
    .end(text);
}
