import { expect, test } from "vitest";
import type { Fault } from "../../../src/core/fault.ts";
import { indexWrongDimension } from "../../../src/faults/vector/index-wrong-dimension.ts";
import { replicaSite, testFault } from "../../support/test-fault.ts";

const fault: Fault = indexWrongDimension;

testFault(fault, {
  site: replicaSite,
  more: (stand) => {
    test("leaves hardly a row that finds itself, in a file as long as before, and is undone to the byte", async () => {
      const { signal } = stand;
      const site = stand.site();
      const bytes = async () => (await site.controls.files?.read(stand.path(), 0, 1e6))?.length;
      const before = await bytes();
      const undo = await fault.prepare(fault.parse({ short: 3 }), site);
      await fault.apply(fault.parse({ short: 3 }), undo, site, signal);
      expect(await site.controls.vectors?.selfRetrieval(200, signal)).toBeLessThan(0.2);
      expect(await bytes()).toBe(before);
      expect(await fault.revert(undo, site, signal)).toMatchObject({
        seen: expect.stringContaining("byte for byte what it was"),
      });
      expect(await site.controls.vectors?.selfRetrieval(200, signal)).toBe(1);
    });

    test("refuses to take a row for shorter than it is by all that it has, before anything is touched", async () => {
      const refused = fault.prepare(fault.parse({ short: 8 }), stand.site());
      await expect(refused).rejects.toThrow("have 8 numbers; expected fewer");
    });
  },
});
