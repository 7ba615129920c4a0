// SIGKILL of the harness, of its watchdog and of both: what they leave, and that watchdog and `rebound restore` take
// all of it back.

import { mkdir, rename, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeSandbox, markersIn, processesOf, rebound, runDirOf } from "../support/rebound-process.ts";
import {
  quickKill,
  indexDamage,
  start,
  killBoth,
  workFolders,
  expectNothingLeft,
  backups,
} from "../support/killed-runs.ts";

describe("after SIGKILL of harness and watchdog", () => {
  it.each(["warmup", "observe", "revert"])(
    "in phase %s, a second harness refuses to start and restore ends the orphans and removes the work folder",
    async (phase) => {
      await using sandbox = await makeSandbox();
      const running = start(sandbox, quickKill);
      await running.says(` ${phase} `);
      await killBoth(running, sandbox);
      const markers = markersIn(sandbox.out);
      expect(processesOf(markers).length).toBeGreaterThan(0);
      expect(workFolders(markers).length).toBe(1);
      for (const command of [
        ["run", quickKill, "--out", sandbox.out],
        ["up", "echo"],
      ]) {
        const refused = await rebound(command, sandbox);
        expect(refused.code).toBe(4);
        expect(refused.text).toContain("type `rebound restore`");
      }
      const restored = await rebound(["restore"], sandbox);
      expect(restored.text).toContain("done     processes of");
      expect(restored.code).toBe(0);
      await expectNothingLeft(sandbox, markers);
    },
  );

  it("with a damaged index in place, restore puts the file back or removes it with its stack", async () => {
    await using sandbox = await makeSandbox({ HEALER_NOOP_ACTIONS: "restore-index" });
    const running = start(sandbox, indexDamage);
    await running.says(" observe ");
    await killBoth(running, sandbox);
    const markers = markersIn(sandbox.out);
    expect(processesOf(markers).length).toBeGreaterThan(0);
    const restored = await rebound(["restore"], sandbox);
    expect(restored.text).toContain("done     fault index.corruption at vector-");
    expect(restored.code).toBe(0);
    expect(backups(sandbox.out)).toEqual([]);
    await expectNothingLeft(sandbox, markers);
  });

  it("a log that cannot be read refuses the next run too, and says so", async () => {
    await using sandbox = await makeSandbox();
    const running = start(sandbox, quickKill);
    await running.says(" baseline ");
    await killBoth(running, sandbox);
    const markers = markersIn(sandbox.out);
    const log = join(runDirOf(sandbox), "trials/process/quick-kill/treatment-1/undo.jsonl");
    await rename(log, `${log}.away`);
    await mkdir(log);
    const refused = await rebound(["run", quickKill, "--out", sandbox.out], sandbox);
    expect(refused.code).toBe(4);
    expect(refused.text).toContain("cannot read the undo log");
    expect(refused.text).toContain("type `rebound restore`");
    expect((await rebound(["restore"], sandbox)).code).toBe(4);
    await rmdir(log);
    await rename(`${log}.away`, log);
    expect((await rebound(["restore"], sandbox)).code).toBe(0);
    await expectNothingLeft(sandbox, markers);
  });
});
