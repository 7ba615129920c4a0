import { expect, test } from "vitest";
import type { SettledRequest } from "../../../src/measure/windows/requests.ts";
import { userValues } from "../../../src/measure/windows/user-values.ts";

/** Answers within one stretch, of 1, 2, 3 … ms, each with its first token half-way. */
const answers = (count: number): SettledRequest[] =>
  Array.from({ length: count }, (_, n) => ({
    at: n,
    meaning: "good",
    intended: 0,
    sent: 0,
    outcome: "answered",
    latencyMs: n + 1,
    ttftMs: (n + 1) / 2,
    answer: { doneAt: n, right: true },
  }));

const whole = { from: 0, to: 1000 };

test("the slowest answers of a window are told by percentiles, each value one that was seen", () => {
  expect(userValues(answers(200)).values(whole)).toMatchObject({
    "users.latency_p50": 100.5,
    "users.latency_p95": 190,
    "users.latency_p99": 198,
    "users.ttft_p95": 95,
    "users.ttft_p99": 99,
  });
});

test("a percentile that would rest on the one slowest answer alone is not given, and says what it lacks", () => {
  const few = userValues(answers(19));
  expect(few.values(whole)).not.toHaveProperty(["users.latency_p95"]);
  expect(few.reason("users.latency_p95", whole)).toBe("fewer than 20 requests ended");
  expect(userValues(answers(20)).values(whole)).toMatchObject({ "users.latency_p95": 19, "users.ttft_p95": 9.5 });
  const most = userValues(answers(99));
  expect(most.values(whole)).not.toHaveProperty(["users.latency_p99"]);
  expect(userValues(answers(100)).values(whole)).toMatchObject({ "users.latency_p99": 99 });
});

test("requests that failed have no latency, and too few answers among many requests are said to be too few", () => {
  const failed = answers(30).map(({ at, intended, sent }, n): SettledRequest => ({
    at: at + 100,
    intended,
    sent,
    meaning: "error",
    outcome: "error",
    word: n === 0 ? "timeout" : "reset",
  }));
  const users = userValues([...answers(10), ...failed]);
  expect(users.values(whole)).not.toHaveProperty(["users.latency_p95"]);
  expect(users.reason("users.latency_p95", whole)).toBe("fewer than 20 answers, but reset, timeout");
  expect(users.reason("users.ttft_p99", whole)).toMatch(/^fewer than 100 requests ended/);
});
