import { expect, test } from "vitest";
import { slowerVersionDetector as detector } from "../../../../../../targets/reference-ai-stack/healer/detection/slower-version-detector.ts";
import { answerView } from "../answer-view.ts";
import { seeded } from "../virtual-clock.ts";

type Times = { readonly firstMs: number; readonly tokenMs: number | null };

const models = { stable: "old", canary: { version: "new", share: 0.34 }, before: [] };
const rollCall = (now: typeof models | (Omit<typeof models, "canary"> & { readonly canary: null })) => ({
  kind: "roll-call" as const,
  at: 0,
  replicas: [{ service: "inference", replica: "inference-1", pid: 1, port: 1, models: now }],
});

/** So many answers, every third by the canary. */
function after(count: number, times: (version: string) => Times) {
  let state = detector.take(detector.initial, rollCall(models));
  for (let seq = 1; seq <= count; seq += 1) {
    const version = seq % 3 === 0 ? "new" : "old";
    const answers = [answerView(seq, { version, ...times(version) })];
    state = detector.take(state, { kind: "answers", at: seq, answers });
  }
  return state;
}

test("a canary whose first byte is always late speaks after 13 comparisons, not after 12, and is forgotten with its roll-out", () => {
  const late = (version: string): Times => ({ firstMs: version === "new" ? 500 : 50, tokenMs: 2 });
  expect(detector.signals(after(36, late))).toEqual([]);
  const state = after(39, late);
  expect(detector.signals(state)).toMatchObject([{ name: "answers-slower", about: "new" }]);
  expect(detector.signals(detector.take(state, rollCall({ ...models, canary: null })))).toEqual([]);
  expect(detector.signals(detector.forget(state, null))).toEqual([]);
});

test("so does one whose tokens are late, and where nobody counts tokens nothing is held against it", () => {
  const slow = (version: string): Times => ({ firstMs: 50, tokenMs: version === "new" ? 17 : 2.5 });
  expect(detector.signals(after(60, slow))[0]?.says).toContain("each token of new");
  expect(detector.signals(after(600, () => ({ firstMs: 50, tokenMs: null })))).toEqual([]);
});

test("a canary that is quicker, or later by less than counts, is left alone, and so is the stable version", () => {
  for (const firstMs of [5, 60, 140]) {
    expect(
      detector.signals(after(900, (version) => ({ firstMs: version === "new" ? firstMs : 50, tokenMs: 2 }))),
    ).toEqual([]);
  }
});

test("of equal versions with heavy tails none in 200 is suspected over 1,000 comparisons", () => {
  const random = seeded(7);
  // Every second answer takes a second and more, so that the least difference spares nobody.
  const times = (): Times => ({ firstMs: random() < 0.5 ? 20 : 1000 / (1 - random()), tokenMs: 2 });
  let suspected = 0;
  for (let run = 0; run < 200; run += 1) if (detector.signals(after(3000, times)).length > 0) suspected += 1;
  expect(suspected).toBe(0);
});
