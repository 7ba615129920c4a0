import { expect, test } from "vitest";
import type { Fault } from "../../../src/core/fault.ts";
import { indexDegenerateBuild } from "../../../src/faults/vector/index-degenerate-build.ts";
import { replicaSite, testFault } from "../../support/test-fault.ts";

const fault: Fault = indexDegenerateBuild;

testFault(fault, {
  site: replicaSite,
  more: (stand) => {
    test("has hardly a row find itself, and leaves all vectors and names where they were", async () => {
      const { signal } = stand;
      const site = stand.site();
      const undo = await fault.prepare(fault.parse({}), site);
      await fault.apply(fault.parse({}), undo, site, signal);
      expect(await site.controls.vectors?.selfRetrieval(240, signal)).toBeLessThan(0.01);
      expect(await fault.revert(undo, site, signal)).toMatchObject({
        seen: expect.stringContaining("240 lists of links put back; the file is byte for byte what it was"),
      });
      expect(await site.controls.vectors?.selfRetrieval(240, signal)).toBe(1);
    });
  },
});
