import { describe, expect, test } from "vitest";
import type { Controls, ProcessControl, Site } from "../../../../src/core/controls.ts";
import { processKill } from "../../../../src/faults/process/process-kill.ts";

const signal = AbortSignal.timeout(60_000);
const ours = { instance: "41 a" };

/** What runs, by number and start: our process and a neighbour. `reach` says what a signal does to it. */
function processes(reach: (table: Map<number, string>) => void): {
  control: ProcessControl;
  table: Map<number, string>;
} {
  const table = new Map([
    [41, "a"],
    [42, "b"],
  ]);
  const control: ProcessControl = {
    async find() {
      const startTime = table.get(41);
      return startTime === undefined ? undefined : `41 ${startTime}`;
    },
    signal: async () => reach(table),
    isAlive: async (instance) => [...table].some(([number, startTime]) => instance === `${number} ${startTime}`),
    isStopped: async () => false,
  };
  return { control, table };
}

const mortal = (table: Map<number, string>): void => void table.delete(41);

function site(controls: Controls): Site {
  return { service: "s", replica: "s-1", seed: 1, undoDir: "/nowhere", controls };
}

describe.concurrent("is not confirmed while the platform still has the instance", () => {
  const sabotaged: [string, Parameters<typeof processes>[0]][] = [
    ["because the signal reached nothing", () => undefined],
    ["because the signal reached another process", (table) => void table.delete(42)],
  ];
  test.each(sabotaged)("and says what was seen, %s", async (_, reach) => {
    const { control } = processes(reach);
    const evidence = await processKill.apply({ signal: "SIGTERM" }, ours, site({ process: control }), signal);
    expect(evidence).toEqual({
      confirmed: false,
      expected: "41 a gone after SIGTERM, by the platform",
      seen: "41 a still runs after 3000 ms",
    });
  });
});

test("is confirmed when its process is gone, even if another one has its number at once", async () => {
  const { control, table } = processes((all) => void all.set(41, "started by the healer"));
  const evidence = await processKill.apply({ signal: "SIGKILL" }, ours, site({ process: control }), signal);
  expect(evidence).toMatchObject({ confirmed: true, seen: "41 a is gone" });
  expect(table.get(41)).toBe("started by the healer");
});

test("ends nothing when the process that the undo names is not there any more", async () => {
  const { control, table } = processes(mortal);
  table.set(41, "another by now");
  const apply = processKill.apply({ signal: "SIGKILL" }, ours, site({ process: control }), signal);
  await expect(apply).rejects.toThrow("41 a of s-1 was gone before we ended it");
  expect([...table.keys()]).toEqual([41, 42]);
});

test("cannot be prepared on a replica that is already down", async () => {
  const { control, table } = processes(mortal);
  table.clear();
  await expect(processKill.prepare({ signal: "SIGKILL" }, site({ process: control }))).rejects.toThrow(
    "no living process",
  );
});

test("says that it cannot bring the process back when the target offers no start control", async () => {
  const { control } = processes(mortal);
  const here = site({ process: control });
  const undo = await processKill.prepare({ signal: "SIGKILL" }, here);
  expect((await processKill.apply({ signal: "SIGKILL" }, undo, here, signal)).confirmed).toBe(true);
  const evidence = await processKill.revert(undo, here, signal);
  expect(evidence.confirmed).toBe(false);
  expect(evidence.seen).toContain("offers no start control");
});

test("leaves starting to the target's control, which may say that somebody else was faster", async () => {
  const replica = { ensureRunning: async () => ({ started: false, instance: "77 b" }) };
  expect(await processKill.revert(ours, site({ replica }), signal)).toMatchObject({
    confirmed: true,
    seen: "already ran, as 77 b",
  });
});

test("does not take the target's word that the killed process still runs, and asks until the platform has one", async () => {
  const { control, table } = processes(mortal);
  table.delete(41);
  let asked = 0;
  const replica = {
    async ensureRunning() {
      asked += 1;
      if (asked === 2) table.set(41, "new");
      return { started: asked === 2, instance: "41 new" };
    },
  };
  expect(await processKill.revert(ours, site({ replica, process: control }), signal)).toMatchObject({
    confirmed: true,
    seen: "started again as 41 new",
  });
  expect(asked).toBe(2);
});
