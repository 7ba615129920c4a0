import { expect, test } from "vitest";
import { changed, problems } from "./lint-cases.ts";

const where = "users-answered: users.error_share <= 0.1";
const withCondition = (text: string, rate: string): string =>
  changed(where, `${where}\n    users-quick: ${text}`).replace("rate: 20/s", `rate: ${rate}`);

test.each([
  ["users.latency_p95 <= 800", "39/s", "users.latency_p95 of 19.5 requests in a window (500ms at 39/s)"],
  ["users.latency_p99 <= 900", "199/s", "users.latency_p99 of 99.5 requests in a window (500ms at 199/s)"],
  [
    "users.ttft_p95 <= 2 * baseline.users.ttft_p95",
    "20/s",
    "users.ttft_p95 of 10 requests in a window (500ms at 20/s)",
  ],
  [
    "users.latency_p50 <= 2 * baseline.users.latency_p99",
    "24/s",
    "baseline.users.latency_p99 of 96 requests in the baseline (4s at 24/s)",
  ],
])("a condition on the slowest answers of too few requests is refused: %s at %s", (text, rate, found) => {
  expect(problems(withCondition(text, rate))).toEqual([expect.stringContaining(found)]);
});

test.each([
  ["users.latency_p95 <= 800", "40/s"],
  ["users.latency_p99 <= 900", "200/s"],
  ["users.latency_p50 <= 2 * baseline.users.latency_p99", "25/s"],
])("one with enough of them is sound, and so is the percentile of the whole baseline: %s at %s", (text, rate) => {
  expect(problems(withCondition(text, rate))).toEqual([]);
});
