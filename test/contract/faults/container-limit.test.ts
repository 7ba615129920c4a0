// Limits of a container on a real engine, and that its kernel holds them.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Site } from "../../../src/core/controls.ts";
import type { Fault } from "../../../src/core/fault.ts";
import type { Json } from "../../../src/core/units.ts";
import { containerLimit as written } from "../../../src/faults/container/container-limit.ts";
import { containerStand } from "../../support/container-stand.ts";
import { busyCommand } from "../../support/container-targets.ts";
import { noEngine } from "../../support/engine.ts";
import { testContainerFault } from "../../support/test-container-fault.ts";

const containerLimit: Fault = written;
const mib = 2 ** 20;

testContainerFault(containerLimit, { Memory: 256 * mib, MemorySwap: 300 * mib });

describe.skipIf(noEngine !== undefined)("container.limit, limit by limit", () => {
  const { place, engine, signal } = containerStand("limits");
  const told = async (id: string): Promise<readonly number[]> => {
    const {
      Memory = 0,
      MemorySwap = 0,
      NanoCpus = 0,
      CpuQuota = 0,
    } = (await engine().docker.getContainer(id).inspect()).HostConfig;
    return [Memory / mib, MemorySwap / mib, NanoCpus, CpuQuota];
  };

  test.each([
    ["a limit in processors", { NanoCpus: 1e9 }, [0, 0, 2e8, 0], [0, 0, 1e9, 0]],
    ["a quota of time", { CpuQuota: 50_000, CpuPeriod: 50_000 }, [0, 0, 0, 10_000], [0, 0, 0, 50_000]],
  ] as const)("lowers %s twice, and gives exactly it back", async (_what, host, low, back) => {
    const { id, site } = await place({}, { host: { ...host, Init: false }, command: busyCommand });
    const params = containerLimit.parse({ limit: "processors", share: 0.2 });
    for (const turn of ["once", "again"]) {
      const undo = await prepared(params, site, id);
      const evidence = await containerLimit.apply(params, undo, site, signal);
      expect(evidence, turn).toMatchObject({ confirmed: true, seen: "0.2" });
      expect(await told(id), turn).toEqual(low);
      const before = throttledIn(id);
      await expect.poll(() => throttledIn(id), { timeout: 60_000, message: turn }).toBeGreaterThan(before);
      expect(await containerLimit.revert(undo, site, signal)).toMatchObject({ confirmed: true });
      expect(await told(id), turn).toEqual(back);
    }
  });

  /** Somebody may move its first process away from the engine's limits, once: that is refused by name. */
  async function prepared(params: unknown, site: Site, id: string): Promise<Json> {
    const undo = await containerLimit.prepare(params, site).catch((thrown: Error) => thrown);
    if (!(undo instanceof Error)) return undo;
    expect(undo.message).toContain("moved to the control group");
    const { Pid: pid } = (await engine().docker.getContainer(id).inspect()).State;
    writeFileSync(join(groupOf(id), "cgroup.procs"), String(pid));
    return containerLimit.prepare(params, site);
  }

  test("takes its share of the processors that the container may use, and not of the machine's", async () => {
    const { NCPU: all } = (await engine().docker.info()) as { readonly NCPU: number };
    const { id, site } = await place({}, { host: { CpusetCpus: "0", NanoCpus: all * 1e9 } });
    const undo = await prepared(containerLimit.parse({ limit: "processors", share: 0.2 }), site, id);
    expect(undo).toMatchObject({ to: 0.2 });
  });

  test("where no limit was, the quota of time is gone afterwards, and stays so after a restart", async () => {
    const { id, stack, site } = await place();
    const calm = (await stack.survey(signal)).processes;
    const params = containerLimit.parse({ limit: "processors", share: 0.2 });
    const undo = await prepared(params, site, id);
    expect(await containerLimit.apply(params, undo, site, signal)).toMatchObject({ confirmed: true });
    expect((await told(id))[3]).toBeGreaterThan(0);
    expect(hasQuota(id)).toBe(true);
    expect((await stack.survey(signal)).processes).not.toEqual(calm);
    expect(await containerLimit.revert(undo, site, signal)).toMatchObject({ confirmed: true });
    expect((await stack.survey(signal)).processes).toEqual(calm);
    await engine().docker.getContainer(id).restart({ t: 0 });
    expect(hasQuota(id)).toBe(false);
  });

  test("refuses by name what the engine could not give back", async () => {
    const { site } = await place();
    await expect(containerLimit.prepare(containerLimit.parse({ limit: "memory" }), site)).rejects.toThrow(
      /no limit of container \S+ can be lowered: it has no memory limit/,
    );
  });
});

/** The container's own group for processors. */
function groupOf(id: string): string {
  const mounts = readFileSync("/proc/self/mounts", "utf8")
    .split("\n")
    .map((line) => line.split(" "));
  const older = mounts.find(([, , type, options = ""]) => type === "cgroup" && options.split(",").includes("cpu"));
  const root = (older ?? mounts.find(([, , type]) => type === "cgroup2"))?.[1] ?? "";
  const within = ["docker", "system.slice"].map((parent) => join(root, parent));
  const there = within.flatMap((parent) => [join(parent, id), join(parent, `docker-${id}.scope`)]).find(existsSync);
  if (there === undefined) throw new Error(`no control group of ${id} below ${root}`);
  return there;
}

/** In how many periods the kernel has held its processes back. */
function throttledIn(id: string): number {
  const [, count] = /^nr_throttled (\d+)$/m.exec(readFileSync(join(groupOf(id), "cpu.stat"), "utf8")) ?? [];
  return Number(count);
}

/** What its processes may have, by the kernel: nothing but "no limit" is asked for here. */
function hasQuota(id: string): boolean {
  const group = groupOf(id);
  const newer = join(group, "cpu.max");
  if (existsSync(newer)) return !readFileSync(newer, "utf8").startsWith("max");
  return Number(readFileSync(join(group, "cpu.cfs_quota_us"), "utf8")) !== -1;
}
