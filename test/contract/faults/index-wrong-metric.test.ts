import { expect, test } from "vitest";
import type { Fault } from "../../../src/core/fault.ts";
import { indexWrongMetric } from "../../../src/faults/vector/index-wrong-metric.ts";
import { replicaSite, testFault } from "../../support/test-fault.ts";

const fault: Fault = indexWrongMetric;

testFault(fault, {
  site: replicaSite,
  more: (stand) => {
    test("has hardly a row find itself, in a file as long as before, and puts the file back to the byte", async () => {
      const { signal } = stand;
      const site = stand.site();
      const params = fault.parse({ lengths: 8 });
      const bytes = async () => (await site.controls.files?.read(stand.path(), 0, 1e6))?.length;
      const before = await bytes();
      const undo = await fault.prepare(params, site);
      await fault.apply(params, undo, site, signal);
      expect(await site.controls.vectors?.selfRetrieval(240, signal)).toBeLessThan(0.2);
      expect(await bytes()).toBe(before);
      expect(await fault.revert(undo, site, signal)).toMatchObject({
        seen: "the old file was put back; the file is byte for byte what it was; loaded anew",
      });
      expect(await site.controls.vectors?.selfRetrieval(240, signal)).toBe(1);
    });
  },
});
