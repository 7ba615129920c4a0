// Thresholds of k6 scripts decide over a trial as its other bounds do.

import { expect, test } from "vitest";
import type { ThresholdEvent } from "../../../src/records/timeline/threshold.ts";
import { thresholdsKept } from "../../../src/verdict/rules/thresholds-kept.ts";
import { measureTrial } from "../../builders/measured.ts";
import { tell } from "../../builders/simulated-trial.ts";
import { stories } from "../../golden/stories.ts";

const record = tell(stories["clean heal"]);
const facts = measureTrial(record);
const base = { kind: "threshold", at: 20_000, stream: "scripted", metric: "checks" } as const;
const kept: ThresholdEvent = { ...base, expression: "rate>0.9", samples: 200, value: 0.95, outcome: "pass" };
const broken: ThresholdEvent = { ...base, expression: "rate>0.99", samples: 200, value: 0.95, outcome: "fail" };
const empty: ThresholdEvent = { ...base, expression: "rate<1", samples: 0, outcome: "inconclusive" };

const judged = (...events: readonly ThresholdEvent[]) =>
  thresholdsKept({ ...record, timeline: [...record.timeline, ...events] }, facts);

test("the worst threshold decides, with its figures", () => {
  expect(judged(kept)).toMatchObject({
    outcome: "pass",
    says: "threshold checks rate>0.9 of scripted: 0.95 over 200 samples",
  });
  expect(judged(kept, empty)).toMatchObject({
    outcome: "inconclusive",
    says: "threshold checks rate<1 of scripted: no samples",
  });
  expect(judged(kept, empty, broken)).toMatchObject({
    outcome: "fail",
    says: expect.stringContaining("rate>0.99") as string,
  });
});

test("nothing is said where there are none, or where the stack is left broken on purpose", () => {
  expect(judged()).toBeNull();
  const ablated = tell(stories["ablated, stays broken"]);
  expect(thresholdsKept({ ...ablated, timeline: [...ablated.timeline, broken] }, facts)).toBeNull();
});
