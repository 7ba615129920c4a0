import { readFile, rename, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import type { Fault } from "../../../src/core/fault.ts";
import { cacheCorruption } from "../../../src/faults/inference/cache-corruption.ts";
import { replicaSite, testFault, type FaultStand } from "../../support/test-fault.ts";
import { headerBytes } from "../../support/small-index.mjs";

const fault: Fault = cacheCorruption;
testFault(fault, { site: replicaSite, more });

function more(stand: FaultStand): void {
  const { signal } = stand;

  test.each(["zero", "noise", "flip", "swap"])(
    "in mode %s changes answers out of the cache, and none around it",
    async (mode) => {
      const site = stand.site();
      const { answers } = site.controls;
      expect(await answers?.sameTwice(5, signal)).toBe(1);
      const undo = await fault.prepare(fault.parse({ share: 1, mode }), site);
      expect(await fault.apply(fault.parse({ share: 1, mode }), undo, site, signal)).toMatchObject({ confirmed: true });
      expect(await answers?.sameTwice(5, signal)).toBeLessThan(1);
      await fault.revert(undo, site, signal);
      expect(await answers?.sameTwice(5, signal)).toBe(1);
    },
  );

  test("in mode swap has rows hold what other rows held, each once, and puts back exactly what each of them had", async () => {
    const site = stand.site();
    const before = await readFile(stand.path());
    const swap = fault.parse({ share: 1, mode: "swap" });
    const undo = await fault.prepare(swap, site);
    expect(await fault.apply(swap, undo, site, signal)).toMatchObject({ confirmed: true });
    const after = await readFile(stand.path());
    const rowsOf = (bytes: Buffer) =>
      Array.from({ length: 240 }, (_, row) =>
        bytes.subarray(headerBytes + row * 32, headerBytes + (row + 1) * 32).toString("hex"),
      );
    expect(after.equals(before)).toBe(false);
    expect(rowsOf(after).toSorted()).toEqual(rowsOf(before).toSorted());
    await fault.revert(undo, site, signal);
    expect((await readFile(stand.path())).equals(before)).toBe(true);
  });

  test("damages only as many of the rows in use as were asked for, and says how many it put back", async () => {
    const site = stand.site();
    const before = await readFile(stand.path());
    const undo = await fault.prepare(fault.parse({ share: 0.5 }), site);
    await fault.apply(fault.parse({ share: 0.5 }), undo, site, signal);
    const after = await readFile(stand.path());
    const rows = Array.from(
      { length: 240 },
      (_, row) => [headerBytes + row * 32, headerBytes + (row + 1) * 32] as const,
    );
    const changed = rows.filter(([from, to]) => !before.subarray(from, to).equals(after.subarray(from, to)));
    expect(changed).toHaveLength(120);
    expect((await fault.revert(undo, site, signal)).seen).toMatch(/^120 blocks put back/);
    expect(await readFile(stand.path())).toEqual(before);
  });

  rest(stand);
}

function rest(stand: FaultStand): void {
  const { signal } = stand;

  test("puts nothing back into the empty cache of a replica that was started anew", async () => {
    const site = stand.site();
    const undo = await fault.prepare(fault.parse({ share: 1, mode: "zero" }), site);
    await fault.apply(fault.parse({ share: 1, mode: "zero" }), undo, site, signal);
    const { length } = await readFile(stand.path());
    await writeFile(`${stand.path()}.new`, new Uint8Array(length));
    await rename(`${stand.path()}.new`, stand.path());
    expect((await fault.revert(undo, site, signal)).seen).toMatch(/^0 blocks put back/);
    expect((await readFile(stand.path())).every((byte) => byte === 0)).toBe(true);
  });

  test("refuses a share that its five prompts would often miss", () => {
    expect(() => fault.parse({ share: 0.1 })).toThrow("share");
  });

  test("harms nothing where the blocks changed after they were saved", async () => {
    const site = stand.site();
    const first = await fault.prepare(fault.parse({ share: 1 }), site);
    const other = await fault.prepare(fault.parse({ share: 1, mode: "zero" }), { ...site, seed: 2 });
    await fault.apply(fault.parse({ share: 1 }), first, site, signal);
    const harmed = await readFile(stand.path());
    await expect(fault.apply(fault.parse({ share: 1, mode: "zero" }), other, site, signal)).rejects.toThrow(
      "before any damage",
    );
    expect(await readFile(stand.path())).toEqual(harmed);
    await fault.revert(first, site, signal);
  });
}
