import { expect, test } from "vitest";
import type { Fault } from "../../../src/core/fault.ts";
import { indexOlderGeneration } from "../../../src/faults/vector/index-older-generation.ts";
import { replicaSite, testFault } from "../../support/test-fault.ts";

const fault: Fault = indexOlderGeneration;

testFault(fault, {
  site: replicaSite,
  more: (stand) => {
    test("leaves hardly a row that the vectors held outside find, and is undone to the byte", async () => {
      const { signal } = stand;
      const site = stand.site();
      const undo = await fault.prepare(fault.parse({}), site);
      await fault.apply(fault.parse({}), undo, site, signal);
      expect(await site.controls.vectors?.selfRetrieval(200, signal)).toBeLessThan(0.2);
      expect(await fault.revert(undo, site, signal)).toMatchObject({
        seen: expect.stringContaining("byte for byte what it was"),
      });
      expect(await site.controls.vectors?.selfRetrieval(200, signal)).toBe(1);
    });
  },
});
