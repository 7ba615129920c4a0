import { expect, test } from "vitest";
import type { Site } from "../../../../src/core/controls.ts";
import type { DiskPlace } from "../../../../src/core/disk-control.ts";
import type { Fault } from "../../../../src/core/fault.ts";
import { containerVolumeFull as written } from "../../../../src/faults/container/container-volume-full.ts";

const containerVolumeFull: Fault = written;
const place: DiskPlace = { container: "abc", path: "/data", volume: null, bytes: 4096 };
const signal = new AbortController().signal;

/** A disk on which a write fares so once it was filled. */
function siteWith(then: "written" | "no-room" | "gone"): { site: Site; files: Set<string>; log: string[] } {
  const files = new Set<string>();
  const log: string[] = [];
  const disks = {
    look: async () => place,
    async fill(_place: DiskPlace, file: string, until: AbortSignal, again?: { forMs: number }) {
      until.throwIfAborted();
      if (again !== undefined) return files.has(file) ? again.forMs : 0;
      files.add(file);
      return 4096;
    },
    async tryWrite(_place: DiskPlace, file: string) {
      log.push(file);
      return then === "no-room" && files.size < 2 ? "written" : then;
    },
    remove: async (_place: DiskPlace, file: string) => files.delete(file),
  };
  return { site: { service: "web", replica: "web-1", seed: 1, undoDir: "/nowhere", controls: { disks } }, files, log };
}

test("is confirmed by a write that found no room, and takes back the file that it has named before", async () => {
  const { site, files, log } = siteWith("no-room");
  files.add("of the program");
  const undo = await containerVolumeFull.prepare({}, site);
  expect(files).toEqual(new Set(["of the program"]));
  const evidence = await containerVolumeFull.apply({}, undo, site, signal);
  expect(evidence).toMatchObject({ confirmed: true, expected: "no room in /data of web-1 (ENOSPC)" });
  expect(await containerVolumeFull.hold?.({}, undo, site, signal)).toBe(
    "2000 bytes more were taken in the 2000 ms after it was full",
  );
  expect(log.every((file) => !files.has(file))).toBe(true);
  expect(await containerVolumeFull.revert(undo, site, signal)).toMatchObject({
    confirmed: true,
    expected: "what filled /data is gone, a write of ours fits there again, and the replica runs",
    seen: "it was removed; a write of ours was taken",
  });
  expect(files).toEqual(new Set(["of the program"]));
  expect(await containerVolumeFull.revert(undo, site, signal)).toMatchObject({
    seen: "it was not there; a write of ours was taken",
  });
});

test("is not taken back as long as no write of ours fits there again, and is where nothing is mounted any more", async () => {
  const { site, files } = siteWith("no-room");
  files.add("of the program").add("another");
  const undo = await containerVolumeFull.prepare({}, site);
  await containerVolumeFull.apply({}, undo, site, signal);
  expect(await containerVolumeFull.revert(undo, site, signal)).toMatchObject({
    confirmed: false,
    seen: "it was removed; no room for a write of ours yet",
  });
  const gone = siteWith("gone");
  expect(await containerVolumeFull.revert(undo, gone.site, signal)).toMatchObject({ confirmed: true });
});

test("hands its signal on to what fills the place", async () => {
  const { site, files } = siteWith("no-room");
  const undo = await containerVolumeFull.prepare({}, site);
  const stop = new AbortController();
  const late = { ...site, harmBegins: () => stop.abort() };
  await expect(containerVolumeFull.apply({}, undo, late, stop.signal)).rejects.toThrow("aborted");
  expect(files.size).toBe(0);
});

test("is not confirmed where a write was taken, and is where the program has ended of it", async () => {
  for (const [then, confirmed] of [
    ["written", false],
    ["gone", true],
  ] as const) {
    const { site } = siteWith(then);
    const undo = await containerVolumeFull.prepare({}, site);
    expect(await containerVolumeFull.apply({}, undo, site, signal)).toMatchObject({ confirmed });
  }
});

test("takes a path inside, and no other", () => {
  expect(containerVolumeFull.parse({ path: "/data" })).toEqual({ path: "/data" });
  for (const path of ["data", "/", "/data/"])
    expect(() => containerVolumeFull.parse({ path })).toThrow("a path inside");
});
