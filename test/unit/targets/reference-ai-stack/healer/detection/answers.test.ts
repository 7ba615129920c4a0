import { expect, test } from "vitest";
import { answerDetector } from "../../../../../../targets/reference-ai-stack/healer/detection/answer-detector.ts";
import {
  afterPair,
  isWorse,
  NO_PAIRS,
} from "../../../../../../targets/reference-ai-stack/healer/detection/paired-test.ts";
import { corpusOf } from "../../../../../../targets/reference-ai-stack/healer/telemetry/golden-questions.ts";
import { readAnswers } from "../../../../../../targets/reference-ai-stack/healer/telemetry/model-eyes.ts";
import { answerView } from "../answer-view.ts";
import { seeded } from "../virtual-clock.ts";

const answer = (seq: number, version: string, cites: boolean, inventsSymbols = false) =>
  answerView(seq, { version, cites, inventsSymbols });

function afterAnswers(rows: readonly ReturnType<typeof answer>[]) {
  return answerDetector.take(answerDetector.initial, { kind: "answers", at: 0, answers: rows });
}

test("five uncited answers of one version in a row speak, four do not, and another version is not blamed", () => {
  const rows = Array.from({ length: 10 }, (_, n) => answer(n, n % 2 === 0 ? "bad" : "good", n % 2 === 1));
  expect(answerDetector.signals(afterAnswers(rows.slice(0, 8)))).toEqual([]);
  const signals = answerDetector.signals(afterAnswers(rows));
  expect(signals).toMatchObject([{ name: "answers-uncited", about: "bad", scope: { service: "inference" } }]);
});

test("symbols that nobody knows are a signal of their own", () => {
  const state = afterAnswers(Array.from({ length: 6 }, (_, n) => answer(n, "bad", true, true)));
  expect(answerDetector.signals(state).map(({ name }) => name)).toEqual(["symbols-invented"]);
});

test("a version that is served no more is held against nobody", () => {
  const state = afterAnswers(Array.from({ length: 6 }, (_, n) => answer(n, "bad", false)));
  const models = { stable: "good", canary: null, before: [] };
  const replicas = [{ service: "inference", replica: "inference-1", pid: 1, port: 1, models }];
  expect(answerDetector.signals(answerDetector.take(state, { kind: "roll-call", at: 1, replicas }))).toEqual([]);
  expect(answerDetector.signals(answerDetector.forget(state, null))).toEqual([]);
});

test("of versions with one bad answer in a hundred at most one in fifty is suspected over 20,000 answers", () => {
  const random = seeded(3);
  let suspected = 0;
  for (let run = 0; run < 50; run += 1) {
    let state = answerDetector.initial;
    let spoke = false;
    for (let n = 0; n < 20_000; n += 100) {
      const answers = Array.from({ length: 100 }, (_, at) => answer(n + at, "good", random() >= 0.01));
      state = answerDetector.take(state, { kind: "answers", at: n, answers });
      spoke ||= answerDetector.signals(state).length > 0;
    }
    if (spoke) suspected += 1;
  }
  // By Lorden's bound 20,000 answers of 1,036,800: one in fifty is expected at most.
  expect(suspected).toBeLessThanOrEqual(1);
});

test("eleven pairs for the other decide, ten do not, and equal versions are called worse no more often than stated", () => {
  let pairs0 = NO_PAIRS;
  for (let n = 0; n < 10; n += 1) pairs0 = afterPair(pairs0, false, true);
  expect(isWorse(pairs0, 0.001)).toBe(false);
  expect(isWorse(afterPair(pairs0, false, true), 0.001)).toBe(true);
  expect(isWorse(afterPair(pairs0, true, true), 0.001)).toBe(false);
  const random = seeded(5);
  let wrong = 0;
  for (let run = 0; run < 20_000; run += 1) {
    let pairs = NO_PAIRS;
    let spoke = false;
    for (let n = 0; n < 80; n += 1) {
      pairs = afterPair(pairs, random() < 0.5, random() < 0.5);
      spoke ||= isWorse(pairs, 0.01);
    }
    if (spoke) wrong += 1;
  }
  expect(wrong / 20_000).toBeLessThanOrEqual(0.01);
});

test("symbols count as invented only where the corpus does not have them", () => {
  const row = { seq: 1, version: "a", passages: 4, cited: 1, strange: ["fs.open#1"], ungrounded: ["readNow"] };
  const digests = { asked: "question 1", said: "answer 1", cluster: 0 };
  const timed = { ...row, firstMs: 40, ms: 80, tokens: 21, ...digests };
  const knows = (symbol: string): boolean => symbol === "fs.open" || symbol === "readNow";
  expect(readAnswers({ answers: [timed] }, knows)).toEqual([answer(1, "a", true)]);
  expect(readAnswers({ answers: [timed] }, (symbol) => symbol === "readNow")).toMatchObject([{ inventsSymbols: true }]);
  expect(readAnswers({ answers: [{ ...timed, isNamed: true }, { ...timed, passages: 0 }, row, 7] }, knows)).toEqual([]);
  expect(readAnswers({}, knows)).toBeNull();
});

test("golden questions are drawn from the corpus, each with its passage among others", () => {
  const row = (n: number): string => {
    const symbol = `m.s${n}`;
    return JSON.stringify({
      id: `${symbol}#1`,
      symbol,
      text: `Text of ${symbol}, which is long enough to say something. `.repeat(3),
    });
  };
  const lines = Array.from({ length: 400 }, (_, n) => row(n)).join("\n");
  const corpus = corpusOf(lines);
  expect(corpus?.goldens).toHaveLength(80);
  for (const { passages, wanted } of corpus?.goldens ?? []) {
    expect(passages.map(({ id }) => id)).toContain(wanted);
    expect(new Set(passages.map(({ id }) => id)).size).toBe(4);
  }
  expect(corpus?.knows("m.s399")).toBe(true);
  expect(corpus?.knows("m.t1")).toBe(false);
  expect(corpusOf(lines)).toMatchObject({ goldens: corpus?.goldens });
  expect(corpusOf(row(1))).toBeNull();
});
