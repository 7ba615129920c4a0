// Every path and method of Toxiproxy 2.12's API, and what answers it. One line a route.

import { goText, readFirstValue, type GoValue } from "./go-json.ts";
import { metricsText } from "./metrics.ts";
import type { Proxies } from "./proxies.ts";
import { toxicJson } from "./toxic-list.ts";

/** Version of Toxiproxy whose API and toxics these are. */
const API_VERSION = "2.12.0";

/** What a route answers; no body means none. */
export interface Answer {
  readonly status: number;
  readonly body?: string;
  readonly contentType?: string;
}

/** A call that a route answers: path parts by name, and the body, read as JSON only when the route comes to it. */
interface Call {
  readonly proxies: Proxies;
  readonly proxy: string;
  readonly toxic: string;
  readonly body: () => GoValue;
}

type Handler = (call: Call) => Answer | Promise<Answer>;

interface Route {
  /** Parts of the path; `proxy` and `toxic` after their collections take any one part. */
  readonly path: string;
  /** Absent: any method. */
  readonly methods?: readonly string[];
  readonly handle: Handler;
}

const json = (status: number, body: string): Answer => ({ status, body, contentType: "application/json" });
const ok = (body: string): Answer => json(200, body);
const noContent: Answer = { status: 204 };

const change = ["POST", "PATCH"];

const routes: readonly Route[] = [
  { path: "/reset", methods: ["POST"], handle: async ({ proxies }) => proxies.reset().then(() => noContent) },
  { path: "/proxies", methods: ["GET"], handle: ({ proxies }) => ok(proxies.json()) },
  {
    path: "/proxies",
    methods: ["POST"],
    handle: async (call) => json(201, (await call.proxies.create(call.body)).json()),
  },
  { path: "/populate", methods: ["POST"], handle: populate },
  { path: "/proxies/{proxy}", methods: ["GET"], handle: (call) => ok(call.proxies.get(call.proxy).json()) },
  {
    path: "/proxies/{proxy}",
    methods: change,
    handle: async (call) => ok((await call.proxies.update(call.proxy, call.body)).json()),
  },
  {
    path: "/proxies/{proxy}",
    methods: ["DELETE"],
    handle: async (call) => call.proxies.remove(call.proxy).then(() => noContent),
  },
  {
    path: "/proxies/{proxy}/toxics",
    methods: ["GET"],
    handle: (call) => ok(`[${call.proxies.get(call.proxy).toxics.map(toxicJson).join(",")}]`),
  },
  {
    path: "/proxies/{proxy}/toxics",
    methods: ["POST"],
    handle: (call) => ok(toxicJson(call.proxies.get(call.proxy).addToxic(call.body))),
  },
  {
    path: "/proxies/{proxy}/toxics/{toxic}",
    methods: ["GET"],
    handle: (call) => ok(toxicJson(call.proxies.get(call.proxy).toxic(call.toxic))),
  },
  {
    path: "/proxies/{proxy}/toxics/{toxic}",
    methods: change,
    handle: (call) => ok(toxicJson(call.proxies.get(call.proxy).updateToxic(call.toxic, call.body))),
  },
  { path: "/proxies/{proxy}/toxics/{toxic}", methods: ["DELETE"], handle: removeToxic },
  {
    path: "/version",
    methods: ["GET"],
    handle: () => ({
      status: 200,
      body: `{"version": "${API_VERSION}"}\n`,
      contentType: "application/json;charset=utf-8",
    }),
  },
  // Toxiproxy serves this with its flag -proxy-metrics.
  {
    path: "/metrics",
    handle: async ({ proxies }) => ({
      status: 200,
      body: await metricsText(proxies.all()),
      contentType: "text/plain; version=0.0.4; charset=utf-8",
    }),
  },
  // Beyond Toxiproxy: what the toxics really did, connection by connection.
  {
    path: "/proxies/{proxy}/effects",
    methods: ["GET"],
    handle: (call) => ok(goText(call.proxies.get(call.proxy).effects())),
  },
];

async function populate(call: Call): Promise<Answer> {
  const { proxies, error } = await call.proxies.populate(call.body);
  const made = proxies.length === 0 ? "null" : `[${proxies.map((proxy) => proxy.json()).join(",")}]`;
  const why = error === undefined ? "" : `${goText({ error: error.message, status: error.status }).slice(1, -1)},`;
  return json(error?.status ?? 201, `{${why}"proxies":${made}}`);
}

function removeToxic(call: Call): Answer {
  call.proxies.get(call.proxy).removeToxic(call.toxic);
  return noContent;
}

/** The route of a path in decoded parts: what answers it, or that nothing does (404) or not to this method (405). */
export function findRoute(
  method: string,
  parts: readonly string[],
): { readonly handle: Handler; readonly proxy: string; readonly toxic: string } | 404 | 405 {
  const there = routes.filter((route) => matches(route.path.slice(1).split("/"), parts));
  if (there.length === 0) return 404;
  const route = there.find(({ methods }) => methods === undefined || methods.includes(method));
  return route === undefined ? 405 : { handle: route.handle, proxy: parts[1] ?? "", toxic: parts[3] ?? "" };
}

function matches(pattern: readonly string[], parts: readonly string[]): boolean {
  return (
    pattern.length === parts.length &&
    pattern.every((each, index) => (each.startsWith("{") ? parts[index] !== "" : each === parts[index]))
  );
}

/** The body as JSON, when it is asked for. Throws ApiError 400. */
export function lazyBody(text: string): () => GoValue {
  return () => readFirstValue(text);
}
