import { expect, test } from "vitest";
import { trialsOf } from "../../../src/core/digest.ts";
import type { RunEvent } from "../../../src/records/run-events.ts";
import { finishAll, tellAll, type Reporter } from "../../../src/reporters/reporter.ts";
import { sampleRun } from "../../builders/sample-run.ts";

const finished: RunEvent = { kind: "runFinished" };
const note: RunEvent = { kind: "note", says: "something" };

test("a reporter that throws gets no more events, is named once, and keeps nothing from the others", () => {
  const heard: string[] = [];
  const said: string[] = [];
  const broken: Reporter = {
    name: "broken",
    on() {
      throw new Error("no room");
    },
  };
  const tell = tellAll([broken, { name: "whole", on: ({ kind }) => void heard.push(kind) }], (says) => said.push(says));
  tell(note);
  tell(finished);
  expect(heard).toEqual(["note", "runFinished"]);
  expect(said).toEqual(["the reporter broken gave up: no room"]);
});

test("a reporter that cannot finish keeps no other one from finishing, and its failure comes back", async () => {
  const done: string[] = [];
  const failure = new Error("disk full");
  const reporters: readonly Reporter[] = [
    { name: "broken", finish: () => Promise.reject(failure) },
    { name: "whole", finish: () => Promise.resolve(void done.push("whole")) },
  ];
  const { run } = sampleRun();
  const end = { dir: "/nowhere", result: run, trialOf: trialsOf(run), timelineOf: () => Promise.resolve(null) };
  expect(await finishAll(reporters, end)).toEqual({ failure });
  expect(done).toEqual(["whole"]);
});
