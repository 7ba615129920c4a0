import { expect, test } from "vitest";
import type { Fault } from "../../../src/core/fault.ts";
import { indexGhostRows } from "../../../src/faults/vector/index-ghost-rows.ts";
import { replicaSite, testFault } from "../../support/test-fault.ts";

const fault: Fault = indexGhostRows;

testFault(fault, {
  site: replicaSite,
  more: (stand) => {
    test("has as many rows answer by numbers behind the last one as asked, and leaves the others", async () => {
      const { signal } = stand;
      const site = stand.site();
      const params = fault.parse({ share: 0.5 });
      const undo = await fault.prepare(params, site);
      await fault.apply(params, undo, site, signal);
      expect(await site.controls.vectors?.selfRetrieval(240, signal)).toBe(0.5);
      expect(await fault.revert(undo, site, signal)).toMatchObject({
        seen: expect.stringContaining("120 names of rows put back; the file is byte for byte what it was"),
      });
      expect(await site.controls.vectors?.selfRetrieval(240, signal)).toBe(1);
    });
  },
});
