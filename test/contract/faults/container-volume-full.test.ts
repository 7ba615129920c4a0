// A place of a container's disk with a size of its own is filled on a real engine; what has none is refused by name.

import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { DiskPlace } from "../../../src/core/disk-control.ts";
import type { Fault } from "../../../src/core/fault.ts";
import type { Site } from "../../../src/core/controls.ts";
import { containerVolumeFull as written } from "../../../src/faults/container/container-volume-full.ts";
import { docker } from "../../../src/platforms/docker/platform.ts";
import { composedIn, runningIn } from "../../support/container-targets.ts";
import { nodeImage, noEngine, openEngine, type TestEngine } from "../../support/engine.ts";
import { testContainerFault } from "../../support/test-container-fault.ts";

const containerVolumeFull: Fault = written;
const project = "disks";
const how = { cacheDir: "/tmp", seed: 3, ablated: [], unhealed: false };
const journal = { intend: async () => 1, done: async () => undefined };
const signal = AbortSignal.timeout(300_000);
const bare = { service: "vec", replica: "vec", seed: 5, undoDir: "/tmp" };

/** What a program says that runs inside. */
async function saidInside({ docker: client }: TestEngine, container: string, program: string): Promise<string> {
  const exec = await client
    .getContainer(container)
    .exec({ Cmd: ["node", "-e", program], AttachStdout: true, AttachStderr: true, Tty: true });
  let said = "";
  for await (const part of await exec.start({ Tty: true })) said += String(part);
  return said.trim();
}

const listed = `console.log(require("node:fs").readdirSync("/data").join(" "))`;
const writes = `try { require("node:fs").writeFileSync("/data/own", "x".repeat(9000)); console.log("written") } catch (error) { console.log(error.code) }`;

testContainerFault(containerVolumeFull, { Tmpfs: { "/data": "size=4m" } }, (engine, id) =>
  saidInside(engine, id, listed),
);

describe.skipIf(noEngine !== undefined)("container.volume-full", () => {
  let engine: TestEngine;
  beforeAll(async () => {
    engine = await openEngine();
    await engine.docker.createNetwork({ Name: `${project}_default` });
  });
  afterAll(async () => {
    await engine?.docker.getNetwork(`${project}_default`).remove();
    await engine?.[Symbol.asyncDispose]();
  });

  async function volume(name: string, DriverOpts: Record<string, string>): Promise<object> {
    await engine.docker.createVolume({ Name: name, DriverOpts });
    onTestFinished(async () => void (await engine.docker.getVolume(name).remove()));
    return { Type: "volume", Source: name, Target: "/data" };
  }
  async function siteWith(host: Readonly<Record<string, unknown>>): Promise<{ site: Site; id: string }> {
    const id = await composedIn(engine, project, {}, { host });
    const stack = await docker.start(runningIn(project), how, journal, signal);
    return { site: { ...bare, controls: stack.controls(bare) }, id };
  }
  const inMemory = { type: "tmpfs", device: "tmpfs", o: "size=4m" };

  test("has a program's writes fail for want of room in a volume, and gives back exactly what it took", async () => {
    const { site, id } = await siteWith({ Mounts: [await volume("disks-bounded", inMemory)] });
    await saidInside(engine, id, `require("node:fs").writeFileSync("/data/kept", "kept")`);
    const params = containerVolumeFull.parse({ path: "/data" });
    const undo = await containerVolumeFull.prepare(params, site);
    expect(await saidInside(engine, id, listed)).toBe("kept");
    const evidence = await containerVolumeFull.apply(params, undo, site, signal);
    expect(evidence).toMatchObject({ confirmed: true });
    expect(evidence.seen).toMatch(/^no room for a write of ours, after 41\d{5} of 4194304 bytes were taken$/);
    expect(await saidInside(engine, id, writes)).toBe("ENOSPC");
    expect(await containerVolumeFull.revert(undo, site, signal)).toMatchObject({
      seen: "it was removed; a write of ours was taken",
    });
    // A file whose write failed is the program's own.
    expect(await saidInside(engine, id, listed)).toBe("kept own");
    expect(await saidInside(engine, id, writes)).toBe("written");
    expect(await containerVolumeFull.revert(undo, site, signal)).toMatchObject({
      seen: "it was not there; a write of ours was taken",
    });
    expect(await saidInside(engine, id, `console.log(require("node:fs").readFileSync("/data/kept", "utf8"))`)).toBe(
      "kept",
    );
  });

  test("takes for a moment what a program gives back, and nothing of a place that was mounted anew", async () => {
    const { site, id } = await siteWith({ Tmpfs: { "/data": "size=4m" } });
    await saidInside(engine, id, `require("node:fs").writeFileSync("/data/kept", "x".repeat(9000))`);
    const undo = await containerVolumeFull.prepare({}, site);
    expect(await containerVolumeFull.apply({}, undo, site, signal)).toMatchObject({ confirmed: true });
    const holding = containerVolumeFull.hold?.({}, undo, site, signal);
    const { place } = undo as { readonly place: DiskPlace };
    expect(await site.controls.disks?.remove(place, "kept")).toBe(true);
    expect(await holding).toMatch(/^12288 bytes more were taken/);
    expect(await saidInside(engine, id, writes)).toBe("ENOSPC");
    await engine.docker.getContainer(id).restart({ t: 0 });
    expect(await containerVolumeFull.hold?.({}, undo, site, signal)).toMatch(/^0 bytes more/);
    expect(await saidInside(engine, id, writes)).toBe("written");
    expect(await containerVolumeFull.revert(undo, site, signal)).toMatchObject({
      seen: "it was not there; a write of ours was taken",
    });
  });

  test.each([
    [
      "a volume on the machine's disk",
      async () => ({ Mounts: [await volume("disks-open", {})] }),
      "disks-open at /data",
    ],
    [
      "a volume in memory without a size",
      async () => ({ Mounts: [await volume("disks-endless", { type: "tmpfs", device: "tmpfs" })] }),
      "disks-endless at /data has no size of its own",
    ],
    ["a folder of the machine", async () => ({ Binds: ["/tmp:/data"] }), "/data is a folder of the machine"],
    ["memory without a size", async () => ({ Tmpfs: { "/data": "" } }), "/data has no size"],
    [
      "what it may not write",
      async () => ({ Mounts: [{ ...(await volume("disks-read", inMemory)), ReadOnly: true }] }),
      "/data is read-only",
    ],
    ["no mount at all", async () => ({}), "nothing is mounted"],
  ] as const)("refuses %s by name, and writes nothing", async (_what, host, why) => {
    const { site } = await siteWith(await host());
    await expect(containerVolumeFull.prepare({}, site)).rejects.toThrow(why);
  });

  test("refuses a volume that another container has too", async () => {
    const { site } = await siteWith({ Mounts: [await volume("disks-shared", inMemory)] });
    const other = await engine.docker.createContainer({
      Image: nodeImage,
      Cmd: ["true"],
      HostConfig: { Mounts: [{ Type: "volume", Source: "disks-shared", Target: "/there" }] },
    });
    onTestFinished(() => other.remove({ force: true }));
    await expect(containerVolumeFull.prepare({}, site)).rejects.toThrow("is also mounted by");
  });
});
