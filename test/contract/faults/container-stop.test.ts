// A stop on a real engine, taken back while it is under way.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Fault } from "../../../src/core/fault.ts";
import { containerStop as written } from "../../../src/faults/container/container-stop.ts";
import { docker } from "../../../src/platforms/docker/platform.ts";
import { composedIn, runningIn, stubbornCommand } from "../../support/container-targets.ts";
import { noEngine, openEngine, type TestEngine } from "../../support/engine.ts";
import { revertInFreshProcess, testContainerFault } from "../../support/test-container-fault.ts";

const containerStop: Fault = written;
const project = "stops";
const how = { cacheDir: "/tmp", seed: 3, ablated: [], unhealed: false };
const journal = { intend: async () => 1, done: async () => undefined };
const signal = AbortSignal.timeout(300_000);
const bare = { service: "vec", replica: "vec", seed: 5, undoDir: "/tmp" };

testContainerFault(containerStop, { RestartPolicy: { Name: "unless-stopped" } });

describe.skipIf(noEngine !== undefined)("container.stop of a program that does not end by itself", () => {
  let engine: TestEngine;
  beforeAll(async () => {
    engine = await openEngine();
    await engine.docker.createNetwork({ Name: `${project}_default` });
  });
  afterAll(async () => {
    await engine?.docker.getNetwork(`${project}_default`).remove();
    await engine?.[Symbol.asyncDispose]();
  });

  test("is back for good when a fresh process says so, though the stop was under way when that began", async () => {
    await composedIn(engine, project, {}, { command: stubbornCommand });
    const stack = await docker.start(runningIn(project), how, journal, signal);
    const controls = stack.controls(bare);
    const site = { ...bare, controls };
    const params = containerStop.parse({ grace: "3s" });
    const undo = (await containerStop.prepare(params, site)) as { instance: string; from: number };
    const stopped = containerStop.harm(params, undo, site, signal);
    const told = async (): Promise<readonly string[]> =>
      ((await controls.engine?.told(undo.instance, undo.from)) ?? []).map(({ what }) => what);
    await expect.poll(told, { timeout: 60_000 }).toContain("kill");
    expect(await told()).not.toContain("stop");
    const { undoDir, seed, ...where } = bare;
    const entry = { kind: "fault", fault: containerStop.name, site: where, seed, undoDir, undo, handle: stack.handle };
    const evidence = await revertInFreshProcess(entry);
    const after = await controls.process?.find();
    expect(evidence).toMatchObject({ confirmed: true, seen: `started again as ${after}` });
    expect(after).not.toBe(undo.instance);
    expect(await told()).toContain("stop");
    await stopped;
    expect(await controls.process?.find()).toBe(after);
  });
});
