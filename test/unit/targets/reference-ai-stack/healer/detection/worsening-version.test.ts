import { expect, test } from "vitest";
import { worseningVersionDetector as detector } from "../../../../../../targets/reference-ai-stack/healer/detection/worsening-version-detector.ts";
import { answerView } from "../answer-view.ts";
import { seeded } from "../virtual-clock.ts";

/** When it speaks first, in answers; undefined: it never does. */
function speaksAfter(count: number, badAt: (seq: number) => number, seed: number): number | undefined {
  const random = seeded(seed);
  let state = detector.initial;
  for (let seq = 1; seq <= count; seq += 1) {
    const isBad = random() < badAt(seq);
    const answers = [answerView(seq, { cites: !isBad })];
    state = detector.take(state, { kind: "answers", at: seq, answers });
    if (detector.signals(state).length > 0) return seq;
  }
  return undefined;
}

test("a version that drifts from one bad answer in a hundred to one in four over an hour speaks", () => {
  const drifting = (seq: number): number => 0.01 + (0.24 * seq) / 5000;
  const seen = Array.from({ length: 20 }, (_, seed) => speaksAfter(5000, drifting, seed + 1));
  expect(seen.filter((at) => at !== undefined)).toHaveLength(20);
});

test.each([0, 0.01, 0.06, 0.3, 1])(
  "of versions that stay as they are, with a share of %d bad answers, at most one in 300 ever speaks",
  (share) => {
    let spoke = 0;
    for (let seed = 1; seed <= 300; seed += 1) if (speaksAfter(2000, () => share, seed) !== undefined) spoke += 1;
    // α is one in a thousand: two or more of 300 come in one of 27 such tests, and the seeds are fixed.
    expect(spoke).toBeLessThanOrEqual(1);
  },
);

test("one that gets better as it ages does not speak", () => {
  const better = (seq: number): number => (seq < 300 ? 0.3 : 0.01);
  for (let seed = 1; seed <= 20; seed += 1) expect(speaksAfter(3000, better, seed)).toBeUndefined();
});
