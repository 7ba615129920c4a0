// The live page is made by the thread that measures: whatever else waits has its turn between two pieces.

import { expect, test } from "vitest";
import type { RunDigest } from "../../../src/core/digest.ts";
import type { Steps } from "../../../src/core/steps.ts";
import { newestPage } from "../../../src/reporters/live/newest-page.ts";
import { sampleRun } from "../../builders/sample-run.ts";

/** Makes one page of a run that is concluded in four pieces of so many ms; counts the turns of others before each. */
async function turnsBetween(pieceMs: number): Promise<readonly number[]> {
  let [now, turns, isMade] = [0, 0, false];
  const others = (): void => {
    turns += 1;
    if (!isMade) setImmediate(others);
  };
  const seen: number[] = [];
  function* soFar(): Steps<RunDigest> {
    for (let piece = 0; piece < 4; piece += 1) {
      now += pieceMs;
      seen.push(turns);
      yield;
    }
    return sampleRun().run;
  }
  setImmediate(others);
  const { html } = await newestPage({ version: () => 1, soFar, clock: () => now }).get();
  isMade = true;
  expect(html).toContain(sampleRun().run.intents[0]?.intent);
  return seen;
}

test("others have a turn between two pieces of concluding that are long, and none where all of it is short", async () => {
  const [long, short] = [await turnsBetween(6), await turnsBetween(1)];
  expect(new Set(long).size).toBe(4);
  expect(new Set(short).size).toBe(1);
});
