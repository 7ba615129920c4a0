// Every endpoint of every service of the reference stack, found in its sources, under bodies that nobody meant.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PATHWAYS } from "../../targets/reference-ai-stack/healer/pathways/table.ts";
import { OPERATIONS } from "../../targets/reference-ai-stack/supervisor/operations/table.ts";
import { bootStack, type RunningStack } from "../programs/stack/boot.ts";
import { anyBodies, asForm, type AnyBody } from "../support/any-bodies.ts";
import { EXAMPLES, READ } from "../support/right-requests.ts";

const root = join(import.meta.dirname, "../..");
const target = join(root, "targets/reference-ai-stack");
const OPERATOR = "token-of-the-operator";
const APPROVER = "token-of-the-approver";
const NOOPS = PATHWAYS.map(({ name }) => name).join(",");
/** Each endpoint that takes a body gets this many of them. */
const BODIES = 1000;
const QUERIES = 60;
/** An answer that takes longer hangs, ms. */
const LONGEST_MS = 20_000;
const AT_ONCE = 16;

/** Service → its port's name in the stack. */
const SERVICES = {
  supervisor: "supervisor",
  embedder: "embedder",
  vector: "vector_1",
  inference: "inference_1",
  gateway: "gateway",
  collector: "collector",
  healer: "healer",
} as const;
type Service = keyof typeof SERVICES;

interface Route {
  readonly service: Service;
  readonly method: string;
  readonly path: string;
}

/** What stands for a part of a path that is made in the source. */
const MADE: Readonly<Record<string, readonly string[]>> = {
  // oxlint-disable-next-line no-template-curly-in-string
  "${signal}": ["metrics", "traces", "logs"],
  // oxlint-disable-next-line no-template-curly-in-string
  "${act}": ["take-back", "release"],
};

/** Routes whose path is no text in the call. */
const NAMED: readonly Route[] = [
  ...["/search", "/search/exact"].map((path) => ({ service: "vector" as const, method: "post", path })),
  ...OPERATIONS.flatMap(({ alsoAt }) =>
    alsoAt === undefined ? [] : [{ service: "supervisor" as const, method: "post", path: alsoAt }],
  ),
];

function routesOf(service: Service): readonly Route[] {
  const files = readdirSync(join(target, service), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => join(target, service, file));
  const found = files.flatMap((file) => {
    const calls = readFileSync(file, "utf8").matchAll(/\bapp\.(get|post|put|patch|delete)\(\s*["`](\/[^"`]*)["`]/g);
    const base = file.includes("/console/") ? "/console" : "";
    return [...calls].flatMap(([, method = "", path = ""]) =>
      spelt(path).map((one) => ({ service, method, path: base + one })),
    );
  });
  const metrics =
    service === "supervisor" || service === "collector" ? [] : [{ service, method: "get", path: "/metrics" }];
  return [...found, ...metrics, ...NAMED.filter((one) => one.service === service)];
}

function spelt(path: string): readonly string[] {
  const made = Object.keys(MADE).find((part) => path.includes(part));
  return made === undefined ? [path] : (MADE[made] ?? []).map((word) => path.replace(made, word));
}

const routes = (Object.keys(SERVICES) as Service[]).flatMap(routesOf);
const withBody = routes.filter(({ method }) => method !== "get");
/** A stream without an end is no answer to wait for. */
const readable = routes.filter(({ method, path }) => method === "get" && path !== "/events");

/** Who else tells the supervisor something, by the token of whose. */
const TELLERS: Readonly<Record<string, "feed" | "gateway" | "cache" | "write" | "records">> = {
  "/events": "feed",
  "/lineage/documents": "gateway",
  "/reset_prefix_cache": "cache",
  "/internal/embedding-cache/clear": "cache",
  "/internal/model/reload": "cache",
  "/collections/:collection/documents/:document{.+}": "write",
  "/records": "records",
};
/** What needs no body does what it is asked, whatever the body is. */
const NEEDS_NONE = new Set([
  "vector /reload",
  "vector /save",
  "supervisor /console/logout",
  "inference /reset_prefix_cache",
  "embedder /internal/embedding-cache/clear",
]);

describe("the reference stack under bodies that nobody meant", () => {
  let stack: RunningStack;
  let tokens: Readonly<Record<Service | "feed" | "cache" | "write" | "records", string>>;
  let pids: Readonly<Record<string, number | null>>;

  const pidsNow = async (): Promise<typeof pids> =>
    Object.fromEntries((await stack.inventory()).map(({ replica, pid }) => [replica, pid]));

  beforeAll(async () => {
    stack = await bootStack({
      root,
      cacheDir: join(root, ".cache/reference-ai-stack"),
      // The healer looks on and touches nothing: whoever has another process afterwards was ended by a body.
      env: () => ({
        STACK_OPERATOR_TOKEN: OPERATOR,
        STACK_APPROVER_TOKEN: APPROVER,
        HEALER_NOOP_ACTIONS: NOOPS,
      }),
    });
    pids = await pidsNow();
    const secret = (replica: string, name: string): string => {
      const environment = readFileSync(`/proc/${pids[replica]}/environ`, "utf8").split("\0");
      return environment.find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1) ?? "";
    };
    tokens = {
      supervisor: OPERATOR,
      embedder: "",
      vector: secret("vector-1", "VECTOR_RELOAD_TOKEN"),
      inference: secret("inference-1", "MODEL_LOAD_TOKEN"),
      gateway: secret("gateway", "SUPERVISOR_TOKEN"),
      collector: "",
      healer: secret("healer", "HEALER_DOOR_TOKEN"),
      feed: secret("healer", "HEALER_TOKEN"),
      cache: secret("inference-1", "PREFIX_CACHE_TOKEN"),
      write: secret("vector-1", "VECTOR_WRITE_TOKEN"),
      records: secret("vector-1", "VECTOR_RECORDS_TOKEN"),
    };
  });
  afterAll(async () => stack?.[Symbol.asyncDispose]());

  /** The cookie of a new session at the console, and the secret that its forms carry. */
  async function logIn(): Promise<Session> {
    const origin = `http://127.0.0.1:${stack.port("supervisor")}`;
    const body = new URLSearchParams({ token: APPROVER });
    const answer = await fetch(`${origin}/console/login`, { method: "POST", body, redirect: "manual" });
    expect(answer.status).toBe(303);
    const cookie = answer.headers.get("set-cookie")?.split(";")[0] ?? "";
    const page = await (await fetch(`${origin}/console`, { headers: { cookie } })).text();
    return { cookie, csrf: /name="csrf" value="(\w+)"/.exec(page)?.[1] ?? "" };
  }

  async function answerTo(
    { service, method, path }: Route,
    { body, type = "", cookie = "" }: Partial<AnyBody> & { readonly cookie?: string },
    query = "",
  ): Promise<number> {
    const place = path.replaceAll(/:(\w+)(\{[^}]*\})?/g, "no-such-$1");
    const isAnswer = service === "supervisor" && path === "/incidents/:id/approval";
    const authorization = `Bearer ${isAnswer ? APPROVER : tokens[TELLERS[path] ?? service]}`;
    const origin = `http://127.0.0.1:${stack.port(SERVICES[service])}`;
    const answer = await fetch(`${origin}${place}${query}`, {
      method: method.toUpperCase(),
      ...(body !== undefined && { body }),
      headers: {
        authorization,
        origin,
        ...(cookie !== "" && { cookie }),
        ...(type !== "" && { "content-type": type }),
      },
      redirect: "manual",
      signal: AbortSignal.timeout(LONGEST_MS),
    });
    await answer.arrayBuffer();
    return answer.status;
  }

  /** Statuses by how often they came; a request that hung or was cut is a word. */
  async function statusesOf(calls: readonly (() => Promise<number>)[]): Promise<ReadonlyMap<number | string, number>> {
    const seen = new Map<number | string, number>();
    let next = 0;
    const worker = async (): Promise<void> => {
      for (let call = calls[next++]; call !== undefined; call = calls[next++]) {
        // A server may close a connection whose body it has not read just as the next request is sent on it; what a
        // body has broken is broken the second time too.
        const status = await call()
          .catch(call)
          .catch((error: unknown) => String(error));
        seen.set(status, (seen.get(status) ?? 0) + 1);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    return seen;
  }

  test("finds the endpoints of every service in its sources", () => {
    for (const service of Object.keys(SERVICES) as Service[]) {
      expect(existsSync(join(target, service))).toBe(true);
      expect(routesOf(service).map(({ path }) => path)).toContain("/health");
    }
    expect(withBody.length).toBeGreaterThanOrEqual(24);
    expect(readable.length).toBeGreaterThanOrEqual(20);
  });

  test.each(withBody.map((route) => [`${route.service} ${route.method} ${route.path}`, route] as const))(
    "%s answers 1,000 bodies with 4xx, and none of them with an error of its own or not at all",
    async (_name, route) => {
      const name = `${route.service} ${route.path}`;
      const example = EXAMPLES[name] ?? EXAMPLES[route.path];
      const isForm = route.path.startsWith("/console");
      const { cookie, csrf } = isForm ? await logIn() : NOBODY;
      const bodies = anyBodies(BODIES, 13, example).map((one) => (isForm ? asForm(one, csrf) : one));
      const calls = bodies.map((one) => () => answerTo(route, { ...one, cookie }));
      const statuses = await statusesOf(calls);
      const wrong = [...statuses.keys()].filter((one) => !(typeof one === "number" && one >= 200 && one < 500));
      expect(wrong, JSON.stringify([...statuses])).toEqual([]);
      if (!isForm) expect(statuses.get(401) ?? 0, "the token was not taken").toBe(0);
      for (const status of READ[name] ?? []) expect(statuses.get(status) ?? 0, `${status}`).toBeGreaterThan(0);
      const refused = [...statuses].filter(([one]) => Number(one) >= 400).reduce((sum, [, times]) => sum + times, 0);
      const isTaken = example !== undefined || NEEDS_NONE.has(name);
      if (!isTaken) expect(refused).toBe(BODIES);
      else if (!NEEDS_NONE.has(name)) expect(refused).toBeGreaterThan(BODIES / 4);
    },
  );

  test.each(readable.map((route) => [`${route.service} ${route.path}`, route] as const))(
    "%s answers any query without an error of its own",
    async (_name, route) => {
      const queries = anyBodies(QUERIES, 17).map(({ body }) => `?n=${part(body)}&seed=${part(body)}&${part(body)}`);
      const odd = [
        "?n=-1",
        "?n=1e9",
        "?n=NaN&seed=-1",
        "?since=1e400&back=-1",
        "?from=-1&to=x&tier=y",
        "?windowMs=1e99",
      ];
      const statuses = await statusesOf([...queries, ...odd].map((query) => () => answerTo(route, {}, query)));
      const wrong = [...statuses.keys()].filter((one) => !(typeof one === "number" && one >= 200 && one < 500));
      expect(wrong, JSON.stringify([...statuses])).toEqual([]);
    },
  );

  test("nobody was ended by it, and everybody is well", async () => {
    expect(await pidsNow()).toEqual(pids);
    for (const service of Object.keys(SERVICES) as Service[]) {
      expect(await answerTo({ service, method: "get", path: "/health" }, {})).toBe(200);
    }
  });
});

interface Session {
  readonly cookie: string;
  readonly csrf: string;
}
const NOBODY: Session = { cookie: "", csrf: "" };

function part(body: string | Uint8Array): string {
  const text = typeof body === "string" ? body : Buffer.from(body).toString("latin1");
  return encodeURIComponent(text.toWellFormed().slice(0, 200));
}
