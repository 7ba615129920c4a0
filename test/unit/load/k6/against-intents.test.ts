// A script's own load beside what intents say of it.

import { expect, test } from "vitest";
import { formatProblem } from "../../../../src/core/errors.ts";
import type { Intent } from "../../../../src/core/intent.ts";
import type { LoadSource } from "../../../../src/core/load-source.ts";
import type { Target } from "../../../../src/core/target.ts";
import { k6Scripts } from "../../../../src/load/k6/source.ts";
import { scriptProblems } from "../../../../src/run/check-scripts.ts";

const run = "export default function () {}";
const scenario = (more: string): string => `{ executor: "constant-arrival-rate", preAllocatedVUs: 1, ${more} }`;
const ramp = `{ executor: "ramping-arrival-rate", preAllocatedVUs: 1, startTime: "10s", startRate: 5, stages: [{ duration: "1m", target: 20 }] }`;
const options = (...each: readonly string[]): string =>
  `export const options = { scenarios: {\n${each.map((one, index) => `  s${index}: ${one},`).join("\n")}\n} };\n${run}`;

const spec = { arrival: "constant", ratePerSecond: 10, slowOverMs: 400, timeoutMs: 5_000 } as const;

/** What is wrong with a script, as people are told, where an intent sends it as the stream `scripted`. */
async function toldOf(text: string, own: Partial<Intent["load"]> = {}): Promise<readonly string[]> {
  const stream = { name: "scripted", source: "k6", params: { script: "main.ts", url: "http://127.0.0.1:9" } };
  const other = { name: "plain" };
  const target = { name: "t", dir: "/s", streams: [other, stream] } as unknown as Target;
  const load = { ...spec, warmupMs: 1_000, baselineMs: 2_000, streams: { scripted: { ...spec, ...own } } };
  const intent = { file: "a.yaml", target: "t", load, watchMs: 6_000 } as unknown as Intent;
  // The files of a test are in its memory.
  const source: LoadSource = {
    ...k6Scripts,
    check: async (checked) =>
      (await k6Scripts.check?.(checked, { exists: () => true, read: () => text, shown: () => "main.ts" })) ?? [],
  };
  const problems = await scriptProblems([intent], new Map([["t", target]]), {
    sources: [source],
    shown: (path) => path,
  });
  return problems.map(formatProblem);
}

test("a script whose rate is the intent's is right, also where its rate rises through it", async () => {
  const steady = scenario('rate: 600, timeUnit: "1m", duration: "10m"');
  expect(await toldOf(options(steady))).toEqual([]);
  expect(await toldOf(options(ramp))).toEqual([]);
  expect(await toldOf(options(steady, ramp), { ratePerSecond: 30 })).toEqual([]);
  const third = scenario('rate: 100, timeUnit: "3s", duration: "10m"');
  expect(await toldOf(options(third), { ratePerSecond: 33.3 })).toEqual([]);
});

test.each<[string, string, Partial<Intent["load"]>, RegExp]>([
  [
    "another rate",
    options(scenario('rate: 12, duration: "10m"')),
    {},
    /^main\.ts:2:7: 12 iterations a second, where a\.yaml says rate: 10\/s of scripted; expected the same in both/,
  ],
  [
    "scenarios that are more together",
    options(scenario('rate: 10, duration: "10m"'), scenario('rate: 1, duration: "10m"')),
    {},
    /^main\.ts:2:7: 11 it/,
  ],
  ["a rate that is never reached", options(ramp), { ratePerSecond: 25 }, /^main\.ts:2:7: 0 to 20 iterations a second/],
  [
    "distances at random",
    options(scenario('rate: 10, duration: "10m"')),
    { arrival: "poisson" },
    /^main\.ts:2:7: iterations at equal dist/,
  ],
  [
    "load that ends in a trial",
    options(scenario('rate: 10, duration: "8s"')),
    {},
    /load that ends after 8s, where a\.yaml needs 9s at least/,
  ],
])("%s is refused at its place", async (_what, text, own, pattern) => {
  expect(await toldOf(text, own)).toEqual([expect.stringMatching(pattern)]);
});
