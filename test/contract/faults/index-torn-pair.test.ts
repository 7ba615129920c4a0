import { expect, test } from "vitest";
import type { Fault } from "../../../src/core/fault.ts";
import { indexTornPair } from "../../../src/faults/vector/index-torn-pair.ts";
import { replicaSite, testFault } from "../../support/test-fault.ts";
import { headerBytes } from "../../support/small-index.mjs";

const fault: Fault = indexTornPair;

testFault(fault, {
  site: replicaSite,
  more: (stand) => {
    test("has as many rows answer by another's name as asked, and leaves every vector where it was", async () => {
      const { signal } = stand;
      const site = stand.site();
      const params = fault.parse({ share: 0.3 });
      const file = await site.controls.files?.published("index");
      const vectors = async () => site.controls.files?.read(file?.path ?? "", 0, headerBytes + 240 * 32);
      const before = await vectors();
      const undo = await fault.prepare(params, site);
      await fault.apply(params, undo, site, signal);
      expect(await site.controls.vectors?.selfRetrieval(240, signal)).toBeCloseTo(0.7, 1);
      expect(await vectors()).toEqual(before);
      await fault.revert(undo, site, signal);
      expect(await site.controls.vectors?.selfRetrieval(240, signal)).toBe(1);
    });
  },
});
