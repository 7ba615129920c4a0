import { expect, test } from "vitest";
import { modelRollout } from "../../../src/faults/model/model-rollout.ts";
import { replicaSite, testFault, type FaultStand } from "../../support/test-fault.ts";

testFault(modelRollout, { site: replicaSite, unseen: true, more: ownCases });

function ownCases(stand: FaultStand): void {
  const { signal } = stand;
  const share = { version: "candidate", share: 0.5 };

  test("leaves what the loop has rolled back, and what was rolled out with a sibling is taken back once", async () => {
    const site = stand.site();
    const first = await modelRollout.prepare(share, site);
    await modelRollout.apply(share, first, site, signal);
    const second = await modelRollout.prepare(share, site);
    expect(await modelRollout.apply(share, second, site, signal)).toMatchObject({ confirmed: true });
    expect(await modelRollout.revert(second, site, signal)).toMatchObject({ confirmed: true });
    const { models } = site.controls;
    expect((await models?.serving(signal))?.candidate).toBe("candidate");
    expect(await modelRollout.revert(first, site, signal)).toMatchObject({ confirmed: true });
    expect(await modelRollout.revert(first, site, signal)).toMatchObject({ seen: "just that" });
  });

  test("does no harm when somebody else rolls out between look and act, or the version is unknown", async () => {
    const site = stand.site();
    const undo = await modelRollout.prepare({ version: "other", share: 0.5 }, site);
    await expect(modelRollout.apply({ version: "other", share: 0.5 }, undo, site, signal)).rejects.toThrow("404");
    await site.controls.models?.rollOut("candidate", 0.2, signal);
    await expect(modelRollout.apply(share, undo, site, signal)).rejects.toThrow("somebody else rolls out");
  });
}
