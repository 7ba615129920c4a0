// Commands that a probe runs in containers, on a real engine: what they say counts, what a container cannot run is told
// apart from what fails in it, and nothing of a command that does not end is left there.

import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { ProbeSpec } from "../../src/core/probe-kind.ts";
import type { Stack } from "../../src/core/platform.ts";
import type { Inventory } from "../../src/records/inventory.ts";
import type { Reading } from "../../src/records/timeline/reading.ts";
import { docker as platform } from "../../src/platforms/docker/platform.ts";
import { makeProbes } from "../../src/probes/table.ts";
import { targetAccess } from "../../src/run/compose/target-access.ts";
import { oneContainer } from "../support/container-targets.ts";
import { noEngine, openEngine, type TestEngine } from "../support/engine.ts";

const limit = (): AbortSignal => AbortSignal.timeout(120_000);
const how = { cacheDir: "/tmp", seed: 3, ablated: [], unhealed: false };
const journal = { intend: async () => 1, done: async () => undefined };
const base = { kind: "exec", name: "ready.vec", service: "vec", everyMs: 200, timeoutMs: 20_000, data: false };

describe.skipIf(noEngine !== undefined)("probes that run a command in a container", () => {
  let engine: TestEngine;
  let stack: Stack;
  const target = oneContainer();

  beforeAll(async () => {
    engine = await openEngine();
    stack = await platform.start(target, how, journal, limit());
  });
  afterAll(async () => {
    await stack?.end();
    await engine?.[Symbol.asyncDispose]();
  });

  let inventory: Inventory | undefined;
  const container = async () => {
    const project = stack.handle["project"] as string;
    const label = [`com.docker.compose.project=${project}`];
    const [{ Id: id } = { Id: "" }] = await engine.docker.listContainers({ all: true, filters: { label } });
    return engine.docker.getContainer(id);
  };

  async function look(command: readonly string[], more: Partial<ProbeSpec> = {}): Promise<Reading | undefined> {
    inventory = await stack.inventory(limit());
    const access = targetAccess(target, stack, () => inventory);
    const [probe] = makeProbes([{ ...base, command, ...more }], access, 1);
    return probe?.look(limit());
  }
  const processes = async (): Promise<readonly string[]> => {
    const { Processes: rows } = (await (await container()).top()) as { Processes: readonly (readonly string[])[] };
    return rows.map((row) => row.at(-1) ?? "");
  };

  test("counts by its code and by what it writes, and gives it variables that no process list shows", async () => {
    expect(await look(["node", "-e", "process.exit(0)"])).toEqual({ ok: true, value: 1 });
    expect(await look(["node", "-e", "console.error('no room'); process.exit(3)"])).toEqual({
      ok: true,
      value: 0,
      note: 'vec: ended with 3, "no room"',
    });
    const says = ["node", "-e", "console.log(process.env.WORD + ' at ' + process.argv[1])", "{port}"];
    expect(await look(says, { says: "^ready at 8080$", env: { WORD: "ready" } })).toEqual({ ok: true, value: 1 });
    expect(await look(says, { says: "^ready at 8080$", env: { WORD: "late" } })).toMatchObject({ value: 0 });
  });

  test("sees nothing where the container has no such program, and where it writes without end", async () => {
    const missing = await look(["pg_isready"]);
    expect(missing).toMatchObject({
      ok: false,
      reason: expect.stringContaining("it has no pg_isready that can be run"),
    });
    const endless = await look(["node", "-e", "setInterval(() => process.stdout.write('x'.repeat(9999)), 1)"]);
    expect(endless).toMatchObject({ ok: false, reason: expect.stringContaining("wrote more than 65536 bytes") });
    expect(await processes()).toHaveLength(2);
  });

  test("ends what does not end in time, its children too, and counts it as not well", async () => {
    const sleeps =
      "require('child_process').spawn('node', ['-e', 'setInterval(() => 0, 99)']); setInterval(() => 0, 99)";
    expect(await look(["node", "-e", sleeps], { timeoutMs: 1_500 })).toEqual({
      ok: true,
      value: 0,
      note: "vec: the command was not done in time",
    });
    expect(await processes()).toHaveLength(2);
  });

  test("the doctor names a program that a project which runs does not have, and runs nothing for it", async () => {
    const containers = { project: stack.handle["project"] as string };
    const probes = ["node", "pg_isready", "/usr/local/bin/node", "/nowhere/at/all"].map((program, n) => ({
      ...base,
      name: `ready.${n}`,
      command: [program],
    }));
    const { compose: _none, ...rest } = { ...target.containers };
    const gaps = await platform.gaps?.({ ...target, containers: { ...rest, ...containers }, probes });
    expect(gaps?.map(({ missing }) => missing.replace(/ in .*, which/, ", which"))).toEqual([
      "pg_isready, which the probe ready.1 runs",
      "/nowhere/at/all, which the probe ready.3 runs",
    ]);
    expect(await platform.gaps?.({ ...target, probes })).toEqual([]);
  });

  test("says of a container that it is paused, does not run, or is gone", async () => {
    const [there, { State: state }] = [await container(), await (await container()).inspect()];
    await there.pause();
    onTestFinished(() => there.unpause().catch(() => undefined));
    expect(await look(["node", "-v"])).toEqual({ ok: true, value: 0, note: "vec: its container is paused" });
    await there.unpause();
    const old = inventory;
    await there.stop({ t: 0 });
    expect(state.Running).toBe(true);
    expect(await look(["node", "-v"])).toEqual({ ok: true, value: 0, note: "vec: no process" });
    const access = targetAccess(target, stack, () => old);
    const [probe] = makeProbes([{ ...base, command: ["node", "-v"] }], access, 1);
    expect(await probe?.look(limit())).toEqual({ ok: true, value: 0, note: "vec: its container does not run" });
    await there.remove({ force: true });
    expect(await probe?.look(limit())).toEqual({ ok: true, value: 0, note: "vec: its container is gone" });
  });
});
