import { expect, test } from "vitest";
import { memoryLook, processorsLook, quotaControl } from "../../../../src/platforms/docker/quota-control.ts";
import type { QuotaFields, QuotaSeen } from "../../../../src/core/container-controls.ts";
import type { SeenContainer } from "../../../../src/platforms/docker/containers.ts";
import type { Project } from "../../../../src/platforms/docker/project.ts";

function containerWith(HostConfig: Readonly<Record<string, number>>): SeenContainer {
  return { id: "abc", name: "shop-web-1", info: { HostConfig } } as unknown as SeenContainer;
}

test("tells what gives each limit back, in the engine's own fields", () => {
  const memory = (host: Readonly<Record<string, number>>): unknown =>
    memoryLook(containerWith(host), 7, Infinity).before;
  expect(memory({ Memory: 64, MemorySwap: 128 })).toEqual({ Memory: 64, MemorySwap: 128 });
  expect(memory({ Memory: 64, MemorySwap: 0 })).toEqual({ Memory: 64 });
  const time = (host: Readonly<Record<string, number>>): unknown => processorsLook(containerWith(host), 2);
  expect(time({ NanoCpus: 5e8 })).toMatchObject({ before: { NanoCpus: 5e8 }, may: 0.5 });
  expect(time({ CpuQuota: 5000, CpuPeriod: 10_000 })).toMatchObject({
    before: { CpuQuota: 5000, CpuPeriod: 10_000 },
    may: 0.5,
  });
  expect(time({ CpuQuota: 50_000 })).toMatchObject({ before: { CpuQuota: 50_000 }, may: 0.5 });
  for (const CpuQuota of [0, -1]) {
    expect(time({ CpuQuota })).toMatchObject({ before: { CpuQuota: -1 }, may: undefined, has: 2 });
  }
});

test("counts a limit that is above what the container can have in effect as that", () => {
  const time = (host: Readonly<Record<string, number>>): unknown => processorsLook(containerWith(host), 1).may;
  expect(time({ NanoCpus: 2e9 })).toBe(1);
  expect(time({ CpuQuota: 400_000, CpuPeriod: 100_000 })).toBe(1);
  expect(time({ NanoCpus: 5e8 })).toBe(0.5);
  expect(memoryLook(containerWith({ Memory: 64 }), 7, 32)).toMatchObject({ before: { Memory: 64 }, may: 32 });
});

/** What is seen of a container of which the engine says this, by a kernel that shows no group of it. */
async function seenOf(
  host: object,
  fields: QuotaFields,
  State: object = { Running: true, Pid: process.pid },
): Promise<QuotaSeen | undefined> {
  const inspect = async (): Promise<object> => ({
    Id: "abc",
    Name: "/shop-web-1",
    Config: { Labels: {} },
    State: { StartedAt: "2026", ...State },
    HostConfig: host,
  });
  const engine = { docker: { getContainer: () => ({ inspect }) } };
  return quotaControl({ engine } as unknown as Project, "web-1").seen("abc", fields, "memory");
}

test("a limit that cannot be read is told from one of a container in which nothing runs", async () => {
  const host = { Memory: 64, MemorySwap: -1 };
  expect(await seenOf(host, { Memory: 64 })).toEqual({
    isTold: true,
    enforced: "its control group is not to be seen on this machine",
  });
  expect(await seenOf(host, { Memory: 64 }, { Running: false })).toEqual({ isTold: true, enforced: undefined });
});

test("a field that the engine does not answer is neither the limit nor another one", async () => {
  const isTold = async (host: object, fields: QuotaFields): Promise<boolean | undefined> =>
    (await seenOf(host, fields))?.isTold;
  expect(await isTold({ Memory: 64 }, { Memory: 64, MemorySwap: -1 })).toBeUndefined();
  expect(await isTold({ Memory: 65 }, { Memory: 64, MemorySwap: -1 })).toBe(false);
  expect(await isTold({ Memory: 64, MemorySwap: 0 }, { Memory: 64, MemorySwap: -1 })).toBe(false);
  expect(await isTold({}, { CpuQuota: -1 })).toBeUndefined();
  expect(await isTold({ CpuQuota: 0 }, { CpuQuota: -1 })).toBe(true);
});

test("refuses by name what no order would give back", () => {
  expect(() => memoryLook(containerWith({}), 7, Infinity)).toThrow(
    "container shop-web-1 can be lowered: it has no memory limit",
  );
  expect(() => processorsLook(containerWith({ NanoCpus: 5e8, CpuQuota: -1 }), 2)).toThrow("one hides the other");
});
