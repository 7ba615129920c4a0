// The HTTP API, the part of Toxiproxy 2.12's that toxiproxy-node-client 4.1 speaks (updates by POST or PATCH).

import { timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { messageOf } from "../core/errors.ts";
import { ApiError } from "./api-error.ts";
import { Proxies } from "./proxies.ts";
import type { ProxyContext } from "./proxy.ts";
import { toxicBody } from "./toxic-list.ts";

/** Version of Toxiproxy whose answers we follow; the build part says that it is not Toxiproxy. */
const API_VERSION = "2.12.0+rebound";

const LONGEST_BODY = 1_048_576;

export interface ProxyApiOptions extends ProxyContext {
  /** When set, every path starts with `/<token>`; any other path is answered 404 as if nothing were there. */
  readonly token?: string;
}

/** A running API; `url` has no slash at the end and holds the token. */
export interface ProxyApi extends AsyncDisposable {
  readonly url: string;
  readonly proxies: Proxies;
}

interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = chunk as Buffer;
    size += bytes.length;
    if (size > LONGEST_BODY) throw new ApiError(413, "request body too large");
    chunks.push(bytes);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8")) as unknown;
  } catch (error) {
    throw new ApiError(400, `bad request body: ${messageOf(error)}`);
  }
}

async function answerProxy(proxies: Proxies, name: string, request: IncomingMessage): Promise<Answer> {
  const proxy = proxies.get(name);
  if (request.method === "GET") return { status: 200, body: proxy.body() };
  if (request.method === "POST" || request.method === "PATCH") {
    return { status: 200, body: await proxies.update(name, await readJson(request)) };
  }
  if (request.method !== "DELETE") throw new ApiError(405, "method not allowed");
  await proxies.remove(name);
  return { status: 204 };
}

async function answerToxics(proxies: Proxies, path: readonly string[], request: IncomingMessage): Promise<Answer> {
  const [name = "", toxic] = path;
  const proxy = proxies.get(name);
  const changes = request.method === "POST" || request.method === "PATCH";
  if (toxic === undefined) {
    if (request.method === "GET") return { status: 200, body: proxy.toxicBodies() };
    if (request.method === "POST") return { status: 200, body: proxy.addToxic(await readJson(request)) };
  } else {
    if (request.method === "GET") return { status: 200, body: toxicBody(proxy.toxic(toxic)) };
    if (changes) return { status: 200, body: proxy.updateToxic(toxic, await readJson(request)) };
    if (request.method === "DELETE") {
      proxy.removeToxic(toxic);
      return { status: 204 };
    }
  }
  throw new ApiError(405, "method not allowed");
}

async function answer(proxies: Proxies, path: readonly string[], request: IncomingMessage): Promise<Answer> {
  const [room, name, toxics, toxic] = path;
  if (room === "proxies" && name !== undefined && path.length === 2) return answerProxy(proxies, name, request);
  if (room === "proxies" && name !== undefined && toxics === "toxics" && path.length <= 4) {
    return answerToxics(proxies, toxic === undefined ? [name] : [name, toxic], request);
  }
  switch (path.length === 1 ? `${request.method} ${room}` : "") {
    case "GET version":
      return { status: 200, body: { version: API_VERSION } };
    case "GET proxies":
      return { status: 200, body: Object.fromEntries(proxies.all().map((each) => [each.name, each.body()])) };
    case "POST proxies":
      return { status: 201, body: await proxies.create(await readJson(request)) };
    case "POST populate":
      return { status: 201, body: { proxies: await proxies.populate(await readJson(request)) } };
    case "POST reset":
      await proxies.reset();
      return { status: 204 };
    default:
      throw new ApiError(404, "page not found");
  }
}

/** Path below the token, in decoded parts; undefined when the token is not there. */
function pathParts(url: string, token: string | undefined): readonly string[] | undefined {
  const raw = new URL(url, "http://127.0.0.1").pathname.split("/").slice(1);
  if (token !== undefined) {
    const given = Buffer.from(raw.shift() ?? "");
    const wanted = Buffer.from(token);
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return undefined;
  }
  return raw.map((part) => decodeURIComponent(part));
}

function write(response: ServerResponse, { status, body }: Answer): void {
  if (body === undefined) response.writeHead(status).end();
  else response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

/** Starts the API on a free port of loopback. */
export async function startProxyApi({ token, ...context }: ProxyApiOptions): Promise<ProxyApi> {
  const proxies = new Proxies(context);
  // One call at a time: two calls about the same name must not meet half-way through listening.
  let turn: Promise<void> = Promise.resolve();

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const path = pathParts(request.url ?? "/", token);
      if (path === undefined) throw new ApiError(404, "page not found");
      // As Toxiproxy: no browser page may drive the proxy.
      if (request.headers["user-agent"]?.startsWith("Mozilla/")) throw new ApiError(403, "User agent not allowed");
      write(response, await answer(proxies, path, request));
    } catch (error) {
      const status = error instanceof ApiError ? error.status : error instanceof URIError ? 400 : 500;
      write(response, { status, body: { error: messageOf(error), status } });
    }
  }

  const server = createServer((request, response) => {
    turn = turn.then(async () => serve(request, response));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the API has no port");
  return {
    url: `http://127.0.0.1:${address.port}${token === undefined ? "" : `/${token}`}`,
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
