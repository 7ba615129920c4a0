import { describe, expect, test } from "vitest";
import { changed, problems } from "./lint-cases.ts";

const steady =
  'where:\n    users-answered: users.error_share <= 0.1\n    users-fast: "users.slow_share <= max(0.15, baseline.users.slow_share + 0.1)"\n';
const held = "a steady state that holds when every request fails";

const withWhere = (...conditions: readonly string[]): readonly string[] =>
  problems(changed(steady, `where:\n${conditions.map((text, n) => `    c${n}: ${text}\n`).join("")}`));

describe("a steady state that a total outage leaves true is refused", () => {
  test.each([
    "users.slow_share <= 0.3",
    "users.latency_p50 <= 900",
    "users.ttft_p50 <= max(400, baseline.users.ttft_p50 * 2)",
    "users.right_share >= 0.8",
    "users.error_share >= 0.05 or users.slow_share <= 0.2",
  ])("%s holds then, and is told at `where`", (text) => {
    const found = withWhere(text);
    expect(found.filter((each) => each.includes("holds when"))).toEqual([`13:3 ${held}`]);
  });

  test.each([
    "users.error_share <= 0.2",
    "users.bad_share <= 0.2",
    "users.error_share + users.slow_share <= 0.3",
    "users.slow_share <= 0.3 and users.error_share <= baseline.users.error_share + 0.1",
    "users.count >= 5",
    "users.error_share < 1",
  ])("%s is no such condition", (text) => {
    expect(withWhere(text)).toEqual([]);
  });

  test("one condition that is false then is enough", () => {
    expect(withWhere("users.slow_share <= 0.3", "users.error_share <= 0.2")).toEqual([]);
  });
});

describe("a budget that a total outage keeps is refused", () => {
  test.each<[string, string[]]>([
    ["slo: 0.95, max_burn: 20", ["24:34 20, which is not exceeded when every request is bad"]],
    ["slo: 0.9, max_burn: 10", ["24:33 10, which is not exceeded when every request is bad"]],
    ["slo: 0.95, max_burn: 19.9", []],
  ])("%s is told at max_burn, where it is one", (budget, expected) => {
    expect(problems(changed("slo: 0.95, max_burn: 12", budget))).toEqual(expected);
  });
});

test("a hold longer than the time there is to recover is refused, and one as long is not", () => {
  const within = "within: 15s, by: redistribute-traffic, hold: 3s";
  const asked = (times: string): readonly string[] => problems(changed(within, times));
  expect(asked("within: 10s, by: redistribute-traffic, hold: 11s")).toEqual(["23:61 11s"]);
  expect(asked("within: 11s, by: redistribute-traffic, hold: 11s")).toEqual([]);
});
