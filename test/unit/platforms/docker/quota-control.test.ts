import { expect, test } from "vitest";
import { memoryLook, processorsLook } from "../../../../src/platforms/docker/quota-control.ts";
import type { SeenContainer } from "../../../../src/platforms/docker/containers.ts";

function containerWith(HostConfig: Readonly<Record<string, number>>): SeenContainer {
  return { id: "abc", name: "shop-web-1", info: { HostConfig } } as unknown as SeenContainer;
}

test("tells what gives each limit back, in the engine's own fields", () => {
  const memory = (host: Readonly<Record<string, number>>): unknown => memoryLook(containerWith(host), 7).before;
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

test("refuses by name what no order would give back", () => {
  expect(() => memoryLook(containerWith({}), 7)).toThrow("container shop-web-1 can be lowered: it has no memory limit");
  expect(() => processorsLook(containerWith({ NanoCpus: 5e8, CpuQuota: -1 }), 2)).toThrow("one hides the other");
});
