// Facts of one trial agree with each other: over all golden stories, and over trials drawn from seeds. `npm run
// check:facts` draws 10,000.

import { describe, expect, test } from "vitest";
import { contradictions } from "../../../src/measure/facts/agreement.ts";
import { measureTrial } from "../../builders/measured.ts";
import { judgeTrial } from "../../../src/verdict/judge-trial.ts";
import { stories } from "../../golden/stories.ts";
import type { StoryName } from "../../golden/stories.ts";
import { expectAgreement } from "../../builders/agreeing.ts";
import { seededTrial } from "../../builders/seeded-story.ts";
import { tell } from "../../builders/simulated-trial.ts";

const trials = Number(process.env["REBOUND_SIMULATED_TRIALS"] ?? 600);
const first = Number(process.env["REBOUND_FIRST_SEED"] ?? 1);

describe("the facts of a trial agree with each other, with its events and with its findings", () => {
  test.each(Object.keys(stories) as StoryName[])("in the story “%s”", (name) => {
    expectAgreement(tell(stories[name]), name);
  });

  test("in a trial whose hold is shorter than the window of grace after our revert", () => {
    expectAgreement(seededTrial(6499), "seed 6499");
  });

  test("in a trial whose users are hurt only after the recovery had held", () => {
    expectAgreement(seededTrial(129_228), "seed 129228");
  });

  test("in a trial in which one window after the recovery was bad by chance, before the row that held", () => {
    expectAgreement(seededTrial(702_306), "seed 702306");
  });

  test("in a trial that turned good only after our revert, in the window in which it began", () => {
    const record = seededTrial(702_621);
    expect(measureTrial(record).recovery).toBe("waited-out");
    expectAgreement(record, "seed 702621");
  });

  test(`in ${trials} trials from seeds`, { timeout: 900_000 }, () => {
    for (let seed = first; seed < first + trials; seed += 1) expectAgreement(seededTrial(seed), `seed ${seed}`);
  });
});

test("a recovery of which no row of good windows tells is a contradiction", () => {
  const record = tell(stories["clean heal"]);
  const facts = measureTrial(record);
  const windows = facts.windows.map((window) =>
    window.from > (facts.marks.t6?.lo ?? 0) ? { ...window, state: "bad" as const, broken: ["users"] } : window,
  );
  expect(contradictions(record, facts)).toEqual([]);
  expect(contradictions(record, { ...facts, windows })).toEqual([
    expect.objectContaining({
      other: expect.stringMatching(/^no row of good windows after .* is as long as/) as string,
    }),
  ]);
});

describe("trials from seeds", () => {
  test("are the same for the same seed, and reach every outcome and way to end", () => {
    const seen = Array.from({ length: 150 }, (_, seed) => {
      const record = seededTrial(seed);
      const facts = measureTrial(record);
      return [facts.recovery, judgeTrial(record, facts).outcome] as const;
    });
    expect(new Set(seen.map(([recovery]) => recovery)).size).toBe(5);
    expect([...new Set(seen.map(([, outcome]) => outcome))].sort()).toEqual(
      expect.arrayContaining(["fail", "inconclusive", "invalid", "pass"]),
    );
    expect(JSON.stringify(seededTrial(7))).toBe(JSON.stringify(seededTrial(7)));
    expect(JSON.stringify(seededTrial(7))).not.toBe(JSON.stringify(seededTrial(8)));
  });
});
