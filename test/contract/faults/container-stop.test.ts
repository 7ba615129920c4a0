// A stop on a real engine, taken back while it is under way.

import { describe, expect, test } from "vitest";
import type { Fault } from "../../../src/core/fault.ts";
import { containerStop as written } from "../../../src/faults/container/container-stop.ts";
import { containerStand } from "../../support/container-stand.ts";
import { stubbornCommand } from "../../support/container-targets.ts";
import { noEngine } from "../../support/engine.ts";
import { revertInFreshProcess, testContainerFault } from "../../support/test-container-fault.ts";

const containerStop: Fault = written;

testContainerFault(containerStop, { RestartPolicy: { Name: "unless-stopped" } });

describe.skipIf(noEngine !== undefined)("container.stop of a program that does not end by itself", () => {
  const { place, signal } = containerStand("stops");
  test("is back for good when a fresh process says so, though the stop was under way when that began", async () => {
    const { site, entry } = await place({}, { command: stubbornCommand });
    const { controls } = site;
    const params = containerStop.parse({ grace: "3s" });
    const undo = (await containerStop.prepare(params, site)) as { instance: string; from: number };
    const stopped = containerStop.harm(params, undo, site, signal);
    const told = async (): Promise<readonly string[]> =>
      ((await controls.engine?.told(undo.instance, undo.from)) ?? []).map(({ what }) => what);
    await expect.poll(told, { timeout: 60_000 }).toContain("kill");
    expect(await told()).not.toContain("stop");
    const evidence = await revertInFreshProcess(entry(containerStop.name, undo));
    const after = await controls.process?.find();
    expect(evidence).toMatchObject({ confirmed: true, seen: `started again as ${after}` });
    expect(after).not.toBe(undo.instance);
    expect(await told()).toContain("stop");
    await stopped;
    expect(await controls.process?.find()).toBe(after);
  });
});
