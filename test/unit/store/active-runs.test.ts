import { mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { isOwnerAlive, listRuns, registerRun, stateDir, unregisterRun } from "../../../src/store/active-runs.ts";

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "active-runs-"));
});
afterEach(() => rm(dir, { recursive: true }));

const run = (name: string, startedAt: string) => ({
  runDir: `/reports/${name}`,
  pid: 41,
  pidStartTime: "100@boot",
  startedAt,
});

test("runs are listed oldest first until they are taken out, and taking out twice is harmless", async () => {
  await registerRun(run("late", "2026-01-02T00:00:00Z"), dir);
  await registerRun(run("early", "2026-01-01T00:00:00Z"), dir);
  expect((await listRuns(dir)).map((entry) => entry.runDir)).toEqual(["/reports/early", "/reports/late"]);
  await unregisterRun("/reports/early", dir);
  await unregisterRun("/reports/early", dir);
  expect((await listRuns(dir)).map((entry) => entry.runDir)).toEqual(["/reports/late"]);
});

test("a run folder has one owner, and only our user may read who", async () => {
  await registerRun(run("one", "2026-01-01T00:00:00Z"), dir);
  await registerRun({ ...run("one", "2026-01-01T00:00:00Z"), pid: 42 }, dir);
  expect((await listRuns(dir)).map((entry) => entry.pid)).toEqual([42]);
  expect((await stat(join(dir, "runs"))).mode & 0o077).toBe(0);
});

test("broken files and an absent folder are no runs", async () => {
  expect(await listRuns(join(dir, "absent"))).toEqual([]);
  await mkdir(join(dir, "runs"));
  await writeFile(join(dir, "runs/torn.json"), '{"runDir":"/re');
  await writeFile(join(dir, "runs/other.json"), '{"hello":1}');
  expect(await listRuns(dir)).toEqual([]);
});

test("an owner is alive only while its pid is still the same process", async () => {
  const own = run("one", "2026-01-01T00:00:00Z");
  expect(await isOwnerAlive(own, async () => "100@boot")).toBe(true);
  expect(await isOwnerAlive(own, async () => "200@boot")).toBe(false);
  expect(await isOwnerAlive(own, async () => undefined)).toBe(false);
});

test("the state folder is the user's choice, else where XDG says, else below home", () => {
  expect(stateDir({ REBOUND_STATE_DIR: "/state", XDG_STATE_HOME: "/xdg" })).toBe("/state");
  expect(stateDir({ XDG_STATE_HOME: "/xdg" })).toBe("/xdg/rebound");
  expect(stateDir({ XDG_STATE_HOME: "relative" })).toBe(join(homedir(), ".local/state/rebound"));
  expect(stateDir({})).toBe(join(homedir(), ".local/state/rebound"));
});
