// Where an annotation stands: on the expectation that was not kept.

import { expect, test } from "vitest";
import { placeOf } from "../../../src/run/intent-places.ts";
import { sampleRun } from "../../builders/sample-run.ts";

const file = "experiments/data/vector-index-corruption.yaml";
const lines = ["version: 1", "title: T", "expect:", "  detected:", "    within: 5s", "  recovered:", "    within: 6s"];
const failed = sampleRun().run.intents.find(({ outcome }) => outcome === "fail") ?? expect.fail();

test("a failure stands on the expectation that was not kept", () => {
  expect(placeOf(failed, { file, source: lines.join("\n") })).toEqual({ file, line: 6, column: 3 });
});

test("a failure stands on the title where the file has no such expectation, or nothing is against it", () => {
  expect(placeOf(failed, { file, source: lines.slice(0, 5).join("\n") })).toMatchObject({ line: 2 });
  expect(placeOf({ trials: [] }, { file, source: lines.join("\n") })).toMatchObject({ line: 2 });
});
