// A harness is killed with SIGKILL wherever it hurts; another process restores, and nothing is left.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { thorough } from "../../src/run/restore/undoing.ts";
import { findByMarker } from "../support/find-by-marker.ts";
import { endInstance, startTimeOf } from "../../src/platforms/processes/process-table.ts";
import { workDirFor } from "../../src/platforms/processes/work-dir.ts";
import { restoreAbandoned } from "../../src/run/restore/abandoned.ts";
import { restoreRun } from "../../src/run/restore/restore.ts";
import { readUndoLog, unfinished } from "../../src/trial/undo-log.ts";
import { listRuns, registerRun } from "../../src/store/active-runs.ts";
import { fixtureTarget } from "../support/fixture-target.ts";

const script = join(dirname(fileURLToPath(import.meta.url)), "../support/doomed-harness.mjs");
let runDir: string;
let id: string;

beforeEach(async () => {
  runDir = await mkdtemp(join(tmpdir(), "restore-test-"));
  id = `test-${randomUUID()}`;
});

afterEach(async () => {
  await endInstance({ marker: id }, 100);
  await rm(workDirFor(id), { recursive: true, force: true });
  await rm(runDir, { recursive: true });
});

/** Runs the doomed harness to a stage and kills it there; gives its pid and start time. */
async function killedAt(stage: string): Promise<{ pid: number; pidStartTime: string }> {
  const args = [script, runDir, id, stage, JSON.stringify(fixtureTarget())];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const pid = child.pid ?? 0;
  const pidStartTime = (await startTimeOf(pid)) ?? "";
  const [said] = (await Promise.race([once(child.stdout, "data"), once(child, "exit")])) as [unknown];
  expect(String(said)).toBe("reached\n");
  child.kill("SIGKILL");
  await once(child, "exit");
  return { pid, pidStartTime };
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

const stages = ["directory", "starting", "started", "process.kill", "index.corruption"];

test.each(stages)(
  "a harness killed at `%s` leaves nothing after restore, and restoring again finds nothing to do",
  async (stage) => {
    await killedAt(stage);
    if (stage !== "directory") expect((await findByMarker(id)).length).toBeGreaterThan(0);
    const report = await restoreRun(runDir, thorough());
    expect(report.remains).toEqual([]);
    expect(report.done.length).toBeGreaterThan(0);
    expect(await findByMarker(id)).toEqual([]);
    expect(await exists(workDirFor(id))).toBe(false);
    const log = await readUndoLog(join(runDir, "trials/theme/name/treatment-1/undo.jsonl"));
    expect(unfinished(log.records)).toEqual([]);
    expect(await restoreRun(runDir, thorough())).toEqual({ done: [], remains: [] });
  },
);

test("faults are taken back in the living stack before it is ended", async () => {
  await killedAt("index.corruption");
  const report = await restoreRun(runDir, thorough());
  expect(report.done.map((item) => item.what.split(" ")[0])).toEqual(["fault", "processes", "processes", "work"]);
  expect(report.done[0]?.says).toMatch(/^\d+ rows put back; the file is byte for byte what it was$/);
});

test("a fault whose stack is already gone counts as undone, with the reason", async () => {
  await killedAt("process.kill");
  await endInstance({ marker: id }, 500);
  const report = await restoreRun(runDir, thorough());
  expect(report.remains).toEqual([]);
  expect(report.done[0]?.says).toContain("gone with its stack");
});

test("a work folder that does not carry our mark is refused, and stays in the log", async () => {
  await killedAt("started");
  await rm(join(workDirFor(id), ".stack-instance"));
  const report = await restoreRun(runDir, thorough());
  expect(report.remains).toHaveLength(1);
  expect(report.remains[0]?.says).toContain("does not carry the mark");
  expect(await readFile(join(workDirFor(id), "vec.index"))).toBeDefined();
});

test("without being told where, restore cleans up the runs whose owner was killed and leaves living ones alone", async () => {
  const state = join(runDir, "state");
  const startedAt = "2026-01-02T00:00:00Z";
  const living = {
    runDir: "/nowhere/living",
    pid: process.pid,
    pidStartTime: (await startTimeOf(process.pid)) ?? "",
    startedAt,
  };
  await registerRun(living, state);
  const owner = await killedAt("started");
  await registerRun({ runDir, ...owner, startedAt: "2026-01-01T00:00:00Z" }, state);
  const me = { pid: living.pid, startTime: living.pidStartTime };
  const runs = await restoreAbandoned({ restoring: thorough(), me, startTimeOf, waitMs: 0, stateDir: state });
  expect(runs).toMatchObject([
    { runDir, state: "restored", report: { remains: [] } },
    { runDir: living.runDir, state: "alive", pid: process.pid },
  ]);
  expect(await findByMarker(id)).toEqual([]);
  expect(await exists(workDirFor(id))).toBe(false);
  expect(await listRuns(state)).toEqual([living]);
});
