// The two ways to a replica: which one requests go by, and what is known of each.

import { setTimeout as pause } from "node:timers/promises";
import { Pool } from "undici";
import { afterEach, expect, test } from "vitest";
import { createPaths, TRIES, type PathView } from "../../../../../targets/reference-ai-stack/gateway/paths.ts";
import { serveForTest } from "../../../../support/serve-for-test.ts";
import {
  ask,
  deadAddress,
  embedder,
  gatewayBefore,
  inference,
  openThings,
  standIn,
  upstream,
  vector,
} from "./stand-ins.ts";

afterEach(async () => {
  for (const end of openThings.splice(0)) await end();
});

const quick = { ...TRIES, firstMs: 1, everyMs: 20, idleMs: 40, withinMs: 200, leastMs: 1 };

async function pathsTo(primary: string, alternative: string, latencyMs = 0) {
  const ways = [
    { path: "primary", address: primary, latencyMs: 0 },
    { path: "alternative", address: alternative, latencyMs },
  ] as const;
  const paths = createPaths(ways, (address) => new Pool(`http://${address}`), quick);
  openThings.push(() => paths.destroy());
  const seen = (is: (views: readonly PathView[]) => boolean) =>
    expect.poll(() => is(paths.views()), { timeout: 5000, interval: 10 }).toBe(true);
  return { paths, seen };
}

const well = () => standIn((_request, response) => response.end("{}"));

test("each way is known for itself: one that leads nowhere is missed again and again, the other is whole", async () => {
  const { paths, seen } = await pathsTo(await deadAddress(), await well());
  await seen(([primary, other]) => (primary?.misses ?? 0) >= 3 && (other?.wholeMs ?? 0) > 0);
  expect(paths.views()).toMatchObject([
    { path: "primary", inUse: true, wholeMs: 0, ms: null },
    { path: "alternative", inUse: false, misses: 0 },
  ]);
});

test("an answer of any kind shows that the way leads there, and one that never comes is a miss", async () => {
  const failing = await standIn((_request, response) => response.writeHead(503).end());
  const silent = await standIn(() => undefined);
  const { seen } = await pathsTo(failing, silent);
  await seen(([primary, other]) => primary?.misses === 0 && primary.ms !== null && (other?.misses ?? 0) >= 2);
});

test("a way that answers again is whole from then on, and not from before", async () => {
  let isDead = false;
  const flapping = await standIn((request, response) => void (isDead ? request.socket.destroy() : response.end("{}")));
  const { paths, seen } = await pathsTo(flapping, await well());
  await seen(([primary]) => (primary?.wholeMs ?? 0) > 100);
  isDead = true;
  await seen(([primary]) => (primary?.misses ?? 0) >= 2);
  isDead = false;
  await seen(([primary]) => primary?.misses === 0);
  expect(paths.views()[0]?.wholeMs).toBeLessThan(100);
});

test("the longer way takes longer, by a try and by a request", async () => {
  const { paths, seen } = await pathsTo(await well(), await well(), 30);
  await seen(([primary, other]) => (primary?.ms ?? null) !== null && (other?.ms ?? 0) >= 29);
  expect(paths.use("alternative")).toBe(true);
  expect(paths.use("alternative")).toBe(false);
  const from = performance.now();
  await paths.sendable(new AbortController().signal);
  expect(performance.now() - from).toBeGreaterThanOrEqual(29);
});

test("where there is one way alone nothing is tried, and nothing is said of it", async () => {
  let asked = 0;
  const { address } = await serveForTest((_request, response) => void ((asked += 1), response.end()));
  const paths = createPaths([{ path: "primary", address, latencyMs: 0 }], (to) => new Pool(`http://${to}`), quick);
  await pause(100);
  paths.suspect();
  expect([asked, paths.views(), paths.use("alternative")]).toEqual([0, [], false]);
  await paths.destroy();
});

interface Reached {
  readonly base: string;
  readonly route: (path: string) => Promise<number>;
}

/** A gateway whose primary way to both inference replicas leads to `primary`. */
async function routed(primary: string): Promise<Reached> {
  const addresses = { "inference-1": await standIn(inference("one")), "inference-2": await standIn(inference("two")) };
  const [asked, found] = [await standIn(embedder), await standIn(vector)];
  const base = await gatewayBefore({
    embedder: asked,
    vectors: [found, found],
    inferences: [primary, primary],
    alternative: { addresses, latencyMs: 1 },
  });
  const others = [
    { service: "embedder", replica: "embedder", address: asked, weight: 1 },
    { service: "vector", replica: "vector-1", address: found, weight: 1 },
  ];
  // As the supervisor has them: the same members, by another way.
  const route = async (path: string): Promise<number> => {
    const members = Object.entries(addresses).map(([replica, address]) => {
      const alternative = { address, latencyMs: 1 };
      return { service: "inference", replica, address: primary, alternative, path, weight: 1 };
    });
    const answer = await fetch(`${base}/internal/replicas`, {
      method: "PUT",
      headers: { authorization: "Bearer s3cret" },
      body: JSON.stringify({ replicas: [...others, ...members] }),
    });
    return answer.status;
  };
  return { base, route };
}

test("once the other way is in use, questions that waited on a dead one are asked again there, and held against nobody", async () => {
  let waiting = 0;
  const silent = await standIn(() => void (waiting += 1));
  const { base, route } = await routed(silent);
  const asked = ask(base);
  await expect.poll(() => waiting).toBe(1);
  expect(await route("alternative")).toBe(200);
  const answer = await asked;
  expect(answer.status).toBe(200);
  expect(await answer.text()).toMatch(/by (one|two)/);
  for (const replica of ["inference-1", "inference-2"]) {
    expect(await upstream(base, replica)).toMatchObject({ errors: 0, ejected: false, outcomes: { failed: 0 } });
  }
});

test("a replica that was left out for what failed on a dead way is asked again at once by the other", async () => {
  const { base, route } = await routed(await deadAddress());
  for (let n = 0; n < 6; n += 1) expect((await ask(base)).status).toBe(502);
  expect((await upstream(base, "inference-1")).ejected).toBe(true);
  expect(await route("alternative")).toBe(200);
  expect((await ask(base)).status).toBe(200);
  expect(await route("sideways")).toBe(400);
});
