// A real run folder of the build a6b3d1a (one trial of control/traffic-bump, paths made neutral), judged by this one.
// Its results have names that were changed since, such as facts.deeds. The undo log beside it is of a trial of
// process/replica-kill, without its `done` lines: as a harness that is killed leaves it.

import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { judgeAgain, readRecorded } from "../../../src/run/recorded.ts";
import { wayOf } from "../../../src/platforms/processes/ways.ts";
import { readRun } from "../../builders/read-run.ts";
import { parseUndoLog, unfinished } from "../../../src/trial/undo-log.ts";

const fixture = join(import.meta.dirname, "../../fixtures/run-of-a6b3d1a");
const trial = "trials/control/traffic-bump/look-alike-1";

let runDir: string;
beforeEach(async () => {
  runDir = await mkdtemp(join(tmpdir(), "rebound-former-"));
  await cp(fixture, runDir, { recursive: true });
  const packed = await readFile(join(runDir, trial, "timeline.jsonl.gz"));
  await writeFile(join(runDir, trial, "timeline.jsonl"), gunzipSync(packed));
});
afterEach(() => rm(runDir, { recursive: true, force: true }));

test("a run of an earlier build is judged again, and found as it was", async () => {
  expect(await readFile(join(runDir, "run.json"), "utf8")).toContain('"deeds"');
  const was = (await readRun(runDir)).intents[0]?.trials[0];
  const { open, ...recorded } = await readRecorded(runDir);
  await open?.close();
  expect(open).toMatchObject({ isOfToday: false });
  const { result, skipped } = await judgeAgain(recorded);
  expect(skipped).toEqual([]);
  const is = result.intents[0]?.trials[0];
  expect(was?.facts.actions).toBeDefined();
  expect(is?.facts.actions).toEqual(was?.facts.actions);
  expect(was?.facts.environment).toMatchObject({ measured: true });
  expect(is?.facts.environment).toEqual(was?.facts.environment);
  expect(is?.facts.load).toEqual(was?.facts.load);
  expect(is?.facts.windows).toEqual(was?.facts.windows);
  expect(is?.verdict.outcome).toBe(was?.verdict.outcome);
});

test("what an earlier build left behind when it was killed can be taken back", async () => {
  const log = parseUndoLog(await readFile(join(fixture, "killed-undo.jsonl"), "utf8"));
  expect(log).toMatchObject({ torn: 0, unreadable: [] });
  const open = unfinished(log.records).map(({ entry }) => entry);
  const ways = open.flatMap((entry) => (entry.kind === "platform" ? [[entry.platform, wayOf(entry).kind]] : []));
  expect(ways).toEqual([
    ["processes", "process"],
    ["processes", "process"],
    ["processes", "directory"],
  ]);
  expect(open.find(({ kind }) => kind === "fault")).toMatchObject({
    fault: "process.kill",
    undo: { instance: "pid 27982/1565501@9fad8f47" },
    handle: {},
  });
});
