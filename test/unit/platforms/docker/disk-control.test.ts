import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { DiskPlace } from "../../../../src/core/disk-control.ts";
import { diskControl } from "../../../../src/platforms/docker/disk-control.ts";
import type { Project } from "../../../../src/platforms/docker/project.ts";

const project = { engine: {} } as unknown as Project;
const place = (): DiskPlace => ({ container: "abc", path: "/data", volume: null, bytes: 16 * 1024 * 1024 });
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "disk-control-"));
});
afterEach(() => rm(folder, { recursive: true }));

test("a file is removed only once it is not written to any more, which ends with the signal", async () => {
  const disks = diskControl(project, "web-1", async () => folder);
  const { signal } = new AbortController();
  const order: string[] = [];
  let removed: Promise<unknown> | undefined;
  let looks = 0;
  vi.spyOn(signal, "throwIfAborted").mockImplementation(() => {
    looks += 1;
    if (looks === 3) removed = disks.remove(place(), "ours").then((was) => order.push(`removed: ${was}`));
    if (looks === 6) throw new Error("time is over");
  });
  const filling = disks.fill(place(), "ours", signal).finally(() => order.push("closed"));
  await expect(filling).rejects.toThrow("time is over");
  await removed;
  expect(order).toEqual(["closed", "removed: true"]);
  expect(await readdir(folder)).toEqual([]);
});

test("no file is made any more once the signal has ended", async () => {
  const stop = new AbortController();
  let found: (folder: string) => void = () => undefined;
  const mounted = new Promise<string>((resolve) => (found = resolve));
  const disks = diskControl(project, "web-1", () => mounted);
  const filling = disks.fill(place(), "ours", stop.signal);
  const removing = disks.remove(place(), "ours");
  stop.abort();
  found(folder);
  await expect(filling).rejects.toThrow("aborted");
  expect(await removing).toBe(false);
  expect(await readdir(folder)).toEqual([]);
});
