import { stat } from "node:fs/promises";
import { expect, test } from "vitest";
import type { Fault } from "../../../src/core/fault.ts";
import { indexUnlinked } from "../../../src/faults/vector/index-unlinked.ts";
import { replicaSite, testFault } from "../../support/test-fault.ts";

const fault: Fault = indexUnlinked;

testFault(fault, {
  site: replicaSite,
  more: (stand) => {
    test("leaves another file of half the length at the path, and puts the old one back to the byte", async () => {
      const { signal } = stand;
      const site = stand.site();
      const before = await stat(stand.path());
      const undo = await fault.prepare(fault.parse({}), site);
      expect(await fault.apply(fault.parse({}), undo, site, signal)).toMatchObject({ confirmed: true });
      const after = await stat(stand.path());
      expect([after.ino === before.ino, after.size]).toEqual([false, Math.ceil(before.size / 2)]);
      expect(await site.controls.vectors?.selfRetrieval(240, signal)).toBe(1);
      expect(await fault.revert(undo, site, signal)).toMatchObject({
        seen: "the old file was put back; the file is byte for byte what it was; loaded anew",
      });
      expect(await site.controls.vectors?.selfRetrieval(240, signal)).toBe(1);
    });

    test("is not confirmed at a replica that loads what lies at the path", async () => {
      const { signal } = stand;
      const site = stand.site();
      const undo = await fault.prepare(fault.parse({}), site);
      const harmed = { params: {}, undo, before: await fault.harm({}, undo, site, signal) };
      await site.controls.replica?.reload?.(signal);
      expect(await fault.observe(harmed, site, signal)).toMatchObject({ confirmed: false });
      expect(await fault.revert(undo, site, signal)).toMatchObject({ confirmed: true });
      expect(await site.controls.vectors?.selfRetrieval(240, signal)).toBe(1);
    });
  },
});
