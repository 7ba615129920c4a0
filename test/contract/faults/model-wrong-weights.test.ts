import { expect, test } from "vitest";
import type { Fault } from "../../../src/core/fault.ts";
import { modelWrongWeights } from "../../../src/faults/model/model-wrong-weights.ts";
import { replicaSite, testFault } from "../../support/test-fault.ts";

const fault: Fault = modelWrongWeights;

testFault(fault, {
  site: replicaSite,
  more: (stand) => {
    test("has all texts embedded as one where the model is collapsed, and is undone to the byte", async () => {
      const { signal } = stand;
      const site = stand.site();
      const params = fault.parse({ model: "collapsed" });
      const undo = await fault.prepare(params, site);
      expect(await fault.apply(params, undo, site, signal)).toMatchObject({
        confirmed: true,
        seen: expect.stringContaining("all of them the same"),
      });
      expect(await fault.revert(undo, site, signal)).toMatchObject({
        seen: expect.stringContaining("byte for byte what it was"),
      });
    });

    test("is not taken for confirmed where the model gives texts other vectors, but not one and the same", async () => {
      const { signal } = stand;
      const site = stand.site();
      const params = fault.parse({ model: "swapped" });
      const undo = await fault.prepare(params, site);
      const harmed = { params, undo, before: await fault.harm(params, undo, site, signal) };
      const asked = { ...harmed, params: fault.parse({ model: "collapsed" }) };
      expect(await fault.observe(harmed, site, signal)).toMatchObject({ confirmed: true });
      expect(await fault.observe(asked, site, signal)).toMatchObject({ confirmed: false });
      await fault.revert(undo, site, signal);
    });
  },
});
