import { expect, test } from "vitest";
import { memoryLook, processorsLook } from "../../../../src/platforms/docker/quota-control.ts";
import type { SeenContainer } from "../../../../src/platforms/docker/containers.ts";

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

test("refuses by name what no order would give back", () => {
  expect(() => memoryLook(containerWith({}), 7, Infinity)).toThrow(
    "container shop-web-1 can be lowered: it has no memory limit",
  );
  expect(() => processorsLook(containerWith({ NanoCpus: 5e8, CpuQuota: -1 }), 2)).toThrow("one hides the other");
});
