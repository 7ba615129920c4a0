import { expect, test } from "vitest";
import type { Fault } from "../../../src/core/fault.ts";
import { indexDiverged } from "../../../src/faults/vector/index-diverged.ts";
import { replicaSite, testFault } from "../../support/test-fault.ts";

const fault: Fault = indexDiverged;

testFault(fault, {
  site: replicaSite,
  more: (stand) => {
    test("has as many rows hold each other's vectors as asked, and is undone to the byte", async () => {
      const { signal } = stand;
      const site = stand.site();
      const params = fault.parse({ share: 0.1 });
      const undo = await fault.prepare(params, site);
      await fault.apply(params, undo, site, signal);
      expect(await site.controls.vectors?.selfRetrieval(240, signal)).toBe(0.9);
      expect(await fault.revert(undo, site, signal)).toMatchObject({
        seen: expect.stringContaining("24 rows put back; the file is byte for byte what it was"),
      });
      expect(await site.controls.vectors?.selfRetrieval(240, signal)).toBe(1);
    });
  },
});
