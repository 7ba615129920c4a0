import { access, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import type { Fault } from "../../../src/core/fault.ts";
import { indexNearlyEmpty } from "../../../src/faults/vector/index-nearly-empty.ts";
import { replicaSite, testFault } from "../../support/test-fault.ts";

const fault: Fault = indexNearlyEmpty;

testFault(fault, {
  site: replicaSite,
  more: (stand) => {
    test("leaves the first rows to be found, and puts the file back to the byte", async () => {
      const { signal } = stand;
      const site = stand.site();
      const params = fault.parse({ rows: 24 });
      const undo = await fault.prepare(params, site);
      await fault.apply(params, undo, site, signal);
      expect(await site.controls.vectors?.selfRetrieval(240, signal)).toBe(0.1);
      const manifest = { path: `${stand.path()}.manifest` };
      expect(await fault.wrote?.(undo, site)).toMatchObject([{ path: stand.path(), pieces: [] }, manifest, manifest]);
      expect(await fault.revert(undo, site, signal)).toMatchObject({
        seen: "the old file was put back; the file is byte for byte what it was; loaded anew",
      });
      expect(await site.controls.vectors?.selfRetrieval(240, signal)).toBe(1);
    });

    test("removes what a SIGKILL in the middle of the replacement has left beside the index", async () => {
      const site = stand.site();
      const undo = await fault.prepare(fault.parse({}), site);
      const beside = `${stand.path()}.${(undo as { readonly made: string }).made.slice(0, 12)}.part`;
      await writeFile(beside, "the first half");
      expect(await fault.revert(undo, site, stand.signal)).toMatchObject({ confirmed: true });
      await expect(access(beside)).rejects.toThrow("ENOENT");
    });

    test("leaves a file alone that its owner put there meanwhile, and puts none in place of one that changed", async () => {
      const { signal } = stand;
      const site = stand.site();
      const params = fault.parse({});
      const undo = await fault.prepare(params, site);
      await fault.apply(params, undo, site, signal);
      const path = stand.path();
      await writeFile(path, "another one");
      expect(await fault.revert(undo, site, signal)).toMatchObject({
        confirmed: true,
        seen: "nothing of ours was there; the file is its owner's",
      });
      expect(Buffer.from((await site.controls.files?.read(path, 0, 64)) ?? []).toString()).toBe("another one");
      await expect(fault.apply(params, undo, site, signal)).rejects.toThrow();
    });
  },
});
