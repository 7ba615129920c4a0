// The one route to the supervisor's operations, over operations of these tests only, one for each reach.
import fc from "fast-check";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import {
  answered,
  operation,
  parseTexts,
  refused,
} from "../../../../../targets/reference-ai-stack/supervisor/operations/operation.ts";
import type { AnyOperation } from "../../../../../targets/reference-ai-stack/supervisor/operations/operation.ts";
import { OPERATIONS } from "../../../../../targets/reference-ai-stack/supervisor/operations/table.ts";
import { Busy } from "../../../../../targets/reference-ai-stack/supervisor/turns.ts";
import { createApp as createAppOver } from "./operations-stand.ts";

beforeEach(() => void vi.spyOn(process.stderr, "write").mockReturnValue(true));
afterEach(() => vi.restoreAllMocks());

/** What went into the audit. */
let audited: object[] = [];
beforeEach(() => void (audited = []));

/** What the operations of these tests did. */
let touched: string[] = [];
beforeEach(() => void (touched = []));

const wave = (name: string, scope: AnyOperation["scope"], args: readonly string[]): AnyOperation =>
  operation({
    name,
    scope,
    parse: parseTexts(args),
    run: async (given) => {
      touched.push(`${name} ${JSON.stringify(given)}`);
      return answered({ done: name });
    },
  });
const ours = [wave("wave", "replica", ["replica"]), wave("roll", "service", ["service"]), wave("pause", "stack", [])];

const createApp = (operations: readonly AnyOperation[] = ours): ReturnType<typeof createAppOver> =>
  createAppOver(operations, async (fields) => void audited.push(fields));

it("carries out operations on a replica, a service and the stack, for the operator and the healer alone", async () => {
  const post = createApp();
  expect((await post("/operations/wave", { replica: "vector-1" })).status).toBe(200);
  expect((await post("/operations/roll", { service: "inference" }, "operator")).status).toBe(200);
  expect((await post("/operations/pause", "")).status).toBe(200);
  expect((await post("/operations/pause", {}, "guess")).status).toBe(401);
  expect((await post("/operations/nothing", {}, "guess")).status).toBe(401);
  expect(touched).toEqual(['wave {"replica":"vector-1"}', 'roll {"service":"inference"}', "pause {}"]);
});

it("lists what was changed, by whom, and nothing that was refused or done before under its key", async () => {
  const post = createApp();
  await post("/operations/wave", { replica: "vector-1" }, "operator");
  await post("/operations/roll", { service: "inference" }, "healer", "k");
  await post("/operations/roll", { service: "inference" }, "healer", "k");
  const { changes } = (await post.get("/changes")) as { changes: { by: string; what: string }[] };
  expect(changes.map(({ by, what }) => `${what} by ${by}`)).toEqual([
    "wave vector-1 by operator",
    "roll inference by healer",
  ]);
});

it.each([
  ["/operations/wave", { replica: "vector-9" }, 404, "no replica vector-9; expected one of embedder, vector-1"],
  ["/operations/wave", {}, 400, "replica is missing, expected a text"],
  ["/operations/wave", { replica: "" }, 400, 'replica is "", expected a text'],
  ["/operations/wave", { replica: ["vector-1"] }, 400, 'replica is ["vector-1"], expected a text'],
  ["/operations/wave", { replica: "toString" }, 404, "no replica toString"],
  [
    "/operations/roll",
    { service: "vector-1" },
    404,
    "no service vector-1; expected one of embedder, vector, inference",
  ],
  ["/operations/roll", { replica: "vector-1" }, 400, "service is missing"],
  ["/operations/pause", "[]", 400, "the body is no JSON object"],
  ["/operations/pause", "{", 400, "the body is no JSON object"],
  ["/operations/pause", "null", 400, "the body is no JSON object"],
  ["/operations/stop", {}, 404, "no operation stop; expected one of wave, roll, pause"],
  ["/operations/toString", {}, 404, "no operation toString"],
] as const)("answers %s with %j by %i, and touches nothing", async (path, body, status, error) => {
  const answer = await createApp()(path, body);
  expect(answer.status).toBe(status);
  expect(answer.error).toContain(error);
  expect(touched).toEqual([]);
});

it.each([
  ["/operations/set-weights", {}, 400],
  ["/operations/set-weights", { weights: [] }, 400],
  ["/operations/set-weights", { weights: { "vector-1": "0" } }, 400],
  ["/operations/set-weights", { weights: { "vector-1": 2 } }, 400],
  ["/operations/set-weights", { weights: { embedder: 0 } }, 400],
  ["/operations/set-weights", { weights: { toString: 0 } }, 400],
  ["/operations/set-weights", { weights: { "vector-1": 0, "vector-2": 0 } }, 409],
  ["/operations/set-weights", { weights: { "vector-1": 0 } }, 502],
  ["/weights", { weights: { "vector-1": 2 } }, 400],
  ["/operations/restore-index", { replica: "vector-1" }, 400],
  ["/operations/rebuild-index", {}, 400],
  ["/operations/rebuild-index", { replica: "inference-1" }, 404],
  ["/operations/relink-index", {}, 400],
  ["/operations/relink-index", { replica: "inference-1" }, 404],
  ["/operations/compact-index", {}, 400],
  ["/operations/compact-index", { replica: "inference-1" }, 404],
  ["/operations/resync-records", { replica: "vector-1" }, 400],
  ["/operations/resync-records", { replica: "inference-1", source: "vector-1" }, 404],
  ["/operations/resync-records", { replica: "vector-1", source: "snapshot" }, 409],
  ["/operations/resync-records", { replica: "vector-1", source: "vector-1" }, 409],
  ["/operations/save-index", {}, 400],
  ["/operations/save-index", { replica: "inference-1" }, 404],
  ["/replicas/vector-1/index", { replica: "vector-9" }, 400],
  ["/replicas/vector-9/index", { replica: "vector-1", source: "snapshot" }, 404],
  ["/replicas/inference-1/index", { source: "snapshot" }, 404],
  ["/replicas/vector-1/index", { source: "vector-1" }, 409],
  ["/replicas/vector-1/index", { source: "../vector-2" }, 409],
  ["/replicas/vector-9/start", {}, 404],
  ["/operations/add-replica", { service: "vector" }, 409],
  ["/operations/remove-replica", { replica: "embedder" }, 409],
] as const)("answers %s with %j by %i, by the operations of the stack", async (path, body, status) => {
  expect((await createApp(OPERATIONS)(path, body)).status).toBe(status);
});

it("does a key once and answers the same again, also while it is still being done", async () => {
  let open = (): void => undefined;
  const gate = new Promise<void>((resolve) => (open = resolve));
  let times = 0;
  const slow = operation({
    name: "slow",
    scope: "stack",
    parse: parseTexts([]),
    run: async () => {
      times += 1;
      await gate;
      return answered({ times });
    },
  });
  const post = createApp([slow]);
  const both = Promise.all([
    post("/operations/slow", {}, "healer", "k1"),
    post("/operations/slow", {}, "healer", "k1"),
  ]);
  open();
  expect((await both).map(({ text }) => text)).toEqual(['{"times":1}', '{"times":1}']);
  expect((await post("/operations/slow", {}, "healer", "k1")).text).toBe('{"times":1}');
  // Another key, the same key of somebody else, and no key at all are other requests.
  expect((await post("/operations/slow", {}, "healer", "k2")).text).toBe('{"times":2}');
  expect((await post("/operations/slow", {}, "operator", "k1")).text).toBe('{"times":3}');
  expect((await post("/operations/slow")).text).toBe('{"times":4}');
});

it("refuses a key that was used for another request, and remembers what failed as failed", async () => {
  let times = 0;
  const broken = operation({
    name: "broken",
    scope: "stack",
    parse: parseTexts([]),
    run: async () => {
      times += 1;
      throw new Error(`broke ${times}`);
    },
  });
  const post = createApp([...ours, broken]);
  expect((await post("/operations/wave", { replica: "vector-1" }, "healer", "k1")).status).toBe(200);
  expect((await post("/operations/wave", { replica: "vector-2" }, "healer", "k1")).status).toBe(422);
  expect(touched).toEqual(['wave {"replica":"vector-1"}']);
  expect(await post("/operations/broken", {}, "healer", "k2")).toMatchObject({ status: 500, error: "broke 1" });
  expect(await post("/operations/broken", {}, "healer", "k2")).toMatchObject({ status: 500, error: "broke 1" });
  // What was refused before anything was done has not used its key up.
  expect((await post("/operations/wave", {}, "healer", "k3")).status).toBe(400);
  expect((await post("/operations/wave", { replica: "vector-2" }, "healer", "k3")).status).toBe(200);
});

it("answers bodies of any kind on the feed, approvals and operations with 4xx, and does nothing for them", async () => {
  const post = createApp();
  const body = fc.oneof(fc.json(), fc.string());
  const calls = fc.constantFrom<[string, string]>(
    ["/events", "healer"],
    ["/incidents/inc-1/approval", "approver"],
    ["/operations/wave", "healer"],
    ["/operations/roll", "operator"],
  );
  await fc.assert(
    fc.asyncProperty(calls, body, fc.option(fc.stringMatching(/^[ -~]+$/)), async ([path, token], sent, key) => {
      const { status } = await post(path, sent, token, key ?? undefined);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(500);
    }),
    { numRuns: 1000 },
  );
  expect(touched).toEqual([]);
  // The feed is the healer's to fill.
  expect((await post("/events", {}, "operator")).status).toBe(401);
});

it.each([
  ["viewer", 403, 403],
  ["operator", 200, 403],
  // Nobody listens at the healer's port, so that an answer which may be given is not taken.
  ["approver", 403, 502],
  ["admin", 200, 502],
  ["healer", 200, 403],
  ["guess", 401, 401],
] as const)(
  "lets the %s operate by %i and approve by %i, and writes down who was turned away",
  async (who, operate, approve) => {
    const post = createApp();
    expect((await post("/operations/pause", {}, who)).status).toBe(operate);
    const answer = { answer: "granted", plan: "abc", nonce: "n1" };
    expect((await post("/incidents/inc-1/approval", answer, who)).status).toBe(approve);
    const turnedAway = [operate, approve].filter((status) => status === 401 || status === 403);
    const principal = who === "guess" ? "nobody" : who;
    expect(audited).toHaveLength(turnedAway.length);
    for (const record of audited) expect(record).toMatchObject({ what: "access.denied", principal });
    // Neither what was guessed nor anything else of a header is written.
    if (who === "guess") expect(JSON.stringify(audited)).not.toContain("guess");
  },
);

it("tells who comes while something is busy when to come again, and does not use the key up by that", async () => {
  const run = vi.fn(async () => answered({ done: true }));
  run.mockRejectedValueOnce(new Busy("the gateway")).mockResolvedValueOnce(refused(503, "away", 1500));
  const post = createApp([operation({ name: "wave", scope: "stack", parse: parseTexts([]), run })]);
  const next = () => post("/operations/wave", {}, "healer", "k");
  expect(await next()).toMatchObject({ status: 409, again: "1", error: expect.stringContaining("gateway") as string });
  expect(await next()).toMatchObject({ status: 503, again: "2", text: '{"error":"away","againMs":1500}' });
  for (let n = 0; n < 2; n += 1) expect(await next()).toMatchObject({ status: 200, again: null });
  expect(run).toHaveBeenCalledTimes(3);
});
