import { expect, test } from "vitest";
import { variabilityDetector as detector } from "../../../../../../targets/reference-ai-stack/healer/detection/variability-detector.ts";
import type { AnswerView } from "../../../../../../targets/reference-ai-stack/healer/nouns.ts";
import { answerView } from "../answer-view.ts";
import { seeded } from "../virtual-clock.ts";

/** The names of what stands after so many answers. */
function after(count: number, of: (seq: number) => Partial<AnswerView>): readonly string[] {
  let state = detector.initial;
  for (let seq = 1; seq <= count; seq += 1) {
    state = detector.take(state, { kind: "answers", at: seq, answers: [answerView(seq, of(seq))] });
  }
  expect(detector.signals(detector.forget(state, null))).toEqual([]);
  return detector.signals(state).map(({ name }) => name);
}

test("five questions in a row that get another answer than before stand as an opinion, and the same answers do not", () => {
  const asked = (seq: number): string => `question ${seq % 10}`;
  expect(after(15, (seq) => ({ asked: asked(seq) }))).toEqual(["answers-vary"]);
  expect(after(14, (seq) => ({ asked: asked(seq) }))).toEqual([]);
  expect(after(500, (seq) => ({ asked: asked(seq), said: asked(seq) }))).toEqual([]);
});

test("another version may say it otherwise, and so may the same one of other passages", () => {
  const byTurns = (seq: number): Partial<AnswerView> => {
    const version = seq % 2 === 0 ? "a" : "b";
    return { version, asked: "question", said: version };
  };
  expect(after(500, byTurns)).toEqual([]);
  expect(after(3000, () => ({}))).toEqual([]);
});

test("a group of users that is always served late stands as an opinion, and when all are late nobody differs", () => {
  const late = (is: (cluster: number) => boolean) => (seq: number) => {
    const cluster = seq % 8;
    return { cluster, firstMs: is(cluster) ? 600 : 40 };
  };
  expect(
    after(
      200,
      late((cluster) => cluster === 3),
    ),
  ).toEqual(["users-differ"]);
  expect(
    after(
      2000,
      late(() => true),
    ),
  ).toEqual([]);
  expect(
    after(
      2000,
      late((cluster) => cluster % 2 === 0 || cluster === 1),
    ),
  ).toEqual([]);
});

test("of groups that are served alike, with heavy tails, none in 50 runs of 1,000 answers is held to differ", () => {
  const random = seeded(13);
  const alike = (): Partial<AnswerView> => ({
    cluster: Math.floor(random() * 8),
    firstMs: random() < 0.5 ? 20 : 1000 / (1 - random()),
  });
  let differed = 0;
  for (let run = 0; run < 50; run += 1) if (after(1000, alike).length > 0) differed += 1;
  expect(differed).toBe(0);
});

test("of questions whose answers change once in a hundred times at most one run in fifty stands", () => {
  const random = seeded(17);
  const steady = (seq: number): Partial<AnswerView> => ({
    asked: `question ${seq % 40}`,
    said: random() < 0.005 ? `slip ${seq}` : "answer",
  });
  let varied = 0;
  for (let run = 0; run < 50; run += 1) if (after(1000, steady).length > 0) varied += 1;
  expect(varied).toBeLessThanOrEqual(1);
});
