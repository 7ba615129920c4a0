import { setImmediate as settle } from "node:timers/promises";
import { expect, test } from "vitest";
import type { Eyes } from "../../../../../../targets/reference-ai-stack/healer/nouns.ts";
import { NUMBERS } from "../../../../../../targets/reference-ai-stack/healer/numbers.ts";
import { noTelemetry } from "../../../../../builders/no-telemetry.ts";
import { watchStack } from "../../../../../../targets/reference-ai-stack/healer/telemetry/watch.ts";
import { BLIND_TO_MODELS } from "../fake-models.ts";

/** Turns at these times, ms; how often each look was taken. */
async function looksIn(
  turns: readonly number[],
  hanging = false,
  pid: number | null = 7,
): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {};
  const count = (name: string): void => void (counts[name] = (counts[name] ?? 0) + 1);
  const unseen = (name: string) => async (): Promise<null> => (count(name), null);
  const eyes: Eyes = {
    async rollCall() {
      count("roll-call");
      return [{ service: "vector", replica: "vector-1", pid, port: 1 }];
    },
    async pulse() {
      count("pulse");
      if (hanging) await new Promise(() => undefined);
      return { state: "good", ms: 1, says: "health 200" };
    },
    manifest: unseen("manifest"),
    selfRetrieval: unseen("self-retrieval"),
    models: {
      ...BLIND_TO_MODELS,
      answers: unseen("answers"),
    },
    traffic: unseen("traffic"),
    sources: unseen("sources"),
    holdings: async () => null,
    held: async () => null,
    snapshotGood: async () => null,
    tokensMove: async () => null,
    resources: unseen("resources"),
    completion: async () => null,
    storedTexts: unseen("stored texts"),
    questions: unseen("questions"),
    embeddings: unseen("embeddings"),
    check: async () => null,
    ingestion: async () => null,
    askTwice: async () => null,
  };
  let now = 0;
  const clock = { now: () => now, wallTime: () => "", sleep: async () => undefined };
  const telemetry = watchStack(eyes, noTelemetry, clock, "healer");
  for (now of turns) {
    telemetry.look();
    await settle();
  }
  return counts;
}

const SECONDS = 10;

test("each look comes at its own pace, also when turns come a little early or late", async () => {
  const turns = Array.from({ length: (SECONDS * 1000) / NUMBERS.tickMs }, (_, n) => n * NUMBERS.tickMs + (n % 3) * 0.4);
  const counts = await looksIn(turns);
  const expected = {
    "roll-call": NUMBERS.look.rollCallMs,
    traffic: NUMBERS.look.trafficMs,
    pulse: NUMBERS.look.pulseMs,
  };
  for (const [name, everyMs] of Object.entries(expected)) {
    const due = (SECONDS * 1000) / everyMs;
    expect(counts[name], name).toBeGreaterThanOrEqual(0.95 * due);
    expect(counts[name], name).toBeLessThanOrEqual(1.05 * due);
  }
});

test("a look that hangs is not taken twice, and holds up no other", async () => {
  const turns = Array.from({ length: 100 }, (_, n) => n * NUMBERS.tickMs);
  const counts = await looksIn(turns, true);
  expect(counts["pulse"]).toBe(1);
  expect(counts["self-retrieval"]).toBeGreaterThan(5);
});

test("while a replica has no process the roll is called at every turn", async () => {
  const turns = Array.from({ length: 100 }, (_, n) => n * NUMBERS.tickMs);
  expect((await looksIn(turns, false, null))["roll-call"]).toBe(100);
  expect((await looksIn(turns))["roll-call"]).toBeLessThan(60);
});
