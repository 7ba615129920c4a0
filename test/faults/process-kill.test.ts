import { expect, test } from "vitest";
import type { Controls, ProcessControl, Site } from "../../src/core/platform.ts";
import { processKill } from "../../src/faults/process-kill.ts";

const signal = AbortSignal.timeout(60_000);

/** One process that may be of steel. */
function processes(options: { readonly mortal: boolean }): { control: ProcessControl; alive: Set<number> } {
  const alive = new Set([41]);
  const control: ProcessControl = {
    pid: async () => 41,
    signal: async (pid) => void (options.mortal && alive.delete(pid)),
    isAlive: async (pid) => alive.has(pid),
  };
  return { control, alive };
}

function site(controls: Controls): Site {
  return { service: "s", replica: "s-1", seed: 1, undoDir: "/nowhere", controls };
}

test("is not confirmed while the process table still has the pid", async () => {
  const { control } = processes({ mortal: false });
  const evidence = await processKill.apply({ signal: "SIGTERM" }, site({ process: control }), signal);
  expect(evidence).toMatchObject({ confirmed: false, seen: expect.stringContaining("still runs") });
});

test("cannot be prepared on a replica that is already down", async () => {
  const { control, alive } = processes({ mortal: true });
  alive.clear();
  await expect(processKill.prepare({ signal: "SIGKILL" }, site({ process: control }))).rejects.toThrow(
    "no living process",
  );
});

test("says that it cannot bring the process back when the target offers no start control", async () => {
  const { control } = processes({ mortal: true });
  const here = site({ process: control });
  const undo = await processKill.prepare({ signal: "SIGKILL" }, here);
  expect((await processKill.apply({ signal: "SIGKILL" }, here, signal)).confirmed).toBe(true);
  const evidence = await processKill.revert(undo, here, signal);
  expect(evidence.confirmed).toBe(false);
  expect(evidence.seen).toContain("offers no start control");
});

test("leaves starting to the target's control, which may say that somebody else was faster", async () => {
  const replica = { ensureRunning: async () => ({ started: false, pid: 77 }) };
  expect(await processKill.revert({ pid: 41 }, site({ replica }), signal)).toMatchObject({
    confirmed: true,
    seen: "already ran, as pid 77",
  });
});
