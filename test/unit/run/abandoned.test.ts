// Runs whose harness is gone: one process at a time takes them back, and they are forgotten only when nothing remains.

import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { restoreAbandoned, restoreLocked, type AbandonedDeps } from "../../../src/run/restore/abandoned.ts";
import type { RestoreDeps } from "../../../src/run/restore/restore.ts";
import { openUndoLog } from "../../../src/trial/undo-log.ts";
import { listRuns, registerRun } from "../../../src/store/active-runs.ts";
import { takeLock } from "../../../src/store/restore-lock.ts";

let folder: string;
let runDir: string;
const trial = "trials/a/b/treatment-1";
/** The process table of these tests: everybody began at "t", but for the harness, which is gone. */
const harness = 41;
const startTimeOf = (pid: number): Promise<string | undefined> => Promise.resolve(pid === harness ? undefined : "t");

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "abandoned-"));
  runDir = join(folder, "run");
  const log = await openUndoLog(join(runDir, trial, "undo.jsonl"));
  await log.intend({ kind: "platform", platform: "ships", what: "ship m", way: "m" });
  await log.close();
  await mkdir(join(runDir, trial, "undo"));
  await writeFile(join(runDir, trial, "undo/rows.bin"), "backup");
  await registerRun({ runDir, pid: harness, pidStartTime: "t", startedAt: "2026-01-01T00:00:00Z" }, folder);
});
afterEach(() => rm(folder, { recursive: true }));

function depsOf(pid: number, takeBack: RestoreDeps["takeBack"], waitMs = 0): AbandonedDeps {
  const restoring: RestoreDeps = {
    takeBack,
    revertFault: () => Promise.reject(new Error("no fault in this test")),
    isStack: () => true,
  };
  return { restoring, me: { pid, startTime: "t" }, startTimeOf, waitMs, stateDir: folder };
}

const ends: RestoreDeps["takeBack"] = () => Promise.resolve({ ok: true, says: "ended 1" });

test("a run of which nothing remains is forgotten, with its backups", async () => {
  const [result] = await restoreAbandoned(depsOf(1, ends));
  expect(result).toMatchObject({ runDir, state: "restored", report: { remains: [], done: [{ says: "ended 1" }] } });
  expect(await listRuns(folder)).toEqual([]);
  expect(await readdir(join(runDir, trial))).toEqual(["undo.jsonl"]);
});

test("a run of which something remains keeps its backups and its place, and the next attempt finishes it", async () => {
  const stubborn = depsOf(1, () => Promise.resolve({ ok: false, says: "1 could not be ended" }));
  expect(await restoreAbandoned(stubborn)).toMatchObject([{ report: { remains: [{ says: "1 could not be ended" }] } }]);
  expect(await listRuns(folder)).toHaveLength(1);
  expect(await readdir(join(runDir, trial))).toContain("undo");
  expect(await restoreAbandoned(depsOf(1, ends))).toMatchObject([{ report: { remains: [] } }]);
  expect(await listRuns(folder)).toEqual([]);
});

test("while another living process is at it nothing is touched, and it is named", async () => {
  await takeLock(runDir, { pid: 2, startTime: "t" }, startTimeOf);
  const never = depsOf(1, () => Promise.reject(new Error("touched")));
  expect(await restoreAbandoned(never)).toEqual([{ runDir, state: "busy", by: { pid: 2, startTime: "t" } }]);
  expect(await listRuns(folder)).toHaveLength(1);
});

test("of several at once one does the work, the others wait for it and find nothing more to do", async () => {
  let working = 0;
  let most = 0;
  const slowly: RestoreDeps["takeBack"] = async () => {
    working += 1;
    most = Math.max(most, working);
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    working -= 1;
    return { ok: true, says: "ended 1" };
  };
  const results = await Promise.all([1, 2, 3].map((pid) => restoreLocked(runDir, depsOf(pid, slowly, 30_000))));
  expect(most).toBe(1);
  const done = results.map((result) => (result.state === "restored" ? result.report.done.length : undefined));
  expect(done.toSorted((a = 0, b = 0) => a - b)).toEqual([0, 0, 1]);
});
