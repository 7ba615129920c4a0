import { expect, test } from "vitest";
import { boundedMount } from "../../../../src/platforms/docker/bounded-mount.ts";
import { mountIn } from "../../../../src/platforms/docker/disk-control.ts";
import type { SeenContainer } from "../../../../src/platforms/docker/containers.ts";

const mount = (Name: string, Destination: string, more = {}): object => ({
  Type: "volume",
  Name,
  Destination,
  RW: true,
  ...more,
});
const containerWith = (Mounts: readonly object[], HostConfig: object = {}): SeenContainer =>
  ({ name: "shop-web-1", info: { Mounts, HostConfig } }) as unknown as SeenContainer;
const options: Readonly<Record<string, Record<string, string>>> = {
  small: { type: "tmpfs", o: "uid=5,size=4m" },
  endless: { type: "tmpfs", o: "uid=5,size=0" },
  large: { type: "ext4", o: "size=4m" },
};
const weighed = (container: SeenContainer, path?: string) =>
  boundedMount(container, path, async (volume) => options[volume] ?? {});

test("finds the only place with a size, among others that have none", async () => {
  const all = containerWith([mount("plain", "/a"), mount("small", "/b"), mount("large", "/c")]);
  expect(await weighed(all)).toEqual({ path: "/b", volume: "small" });
  const memory = { HostConfig: { Mounts: [{ Target: "/m", TmpfsOptions: { SizeBytes: 9 } }] } }.HostConfig;
  expect(await weighed(containerWith([mount("", "/m", { Type: "tmpfs" })], memory))).toEqual({
    path: "/m",
    volume: null,
  });
  expect(await weighed(containerWith([], { Tmpfs: { "/t": "mode=1777,size=4m" } }))).toEqual({
    path: "/t",
    volume: null,
  });
});

test("refuses what has no size by the name of the place, and two where one must be named", async () => {
  for (const [path, why] of [
    ["/a", "volume plain at /a has no size of its own"],
    ["/c", "volume large at /c has no size of its own"],
    ["/g", "volume endless at /g has no size of its own"],
    ["/t", "/t has no size"],
    ["/d", "/d is a folder of the machine (bind)"],
    ["/e", "/e is read-only"],
    ["/f", "nothing is mounted at /f"],
  ] as const) {
    const bind = mount("", "/d", { Type: "bind" });
    const unsized = [mount("plain", "/a"), mount("large", "/c"), mount("endless", "/g"), bind];
    const all = containerWith([...unsized, mount("small", "/e", { RW: false })], { Tmpfs: { "/t": "mode=1777" } });
    await expect(weighed(all, path)).rejects.toThrow(`no disk of container shop-web-1 may be filled: ${why}`);
  }
  const two = containerWith([mount("small", "/b")], { Tmpfs: { "/t": "size=4m" } });
  await expect(weighed(two)).rejects.toThrow("several bounded places, such as /t and /b");
  expect(await weighed(two, "/b")).toEqual({ path: "/b", volume: "small" });
});

test("reads the kernel's own list of mounts: the newest one at a path, its number and its size", () => {
  const text = [
    "22 28 0:21 / /proc rw,nosuid - proc proc rw",
    "40 30 259:1 /volumes/a/_data /data rw,relatime - ext4 /dev/nvme0n1p1 rw",
    "41 30 0:300 / /data rw,relatime shared:3 master:1 - tmpfs tmpfs rw,size=4096k",
    "42 30 0:52 / /open rw - tmpfs tmpfs rw",
  ].join("\n");
  expect(mountIn(text, "/data")).toEqual({ device: (256 << 12) | 44, isBounded: true });
  expect(mountIn(text, "/open")).toEqual({ device: 52, isBounded: false });
  expect(mountIn(text, "/proc")?.isBounded).toBe(false);
  expect(mountIn(text, "/dat")).toBeUndefined();
});
