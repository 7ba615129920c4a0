import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import type { Fault } from "../../../src/core/fault.ts";
import { indexManifestLost } from "../../../src/faults/vector/index-manifest-lost.ts";
import { replicaSite, testFault } from "../../support/test-fault.ts";

const fault: Fault = indexManifestLost;

testFault(fault, {
  site: replicaSite,
  more: (stand) => {
    test("leaves half of the manifest, by which nothing is loaded, and all rows found; puts it back to the byte", async () => {
      const { signal } = stand;
      const site = stand.site();
      const calm = await stand.look();
      const index = await readFile(stand.path());
      const undo = await fault.prepare(fault.parse({}), site);
      expect(await fault.apply(fault.parse({}), undo, site, signal)).toMatchObject({
        confirmed: true,
        seen: expect.stringContaining("hash that of our half; not loaded by it"),
      });
      expect(await readFile(stand.path())).toEqual(index);
      expect(await site.controls.vectors?.selfRetrieval(240, signal, 2)).toBe(1);
      expect(await fault.revert(undo, site, signal)).toMatchObject({
        seen: "the old file was put back; the file is byte for byte what it was; loaded anew",
      });
      expect(await stand.look()).toEqual(calm);
    });
  },
});
