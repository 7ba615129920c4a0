// Run folders of which something is missing: what can be read is judged, what cannot is named.

import { trialsOf } from "../../../src/core/digest.ts";
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { reportAgain } from "../../../src/run/report-again.ts";
import { judgeAgain, readRecorded, readerOf } from "../../../src/run/recorded.ts";
import { trialName } from "../../../src/core/plan.ts";
import { createRunFolder, trialFolder, type RunFolder } from "../../../src/store/run-folder.ts";
import { writeResult } from "../../../src/store/results.ts";
import { TimelineWriter } from "../../../src/store/timeline-file.ts";
import { samplePlan, sampleTimeline } from "../../builders/sample-trial.ts";
import type { TrialPlan } from "../../../src/records/plan.ts";

let out: string;
let run: RunFolder;
beforeEach(async () => {
  out = await mkdtemp(join(tmpdir(), "rebound-recorded-"));
  run = await createRunFolder(out, "r1");
});
afterEach(() => rm(out, { recursive: true, force: true }));

/** A trial in the run's folder, with its whole timeline; gives the folder. */
async function leave(plan: TrialPlan, ended = true): Promise<string> {
  const folder = await trialFolder(run, plan);
  const writer = await TimelineWriter.open(folder.timeline);
  const timeline = sampleTimeline({ replicaDown: [0, 1000] }, []).filter(
    (event) => event.kind !== "phase" || event.phase !== "done",
  );
  for (const event of timeline) writer.append(event);
  const last = Math.max(...timeline.map(({ at }) => at));
  if (ended) writer.append({ kind: "phase", at: last + 1, phase: "done" });
  await writer.close();
  return folder.dir;
}

const first = samplePlan("process/replica-kill", "treatment");
const second = samplePlan("process/replica-kill", "treatment", { index: 2 });
const third = samplePlan("process/replica-kill", "ablation");

/** Nothing is read of its trials afterwards. */
async function recordedIn(dir: string): ReturnType<typeof readRecorded> {
  const recorded = await readRecorded(dir);
  await recorded.open?.close();
  return recorded;
}

async function judged(): Promise<{
  trials: string[];
  skipped: Record<string, string>;
  outcome: string;
  notes: readonly string[];
}> {
  const recorded = await recordedIn(run.dir);
  const { result, skipped } = await judgeAgain(recorded);
  return {
    trials: result.intents.flatMap(({ trials }) => trials.map(({ plan }) => trialName(plan))),
    skipped: Object.fromEntries(skipped.map(({ folder, reason }) => [folder, reason])),
    outcome: result.outcome,
    notes: recorded.notes,
  };
}

describe("a run without its run.json", () => {
  test("is judged from its trials, and never passes, since it did not get to its end", async () => {
    await leave(first);
    await leave(third);
    const { trials, skipped, outcome, notes } = await judged();
    expect(trials).toEqual(["process/replica-kill treatment-1", "process/replica-kill ablation-1"]);
    expect(skipped).toEqual({});
    expect(outcome).not.toBe("pass");
    expect(notes).toEqual(["it has no run.json: judged from what its trials left"]);
  });

  test("names every trial folder that is half written, and shows the rest", async () => {
    await leave(first);
    await leave(second, false);
    const folder = (name: string): string => join(run.dir, "trials/process/replica-kill", name);
    await mkdir(folder("treatment-3"));
    await writeFile(join(folder("treatment-3"), "undo.jsonl"), "");
    await mkdir(folder("treatment-4"));
    await writeFile(join(folder("treatment-4"), "plan.json"), '{"schemaVersion":1,"runId":"r');
    await trialFolder(run, samplePlan("process/replica-kill", "treatment", { index: 5 }));
    const sixth = await leave(samplePlan("process/replica-kill", "treatment", { index: 6 }));
    const text = await readFile(join(sixth, "timeline.jsonl"), "utf8");
    await writeFile(join(sixth, "timeline.jsonl"), text.replace("\n", "\n{torn\n"));
    // An empty folder, and one that is none of ours, are no trials.
    await mkdir(folder("treatment-7"));
    await mkdir(join(run.dir, "trials/notes"));
    await writeFile(join(run.dir, "trials/notes/mine.txt"), "");
    const { trials, skipped } = await judged();
    expect(trials).toEqual(["process/replica-kill treatment-1"]);
    expect(skipped).toEqual({
      "process/replica-kill/treatment-2": expect.stringMatching(
        /^its timeline ends in \w+: the run was killed then$/,
      ) as string,
      "process/replica-kill/treatment-3": "it has no plan.json",
      "process/replica-kill/treatment-4": expect.stringContaining("plan.json") as string,
      "process/replica-kill/treatment-5": "it has no timeline.jsonl",
      "process/replica-kill/treatment-6": expect.stringMatching(/1 bad line in the timeline .*: line \d+$/) as string,
    });
  });

  test("forgives a last line that broke off, at every byte of it", async () => {
    const dir = await leave(first);
    const file = join(dir, "timeline.jsonl");
    const whole = await readFile(file);
    for (const tail of ["{", '{"kind":"pa', '{"kind":"pace","at":1,"lagMs":1}']) {
      await truncate(file, whole.length);
      await appendFile(file, tail);
      expect((await judged()).trials).toEqual(["process/replica-kill treatment-1"]);
    }
  });

  test("that broke off at any byte is done without, and one of another shape is refused", async () => {
    await leave(first);
    const { result } = await judgeAgain(await recordedIn(run.dir));
    await writeResult(run.dir, result, trialsOf(result));
    const file = join(run.dir, "run.json");
    const text = (await readFile(file, "utf8")).trimEnd();
    expect((await recordedIn(run.dir)).wasJudged).toBe(true);
    const step = Math.max(1, Math.floor(text.length / 200));
    for (let end = 0; end < text.length; end += step) {
      await writeFile(file, text.slice(0, end));
      const recorded = await recordedIn(run.dir);
      expect(recorded.notes[0], String(end)).toMatch(/^its run\.json is not whole/);
      expect(recorded.trials).toHaveLength(1);
    }
    await writeFile(file, "{}");
    await expect(readRecorded(run.dir)).rejects.toMatchObject({ code: "bad-input" });
  });

  test("and without trials is no run that can be judged", async () => {
    await rm(join(run.dir, "trials"), { recursive: true });
    await expect(readRecorded(run.dir)).rejects.toMatchObject({ code: "bad-input" });
  });
});

describe("a run with its run.json", () => {
  test("is judged by the trials that it names; one whose timeline is broken is named, and it no longer passes", async () => {
    await leave(first);
    const broken = await leave(second);
    await leave(third);
    const { result } = await judgeAgain(await recordedIn(run.dir));
    const [intent] = result.intents;
    if (intent === undefined) throw new Error("no intent");
    const told = { ...result, interrupted: false, intents: [{ ...intent, trials: intent.trials.slice(0, 2) }] };
    await writeResult(run.dir, told, trialsOf(told));
    expect((await judged()).trials).toEqual(["process/replica-kill treatment-1", "process/replica-kill treatment-2"]);
    const text = await readFile(join(broken, "timeline.jsonl"), "utf8");
    await writeFile(join(broken, "timeline.jsonl"), text.replace("\n", "\nnot JSON\n"));
    const again = await judged();
    expect(again.trials).toEqual(["process/replica-kill treatment-1"]);
    expect(Object.keys(again.skipped)).toEqual(["process/replica-kill/treatment-2"]);
    expect(again.outcome).not.toBe("pass");
    // A report shows what was concluded then, without what can no longer be read.
    const { trials } = await recordedIn(run.dir);
    const reader = readerOf(trials);
    const found = [];
    for (const { plan } of trials) found.push((await reader.timelineOf(plan)) !== null);
    // Of a damaged one all lines but the damaged, which is named by its number.
    expect(found).toEqual([true, true]);
    expect(reader.torn).toEqual([]);
    const reason = "1 bad line in the timeline: line 2";
    expect(reader.unread).toEqual([{ folder: "process/replica-kill/treatment-2", reason }]);
    expect(trials.map(({ plan }) => reader.amissOf(plan))).toEqual(["", reason]);
  });

  test("names a trial whose timeline was cut off at any line, and judges nothing by the half of it", async () => {
    const dir = await leave(first);
    const { result } = await judgeAgain(await recordedIn(run.dir));
    await writeResult(run.dir, { ...result, interrupted: false }, trialsOf(result));
    const file = join(dir, "timeline.jsonl");
    const lines = (await readFile(file, "utf8")).split("\n");
    for (const [kept, rest] of [
      [lines.length - 2, ""],
      [lines.length - 2, '{"kind":"ph'],
      [3, ""],
      [0, ""],
    ] as const) {
      await writeFile(
        file,
        lines
          .slice(0, kept)
          .map((line) => `${line}\n`)
          .join("") + rest,
      );
      const reason = expect.stringMatching(/^its timeline ends in \w+: what came after is missing$/) as string;
      const again = await judged();
      expect(again.skipped).toEqual({ "process/replica-kill/treatment-1": reason });
      expect(again.outcome).not.toBe("pass");
      const reader = readerOf((await recordedIn(run.dir)).trials);
      // Asked for twice, by the page and by the trace, it is named once.
      for (const _ of [1, 2]) expect(await reader.timelineOf(first)).toHaveLength(kept);
      expect(reader.torn).toEqual([{ folder: "process/replica-kill/treatment-1", reason }]);
    }
  });

  test("that broke off stays beside the one that a report makes", async () => {
    await leave(first);
    const { result } = await judgeAgain(await recordedIn(run.dir));
    await writeResult(run.dir, result, trialsOf(result));
    const file = join(run.dir, "run.json");
    const torn = (await readFile(file, "utf8")).slice(0, -20);
    await writeFile(file, torn);
    const notes: string[] = [];
    await reportAgain(run.dir, { reporters: [], note: (says) => notes.push(says) });
    const kept = (await readdir(run.dir)).find((name) => name.startsWith("run.json.damaged-")) ?? expect.fail();
    expect(await readFile(join(run.dir, kept), "utf8")).toBe(torn);
    expect(notes).toContain(`the run.json that broke off is kept as ${kept}`);
    expect((await recordedIn(run.dir)).wasJudged).toBe(true);
    // What is whole, and what was never there, leaves nothing behind.
    await reportAgain(run.dir, { reporters: [], note: () => undefined });
    await rm(file);
    await reportAgain(run.dir, { reporters: [], note: () => undefined });
    expect((await readdir(run.dir)).filter((name) => name.includes("damaged"))).toEqual([kept]);
  });
});
