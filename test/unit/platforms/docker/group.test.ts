import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import {
  groupIn,
  memoryHeldBy,
  memoryLimitOf,
  processorsIn,
  processorsOf,
  tightestAbove,
  type Group,
} from "../../../../src/platforms/docker/group.ts";

const id = "4624e799ec3e";
const one = `9:name=systemd:/docker/${id}\n4:memory:/docker/${id}\n1:cpu,cpuacct:/docker/${id}\n0::/docker/${id}\n`;
const two = `0::/system.slice/docker-${id}.scope\n`;
const mounts = [
  "tmpfs /sys/fs/cgroup tmpfs rw 0 0",
  "cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,relatime,cpu,cpuacct 0 0",
  "cgroup /sys/fs/cgroup/memory cgroup rw,relatime,memory 0 0",
  "cgroup2 /sys/fs/cgroup/unified cgroup2 rw,relatime 0 0",
].join("\n");

async function groupWith(version: 1 | 2, files: Readonly<Record<string, string>>): Promise<Group> {
  const folder = await mkdtemp(join(tmpdir(), "group-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return { folder, version, elsewhere: undefined };
}

test("finds a container's group in either version, and none for a stranger", () => {
  const folder = `/sys/fs/cgroup/cpu,cpuacct/docker/${id}`;
  expect(groupIn(one, mounts, id, "cpu")).toEqual({ folder, version: 1, elsewhere: undefined });
  expect(groupIn(two, "cgroup2 /sys/fs/cgroup cgroup2 rw 0 0", id, "memory")).toEqual({
    folder: `/sys/fs/cgroup/system.slice/docker-${id}.scope`,
    version: 2,
    elsewhere: undefined,
  });
  expect(groupIn("0::/user.slice\n", mounts, id, "cpu")).toBeUndefined();
});

test("says where a process was moved to, out of the group that its engine limits", () => {
  const moved = one.replace(`1:cpu,cpuacct:/docker/${id}`, "1:cpu,cpuacct:/low");
  expect(groupIn(moved, mounts, id, "cpu")).toMatchObject({ version: 1, elsewhere: "/low" });
  expect(groupIn(moved, mounts, id, "memory")).toMatchObject({ elsewhere: undefined });
});

test("reads limits of both versions, also where there is none", async () => {
  const of = (limit: string, quota: string): Promise<Group> =>
    groupWith(1, { "memory.limit_in_bytes": limit, "cpu.cfs_quota_us": quota, "cpu.cfs_period_us": "50000\n" });
  const limited = await of("67108864\n", "10000\n");
  expect([await memoryLimitOf(limited), await processorsOf(limited)]).toEqual([67_108_864, 0.2]);
  const free = await of("9223372036854771712\n", "-1\n");
  expect([await memoryLimitOf(free), await processorsOf(free)]).toEqual([Infinity, Infinity]);
  const newer = await groupWith(2, { "memory.max": "max\n", "cpu.max": "max 100000\n" });
  expect([await memoryLimitOf(newer), await processorsOf(newer)]).toEqual([Infinity, Infinity]);
  const less = await groupWith(2, { "memory.max": "67108864\n", "cpu.max": "20000 100000\n" });
  expect([await memoryLimitOf(less), await processorsOf(less)]).toEqual([67_108_864, 0.2]);
});

test("counts as held what is no cached file that the kernel would take back", async () => {
  const stat = "cache 9\ninactive_file 5\ntotal_inactive_file 300\n";
  expect(await memoryHeldBy(await groupWith(1, { "memory.usage_in_bytes": "1000\n", "memory.stat": stat }))).toBe(700);
  expect(await memoryHeldBy(await groupWith(2, { "memory.current": "1000\n", "memory.stat": stat }))).toBe(995);
});

test("counts the processors of a set, and knows none where the kernel does not say", () => {
  const of = (list: string): number | undefined =>
    processorsIn(`Cpus_allowed:\tff\nCpus_allowed_list:\t${list}\nMems: 0\n`);
  expect(["0", "0-1", "0-3,8,10-11"].map(of)).toEqual([1, 2, 7]);
  expect(processorsIn("Name:\tnode\n")).toBeUndefined();
});

test("knows a tighter limit of a group above, as far up as there are limits", async () => {
  const top = await groupWith(2, { "cpu.max": "150000 100000\n" });
  const middle = join(top.folder, "slice");
  const own = join(middle, "own");
  await mkdir(own, { recursive: true });
  await writeFile(join(middle, "cpu.max"), "max 100000\n");
  expect(await tightestAbove({ ...top, folder: own }, processorsOf)).toBe(1.5);
  expect(await tightestAbove(top, processorsOf)).toBe(Infinity);
});

test("what is no number is no limit of zero", async () => {
  const empty = await groupWith(2, { "memory.max": "\n", "cpu.max": "\n", "memory.current": "", "memory.stat": "" });
  for (const read of [memoryLimitOf, processorsOf, memoryHeldBy]) {
    await expect(read(empty)).rejects.toThrow("where a number should be");
  }
});
