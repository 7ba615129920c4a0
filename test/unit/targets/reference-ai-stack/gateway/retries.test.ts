import type { RequestListener } from "node:http";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { setTimeout as pause } from "node:timers/promises";
import {
  ask,
  chunkOf,
  deadAddress,
  gatewayBefore,
  inference,
  openThings,
  standIn,
  streaming,
  upstream,
  vector,
} from "./stand-ins.ts";

beforeEach(() => {
  // The gateway logs each chat that failed to stderr.
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all(openThings.splice(0).map((close) => close()));
});

const saying =
  (status: number, headers: Readonly<Record<string, string>> = {}): RequestListener =>
  (request, response) => {
    request.resume();
    response.writeHead(status, headers).end("{}");
  };

/** Status and the headers that tell a client whether and when to come again. */
async function turnedAway(base: string): Promise<readonly [number, string | null, string | null]> {
  const answer = await ask(base);
  return [answer.status, answer.headers.get("retry-after"), answer.headers.get("x-should-retry")];
}

it("asks the sibling of a full replica, and leaves the full one alone for as long as it asked", async () => {
  const full = await standIn(saying(429, { "retry-after": "7" }));
  const base = await gatewayBefore({ inferences: [full, await standIn(inference("two"))] });
  for (let n = 0; n < 6; n += 1) expect(await (await ask(base)).text()).toContain("by two");
  const seen = await upstream(base, "inference-1");
  expect(seen).toMatchObject({ requests: 1, errors: 0, ejected: false, outcomes: { throttled: 1, failed: 0 } });
  expect(seen.heldMs).toBeGreaterThan(0);
});

it("tells when the first of all full replicas is free again, and asks nobody meanwhile", async () => {
  const [sooner, later] = [
    await standIn(saying(429, { "retry-after": "5" })),
    await standIn(saying(429, { "retry-after": "61" })),
  ];
  const base = await gatewayBefore({ inferences: [later, sooner] });
  for (let n = 0; n < 3; n += 1) expect(await turnedAway(base)).toEqual([429, "5", null]);
  expect((await upstream(base, "inference-1")).requests).toBe(1);
  expect((await upstream(base, "inference-2")).requests).toBe(1);
});

it.each([
  ["none", {}],
  ["0", { "retry-after": "0" }],
  ["a word", { "retry-after": "soon" }],
  ["a number below 0", { "retry-after": "-5" }],
])("says nothing of when to come again where Retry-After is %s, and goes on asking", async (_what, headers) => {
  const full = await standIn(saying(429, headers));
  const base = await gatewayBefore({ inferences: [full, full] });
  for (let n = 0; n < 2; n += 1) expect(await turnedAway(base)).toEqual([429, null, null]);
  expect((await upstream(base, "inference-1")).requests).toBe(2);
});

it("understands dates and milliseconds", async () => {
  const at = new Date(Date.now() + 30_000).toUTCString();
  const [date, fine] = [
    await standIn(saying(503, { "retry-after": at })),
    await standIn(saying(429, { "retry-after-ms": "9500" })),
  ];
  const byDate = await gatewayBefore({ inferences: [date, date] });
  const [status, wait] = await turnedAway(byDate);
  expect(status).toBe(503);
  expect(Number(wait)).toBeGreaterThan(25);
  expect(Number(wait)).toBeLessThanOrEqual(30);
  expect(await turnedAway(await gatewayBefore({ inferences: [fine, fine] }))).toEqual([429, "10", null]);
});

it("heeds no Retry-After for longer than two minutes", async () => {
  const full = await standIn(saying(429, { "retry-after": "99999" }));
  expect(await turnedAway(await gatewayBefore({ inferences: [full, full] }))).toEqual([429, "120", null]);
});

it("tells clients not to retry once it has asked another replica in vain, and only then", async () => {
  const broken = await standIn(saying(500));
  const both = await gatewayBefore({ inferences: [broken, broken] });
  expect(await turnedAway(both)).toEqual([502, null, "false"]);
  const alone = await gatewayBefore({ embedder: broken });
  expect(await turnedAway(alone)).toEqual([502, null, null]);
  // Another vector replica was asked; the answer breaks after its begin, when nobody else can be asked.
  const vectors = [broken, await standIn(vector)] as const;
  const cutting = await standIn(streaming([chunkOf("half an answer")], pause(30)));
  const cut = await gatewayBefore({ vectors, inferences: [cutting, cutting] });
  expect(await turnedAway(cut)).toEqual([502, null, "false"]);
});

it("spends one budget over all services: a hop does not begin with a new one", async () => {
  const base = await gatewayBefore({
    vectors: [await deadAddress(), await standIn(vector)],
    inferences: [await deadAddress(), await deadAddress()],
  });
  expect((await ask(base)).status).toBe(502);
  const page = await (await fetch(`${base}/metrics`)).text();
  const retries = [...page.matchAll(/^gateway_retries_total\{[^}]*\} (\d+)$/gm)].map(([, count]) => Number(count));
  // Two is the budget: one for a vector replica, one for an inference replica.
  expect(retries).toEqual([1, 1]);
});

it.each([400, 404, 413, 415, 422])(
  "passes a refusal of the request itself on (%i), and holds it against nobody",
  async (status) => {
    const refusing = await standIn(saying(status));
    const base = await gatewayBefore({ inferences: [refusing, refusing] });
    for (let n = 0; n < 12; n += 1) expect((await ask(base)).status).toBe(status);
    for (const replica of ["inference-1", "inference-2"]) {
      expect(await upstream(base, replica)).toMatchObject({ errors: 0, ejected: false });
    }
  },
);

it.each([401, 403, 408])("takes %i for the replica's own failure, and asks its sibling", async (status) => {
  const base = await gatewayBefore({
    inferences: [await standIn(saying(status)), await standIn(inference("two"))],
  });
  for (let n = 0; n < 4; n += 1) expect(await (await ask(base)).text()).toContain("by two");
  expect((await upstream(base, "inference-1")).outcomes.failed).toBeGreaterThan(0);
});

it("takes 404 for a failure of the replica where the gateway itself chose path and model", async () => {
  const lost = await standIn(saying(404));
  const split = { stable: "a-1", canary: null, others: [], known: ["a-1"] };
  const versions = await gatewayBefore({ split, inferences: [lost, await standIn(inference("two"))] });
  const vectors = await gatewayBefore({ vectors: [lost, await standIn(vector)] });
  for (let n = 0; n < 4; n += 1) {
    expect((await ask(versions)).status).toBe(200);
    expect((await ask(vectors)).status).toBe(200);
  }
});

it("leaves a replica out after five failures in a row, and takes it back when a probe reaches it", async () => {
  let isWell = false;
  const flaky = await standIn((request, response) => {
    if (isWell) inference("one")(request, response);
    else saying(500)(request, response);
  });
  const base = await gatewayBefore({ inferences: [flaky, await standIn(inference("two"))] });
  for (let n = 0; n < 20; n += 1) expect((await ask(base)).status).toBe(200);
  const out = await upstream(base, "inference-1");
  expect(out).toMatchObject({ ejected: true, ejections: 1, outcomes: { failed: 5 } });
  isWell = true;
  await expect.poll(async () => (await upstream(base, "inference-1")).ejected, { timeout: 5000 }).toBe(false);
  const texts = await Promise.all([ask(base), ask(base)].map(async (answer) => (await answer).text()));
  expect(texts.some((text) => text.includes("by one"))).toBe(true);
});

it("never counts a full replica's answers as failures in a row", async () => {
  const full = await standIn(saying(429));
  const base = await gatewayBefore({ inferences: [full, await standIn(inference("two"))] });
  for (let n = 0; n < 20; n += 1) expect((await ask(base)).status).toBe(200);
  expect(await upstream(base, "inference-1")).toMatchObject({ ejected: false, errors: 0 });
});

it("asks a replica that was left out rather than nobody", async () => {
  const broken = await standIn(saying(500));
  const base = await gatewayBefore({ inferences: [broken, broken] });
  for (let n = 0; n < 8; n += 1) expect((await ask(base)).status).toBe(502);
  expect(await upstream(base, "inference-1")).toMatchObject({ ejected: true });
  const before = (await upstream(base, "inference-1")).requests + (await upstream(base, "inference-2")).requests;
  expect((await ask(base)).status).toBe(502);
  const after = (await upstream(base, "inference-1")).requests + (await upstream(base, "inference-2")).requests;
  expect(after).toBeGreaterThan(before);
});
