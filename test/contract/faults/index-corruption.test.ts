import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Fault } from "../../../src/core/fault.ts";
import type { Json } from "../../../src/core/units.ts";
import { indexCorruption } from "../../../src/faults/vector/index-corruption.ts";
import { replicaSite, testFault, type FaultStand } from "../../support/test-fault.ts";
import { headerBytes } from "../../support/small-index.mjs";

const fault: Fault = indexCorruption;
const more = (stand: FaultStand): void => {
  seen(stand);
  leftAlone(stand);
};
testFault(fault, { site: replicaSite, params: { share: 0.25, mode: "noise" }, more });

/** What the damage looks like from outside, in each of its modes. */
function seen(stand: FaultStand): void {
  const { signal } = stand;
  test.each(["zero", "noise", "nan"])("in mode %s is seen by self-retrieval at the replica", async (mode) => {
    const site = stand.site();
    const before = await site.controls.vectors?.selfRetrieval(200, signal);
    const params = fault.parse({ share: 0.3, mode });
    const undo = await fault.prepare(params, site);
    expect(await fault.apply(params, undo, site, signal)).toMatchObject({ confirmed: true });
    const after = await site.controls.vectors?.selfRetrieval(200, signal);
    expect(before).toBe(1);
    expect(after).toBeGreaterThan(0.6);
    expect(after).toBeLessThan(0.8);
    await fault.revert(undo, site, signal);
    expect(await site.controls.vectors?.selfRetrieval(200, signal)).toBe(1);
  });

  test.each([
    { mode: "part", part: 0.75, share: 0.3 },
    { mode: "flip", share: 0.3 },
    { mode: "replace", share: 0.3 },
    { mode: "shift", share: 0.3 },
    { mode: "pages", share: 0.5 },
    { mode: "links", share: 0.3 },
  ])("in mode %o is seen by self-retrieval at the replica, and undone to the byte", async (input) => {
    const site = stand.site();
    const before = await stand.look();
    const undo = await fault.prepare(fault.parse(input), site);
    expect(await fault.apply(fault.parse(input), undo, site, signal)).toMatchObject({ confirmed: true });
    expect(await site.controls.vectors?.selfRetrieval(200, signal)).toBeLessThan(0.85);
    expect(await fault.revert(undo, site, signal)).toMatchObject({ confirmed: true });
    expect(await stand.look()).toEqual(before);
    expect(await site.controls.vectors?.selfRetrieval(200, signal)).toBe(1);
  });

  test("in mode truncate is seen by a replica that dies of it, and undone to the byte, once and again", async () => {
    const site = stand.site();
    const before = await stand.look();
    const path = stand.path();
    const whole = await readFile(path);
    const params = fault.parse({ mode: "truncate", share: 0.25 });
    const undo = JSON.parse(JSON.stringify(await fault.prepare(params, site))) as Json;
    const { confirmed, seen } = await fault.apply(params, undo, site, signal);
    expect(seen).toMatch(
      /^hash changed; self-retrieval 1\.000 before, not measured after \(120 rows asked for\); pid \S+, which answered before, is gone/,
    );
    expect(confirmed).toBe(true);
    expect((await readFile(path)).equals(whole.subarray(0, headerBytes + 180 * 32))).toBe(true);
    expect(await stand.revertInFreshProcess(undo)).toMatchObject({
      confirmed: true,
      seen: expect.stringMatching(
        /^its end was put back; the file is byte for byte what it was; the replica was down: started again as pid \S+$/,
      ),
    });
    expect(await fault.revert(undo, site, signal)).toMatchObject({
      confirmed: true,
      seen: expect.stringContaining("0 bytes put back"),
    });
    expect(await stand.look()).toEqual(before);
    expect(await site.controls.vectors?.selfRetrieval(200, signal)).toBe(1);
  });
}

/** Files that are no longer the ones it damaged. */
function leftAlone(stand: FaultStand): void {
  const { signal } = stand;

  test("ends when the file is replaced before the damage: nothing is written into the one that came", async () => {
    const site = stand.site();
    const path = stand.path();
    const undo = await fault.prepare(fault.parse({}), site);
    const restored = await readFile(path);
    await writeFile(`${path}.new`, restored);
    await rename(`${path}.new`, path);
    let began = false;
    const harmed = fault.apply(fault.parse({}), undo, { ...site, harmBegins: () => (began = true) }, signal);
    await expect(harmed).rejects.toThrow("was replaced or removed by its owner");
    expect(began).toBe(false);
    expect((await readFile(path)).equals(restored)).toBe(true);
  });

  test("leaves a file alone that somebody replaced in the meantime, or took away", async () => {
    const site = stand.site();
    const params = fault.parse({ mode: "nan" });
    const undo = await fault.prepare(params, site);
    await fault.apply(params, undo, site, signal);
    const path = stand.path();
    const rebuilt = (await readFile(path)).map((byte, at) => (at < headerBytes ? byte : 0x41));
    await writeFile(path, rebuilt);
    expect(await fault.revert(undo, site, signal)).toMatchObject({
      confirmed: true,
      seen: expect.stringContaining("0 rows put back"),
    });
    expect((await readFile(path)).equals(rebuilt)).toBe(true);
    await rm(path);
    expect(await fault.revert(undo, site, signal)).toMatchObject({ confirmed: true });
  });

  test("refuses to revert from a backup that is no longer what was written", async () => {
    const site = stand.site();
    const params = fault.parse({});
    const undo = await fault.prepare(params, site);
    await fault.apply(params, undo, site, signal);
    const damaged = await readFile(stand.path());
    await writeFile(join(site.undoDir, "rows.bin"), "something else");
    await expect(fault.revert(undo, site, signal)).rejects.toThrow("no longer what was written");
    expect((await readFile(stand.path())).equals(damaged)).toBe(true);
  });
}
