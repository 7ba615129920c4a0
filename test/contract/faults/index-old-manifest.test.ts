import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import type { Fault } from "../../../src/core/fault.ts";
import { indexOldManifest } from "../../../src/faults/vector/index-old-manifest.ts";
import { replicaSite, testFault } from "../../support/test-fault.ts";

const fault: Fault = indexOldManifest;

testFault(fault, {
  site: replicaSite,
  more: (stand) => {
    test("leaves the index as it is, has rows found twice, and puts the manifest back to the byte", async () => {
      const { signal } = stand;
      const site = stand.site();
      const params = fault.parse({ share: 0.25 });
      const calm = await stand.look();
      const index = await readFile(stand.path());
      const undo = await fault.prepare(params, site);
      expect(await fault.apply(params, undo, site, signal)).toMatchObject({
        seen: expect.stringContaining("the manifest is that of before, the index that of now; loaded anew"),
      });
      expect(await readFile(stand.path())).toEqual(index);
      // Each row still finds itself first: only an answer of more than one hit tells.
      expect(await site.controls.vectors?.selfRetrieval(240, signal)).toBe(1);
      expect(await site.controls.vectors?.selfRetrieval(240, signal, 2)).toBe(0.75);
      expect(await fault.revert(undo, site, signal)).toMatchObject({
        seen: "the old file was put back; the file is byte for byte what it was; loaded anew",
      });
      expect(await site.controls.vectors?.selfRetrieval(240, signal, 2)).toBe(1);
      expect(await stand.look()).toEqual(calm);
    });
  },
});
