// What is said of thresholds that the scripts' process does not tell.

import { expect, test } from "vitest";
import type { LoadEvent } from "../../../../src/core/load-source.ts";
import { readScript } from "../../../../src/load/k6/script/read-script.ts";
import { openUntold } from "../../../../src/load/k6/untold.ts";

const script = `export const options = {
  scenarios: { s: { executor: "constant-arrival-rate", rate: 20, duration: "1m", preAllocatedVUs: 2 } },
  thresholds: { checks: ["rate>0.9"], http_reqs: ["count>2", "rate>1"] },
};
export default function () {}
`;
const thresholds =
  readScript("a.k6.js", {}, { exists: () => true, read: () => script, shown: (path) => path }).script?.options
    .thresholds ?? [];
const kept = { kind: "threshold", at: 3, metric: "http_reqs", expression: "count>2", samples: 9, value: 9 } as const;

test("thresholds that were not told are inconclusive, once, and those that were stay", () => {
  const events: LoadEvent[] = [];
  const untold = openUntold([{ name: "scripted", thresholds }], (event) => events.push(event));
  untold.pass({ ...kept, stream: "scripted", outcome: "pass" });
  untold.over(5);
  untold.over(6);
  const open = { kind: "threshold", stream: "scripted", samples: 0, outcome: "inconclusive", at: 5 };
  expect(events).toEqual([
    { ...kept, stream: "scripted", outcome: "pass" },
    { ...open, metric: "checks", expression: "rate>0.9" },
    { ...open, metric: "http_reqs", expression: "rate>1" },
  ]);
});

test("those of another stream that have the same name and expression are open all the same", () => {
  const events: LoadEvent[] = [];
  const untold = openUntold([{ thresholds }, { name: "other", thresholds: [] }], (event) => events.push(event));
  untold.pass({ ...kept, stream: "other", outcome: "pass" });
  untold.over(5);
  expect(events.slice(1).map((event) => event.kind === "threshold" && event.expression)).toEqual([
    "rate>0.9",
    "count>2",
    "rate>1",
  ]);
});
