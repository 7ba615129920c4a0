import { describe, expect, test } from "vitest";
import { formatDuration, parseDuration, parseRate } from "../../../src/core/duration.ts";

describe("durations and rates as people write them", () => {
  test.each<[string, number | undefined]>([
    ["400ms", 400],
    ["2s", 2000],
    ["1.5s", 1500],
    ["1m", 60_000],
    ["0.5m", 30_000],
    ["0ms", 0],
    ["2", undefined],
    ["2 s", undefined],
    ["-2s", undefined],
    ["1h", undefined],
    ["1e3ms", undefined],
    ["", undefined],
    [`${"9".repeat(400)}s`, undefined],
  ])("the duration %j is %s ms", (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  test.each<[string, number | undefined]>([
    ["20/s", 20],
    ["0.5/s", 0.5],
    ["600/m", 10],
    ["20", undefined],
    ["20/h", undefined],
    ["/s", undefined],
    [`${"9".repeat(400)}/s`, undefined],
  ])("the rate %j is %s per second", (text, rate) => {
    expect(parseRate(text)).toBe(rate);
  });

  test.each<[number, string]>([
    [0, "0ms"],
    [400, "400ms"],
    [1500, "1.5s"],
    [2000, "2s"],
    [60_000, "1m"],
    [125_400, "2m 5s"],
  ])("%s ms is written %s", (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});
