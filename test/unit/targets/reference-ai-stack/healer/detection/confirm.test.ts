// What has to be confirmed before anybody hears of it, and by what: also where a whole service is suspected.
import { expect, test } from "vitest";
import { confirm, needsConfirming } from "../../../../../../targets/reference-ai-stack/healer/detection/confirm.ts";
import type { Eyes, UpstreamView } from "../../../../../../targets/reference-ai-stack/healer/nouns.ts";
import type { ConfirmContext } from "../../../../../../targets/reference-ai-stack/healer/signals/signal.ts";
import { BLIND_TO_MODELS } from "../fake-models.ts";

const service = "inference";
const replicas = ["inference-1", "inference-2"];
const stalled = { name: "stalled", scope: { service }, says: "at all 2 replicas" };
const suspicion = { scope: { service }, signals: [stalled] };

const unseen = async (): Promise<null> => null;
const blind: Eyes = {
  rollCall: unseen,
  pulse: async () => ({ state: "good", ms: 1, says: "health 200" }),
  completion: async () => null,
  manifest: unseen,
  selfRetrieval: unseen,
  resources: unseen,
  holdings: async () => null,
  held: async () => null,
  snapshotGood: async () => null,
  tokensMove: unseen,
  embeddings: unseen,
  storedTexts: unseen,
  questions: unseen,
  models: BLIND_TO_MODELS,
  ingestion: async () => null,
  askTwice: async () => null,
  traffic: unseen,
  sources: unseen,
  check: unseen,
};

/** The gateway has waited for each of them for this long, ms. */
function contextOf(oldest: Readonly<Record<string, number>>, known: readonly string[] = replicas): ConfirmContext {
  const view = ([replica, oldestMs]: [string, number]): UpstreamView => {
    return { service, replica, weight: 1, started: 9, waiting: [oldestMs], oldestMs, recent: [] };
  };
  const eyes: Eyes = {
    ...blind,
    traffic: async () => Object.entries(oldest).map(view),
  };
  const entries = [...known, "vector-1"].map((replica, port) => ({
    service: replica.startsWith("vector") ? "vector" : service,
    replica,
    pid: port + 1,
    port,
  }));
  return { eyes, replicas: entries, tries: 3, persistMs: 12_000, stoodMs: 0 };
}

test("a stall of a whole service is heard when the gateway waits for every one of its replicas", async () => {
  expect(needsConfirming(suspicion)).toBe(true);
  const waiting = await confirm(suspicion, contextOf({ "inference-1": 3000, "inference-2": 1500, "vector-1": 0 }));
  expect(waiting).toMatchObject({ confirmed: true, by: "checks" });
  expect(waiting.says).toContain("inference-2: the gateway has waited for an answer of it for 1.5 s");
});

test("one replica that the gateway does not wait for refutes it, and so does a service of which nothing is known", async () => {
  const one = await confirm(suspicion, contextOf({ "inference-1": 3000, "inference-2": 0 }));
  expect(one.confirmed).toBe(false);
  expect(one.says).toMatch(/^inference-2: the gateway waits for nothing there/);
  expect((await confirm(suspicion, contextOf({ "inference-1": 3000 }))).confirmed).toBe(false);
  expect((await confirm(suspicion, contextOf({ "inference-1": 3000 }, []))).confirmed).toBe(false);
});

test("a replica that completes nothing, of whose tokens nobody tells, is hung only by its own page or by long standing", async () => {
  const scope = { service, replica: "inference-2" };
  const signals = [{ name: "completes-nothing-unmeasured", scope, says: "4 completions did not come" }];
  const judged = async (moves: boolean | null, stoodMs: number, oldestMs: number): Promise<boolean> => {
    const context = contextOf({ "inference-1": 20_000, "inference-2": oldestMs });
    const asked: number[] = [];
    const tokensMove = async (port: number): Promise<boolean | null> => (asked.push(port), moves);
    const answer = await confirm({ scope, signals }, { ...context, stoodMs, eyes: { ...context.eyes, tokensMove } });
    expect(asked).toEqual([1]);
    return answer.confirmed;
  };
  expect(await judged(true, 60_000, 60_000)).toBe(false);
  expect(await judged(false, 0, 0)).toBe(true);
  expect(await judged(null, 4000, 4000)).toBe(false);
  expect(await judged(null, 60_000, 4000)).toBe(false);
  expect(await judged(null, 13_000, 13_000)).toBe(true);
});

test("what is its own proof needs no confirming, of a replica or of a service", () => {
  const dark = { name: "everything-dark", scope: { service: "stack" }, says: "none can be seen" };
  expect(needsConfirming({ scope: dark.scope, signals: [dark] })).toBe(false);
  expect(needsConfirming({ scope: { service }, signals: [stalled, { ...dark, scope: { service } }] })).toBe(false);
});
