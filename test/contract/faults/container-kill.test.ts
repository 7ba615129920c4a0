// A kill by a real engine, and what it has forgotten of one by the time of the undo.

import { describe, expect, test } from "vitest";
import type { Fault } from "../../../src/core/fault.ts";
import { containerKill as written } from "../../../src/faults/container/container-kill.ts";
import { containerStand } from "../../support/container-stand.ts";
import { noEngine } from "../../support/engine.ts";
import { testContainerFault } from "../../support/test-container-fault.ts";

const containerKill: Fault = written;
/** An engine keeps 256 events. */
const moreThanKept = 300;

testContainerFault(containerKill, { RestartPolicy: { Name: "always" } });

describe.skipIf(noEngine !== undefined)("container.kill that may have been ordered or not", () => {
  const { place, signal, engine } = containerStand("kills");
  test("is back where the engine knows of no order, and in doubt where it has forgotten that time", async () => {
    const { site } = await place();
    const undo = await containerKill.prepare(containerKill.parse({}), site);
    expect(await containerKill.revert(undo, site, signal)).toMatchObject({ confirmed: true });
    const { docker } = engine();
    for (let events = 0; events < moreThanKept; events += 2) {
      await docker.createVolume({ Name: "noise" });
      await docker.getVolume("noise").remove();
    }
    const evidence = await containerKill.revert(undo, site, signal);
    expect(evidence).toMatchObject({ confirmed: false });
    expect(evidence.seen).toContain("the engine has forgotten whether it was ordered to end");
  });
});
