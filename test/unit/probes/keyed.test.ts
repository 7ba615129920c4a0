import type { IncomingMessage, RequestListener } from "node:http";
import { expect, it } from "vitest";
import { withKeys } from "../../../src/core/keys.ts";
import type { ProbedReplica, TargetAccess } from "../../../src/core/probe-kind.ts";
import { healthOf } from "../../../src/core/health.ts";
import type { Target } from "../../../src/core/target.ts";
import { makeProbes } from "../../../src/probes/table.ts";
import { lintTargetText } from "../../../src/target/lint-target.ts";
import { serveForTest, serveSocketsForTest } from "../../support/serve-for-test.ts";
import { changed, file, here } from "../target/lint-cases.ts";

const key = "correct horse battery";
const header = '{ api-key: "{env:SHOP_KEY}" }';

/** The target as it is asked, its `back` service looked after in this way. */
function asked(health: string, probe: string): Target {
  const withHealth = changed("  - name: back\n    health: /health", `  - name: back\n    health: ${health}`);
  const text = withHealth.replace(/probes:\n(?: {2}- .*\n)+/, `probes:\n  - ${probe}\n`);
  const { target, problems } = lintTargetText(text, file, here);
  if (target === undefined) throw new Error(JSON.stringify(problems));
  return withKeys(target, (name) => (name === "SHOP_KEY" ? key : undefined));
}

const common = "service: back, every: 200ms, timeout: 1s";
const healthy = `{ name: replicas.back, kind: healthy-replicas, ${common} }`;

async function lookAt(target: Target, ...addresses: readonly string[]) {
  const replicas = addresses.map((address, n): ProbedReplica => ({
    replica: `back-${n + 1}`,
    address,
    isRunning: () => Promise.resolve(true),
  }));
  const access: TargetAccess = {
    replicas: () => replicas,
    health: (name) => healthOf(target.services.find((service) => service.name === name)),
  };
  const [probe] = makeProbes(target.probes, access, 1);
  const look = async () => probe?.look(new AbortController().signal);
  return { look, first: await look() };
}

const hasKey = ({ headers }: IncomingMessage): boolean => headers["api-key"] === key;

/** Answers whoever has the key. */
const guarded =
  (answer: RequestListener): RequestListener =>
  (request, response) => {
    if (hasKey(request)) answer(request, response);
    else response.writeHead(401).end();
  };

const status =
  (code: number): RequestListener =>
  (_request, response) =>
    void response.writeHead(code).end();

it("a replica is well by any status of 200 to 299, and by exactly the one that is asked for", async () => {
  const servers = await Promise.all([200, 204, 301, 503].map((code) => serveForTest(status(code))));
  const urls = servers.map(({ url }) => url);
  expect((await lookAt(asked("/health", healthy), ...urls)).first).toEqual({
    ok: true,
    value: 2,
    note: "back-3: answered 301; back-4: answered 503",
  });
  const exactly = await lookAt(asked("{ path: /ping, status: 204 }", healthy), ...urls);
  expect(exactly.first).toMatchObject({ value: 1, note: expect.stringContaining("back-1: answered 200, not 204") });
});

it("a replica whose health needs a key is asked with it", async () => {
  const { url } = await serveForTest(guarded(status(200)));
  const without = await lookAt(asked("/health", healthy), url);
  expect(without.first).toEqual({ ok: true, value: 0, note: "back-1: answered 401" });
  const withKey = await lookAt(asked(`{ path: /health, headers: ${header} }`, healthy), url);
  expect(withKey.first).toEqual({ ok: true, value: 1 });
});

it("a replica with tcp as its health is well as long as it takes connections", async () => {
  const taking = await serveSocketsForTest();
  const target = asked("tcp", healthy);
  const { look, first } = await lookAt(target, taking.url);
  expect(first).toEqual({ ok: true, value: 1 });
  await taking.end();
  expect(await look()).toEqual({ ok: true, value: 0, note: "back-1: connection refused" });
});

it.each([
  ["http-json", `path: /count, pointer: /count, combine: sum`, { count: 7 }],
  ["prometheus", `series: queued, combine: sum`, "queued 7\n"],
])("a probe of the kind %s sends its headers, and says 401 without them", async (kind, rest, answer) => {
  const { url } = await serveForTest(
    guarded((_request, response) => {
      const isText = typeof answer === "string";
      response.writeHead(200, { "content-type": isText ? "text/plain" : "application/json" });
      response.end(isText ? answer : JSON.stringify(answer));
    }),
  );
  const probe = (headers: string): string =>
    `{ name: count.back, kind: ${kind}, ${common}, ${rest}${headers === "" ? "" : `, headers: ${headers}`} }`;
  expect((await lookAt(asked("/health", probe(header)), url)).first).toEqual({ ok: true, value: 7 });
  const { first } = await lookAt(asked("/health", probe("")), url);
  expect(first).toMatchObject({ ok: false, reason: expect.stringContaining("answered 401") });
});

it.each([
  ["17", 17],
  ["-2.5e3", -2500],
  ["0", 0],
])("a count that comes as the text %s is a number", async (count, value) => {
  const { url } = await serveForTest((_request, response) => void response.end(JSON.stringify({ count })));
  const probe = `{ name: count.back, kind: http-json, ${common}, path: /count, pointer: /count, combine: sum }`;
  expect((await lookAt(asked("/health", probe), url)).first).toEqual({ ok: true, value });
});

it.each([
  ["", "it is a text"],
  ["12 documents", "it is a text"],
  ["0x10", "it is a text"],
  ["1e999", "beyond"],
  ["9007199254740993", "beyond"],
])("the text %o is no count", async (count, reason) => {
  const { url } = await serveForTest((_request, response) => void response.end(JSON.stringify({ count })));
  const probe = `{ name: count.back, kind: http-json, ${common}, path: /count, pointer: /count, combine: sum }`;
  const { first } = await lookAt(asked("/health", probe), url);
  expect(first).toMatchObject({ ok: false, reason: expect.stringContaining(reason) });
});

it("a command of a probe is given the key as a variable, and not as a word", () => {
  const exec = `{ name: ready.back, kind: exec, command: [ask], env: { ASK_KEY: "{env:SHOP_KEY}" }, ${common} }`;
  expect(asked("/health", exec).probes).toEqual([expect.objectContaining({ command: ["ask"], env: { ASK_KEY: key } })]);
});
