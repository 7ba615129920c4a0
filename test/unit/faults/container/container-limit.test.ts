import { expect, test } from "vitest";
import type { QuotaControl, QuotaFields, QuotaLook } from "../../../../src/core/container-controls.ts";
import type { Site } from "../../../../src/core/controls.ts";
import type { Fault } from "../../../../src/core/fault.ts";
import { containerLimit as written } from "../../../../src/faults/container/container-limit.ts";

const containerLimit: Fault = written;
const signal = new AbortController().signal;
const mib = 2 ** 20;

interface Told {
  readonly site: Site;
  readonly orders: QuotaFields[];
  now: QuotaFields;
  /** The engine answers without the fields that were asked for. */
  isSilent: boolean;
}

/** A container that may have so much; `kernel`: what the kernel says instead of what was ordered. */
function containerWith(look: Partial<QuotaLook> = {}, kernel?: number | string): Told {
  const before = { Memory: 256 * mib };
  const all: QuotaLook = { container: "abc", before, may: 256 * mib, has: 40.5 * mib, ...look };
  const orders: QuotaFields[] = [];
  const told = { orders, now: all.before, isSilent: false };
  const quotas: QuotaControl = {
    look: async () => all,
    orderFor: (_look, quota, value) => (quota === "memory" ? { Memory: value } : { NanoCpus: value * 1e9 }),
    async order(_container, fields) {
      orders.push(fields);
      told.now = fields;
    },
    seen: async (_container, fields) => ({
      isTold: told.isSilent ? undefined : JSON.stringify(fields) === JSON.stringify(told.now),
      enforced: kernel ?? told.now["Memory"] ?? (told.now["NanoCpus"] ?? 0) / 1e9,
    }),
  };
  const site = { service: "web", replica: "web-1", seed: 1, undoDir: "/nowhere", controls: { quotas } };
  return Object.assign(told, { site });
}

test("leaves memory the room that was asked for, beyond what is held, and gives back what was", async () => {
  const told = containerWith();
  const params = containerLimit.parse({ limit: "memory", room: 16 });
  const undo = await containerLimit.prepare(params, told.site);
  expect(await containerLimit.apply(params, undo, told.site, signal)).toMatchObject({ confirmed: true });
  expect(told.orders).toEqual([{ Memory: 57 * mib }]);
  expect(await containerLimit.revert(undo, told.site, signal)).toMatchObject({ confirmed: true });
  await containerLimit.revert(undo, told.site, signal);
  expect(told.orders).toEqual([{ Memory: 57 * mib }, { Memory: 256 * mib }]);
});

test("takes a share of what the machine has where no processors were limited", async () => {
  const told = containerWith({ before: { CpuQuota: -1 }, may: undefined, has: 4 });
  const params = containerLimit.parse({ limit: "processors", share: 0.25 });
  const undo = await containerLimit.prepare(params, told.site);
  expect(await containerLimit.apply(params, undo, told.site, signal)).toMatchObject({ confirmed: true, seen: "1" });
});

test("is not confirmed where the kernel holds another limit than the engine was told", async () => {
  for (const kernel of [Number.POSITIVE_INFINITY, "its processes were moved"]) {
    const told = containerWith({}, kernel);
    const params = containerLimit.parse({ limit: "memory" });
    const undo = await containerLimit.prepare(params, told.site);
    expect(await containerLimit.apply(params, undo, told.site, signal)).toMatchObject({ confirmed: false });
  }
});

test("is not confirmed, and not back, where the engine does not say which limit holds", async () => {
  const told = containerWith();
  const params = containerLimit.parse({ limit: "memory" });
  const undo = await containerLimit.prepare(params, told.site);
  await containerLimit.apply(params, undo, told.site, signal);
  told.isSilent = true;
  expect(await containerLimit.observe({ params, undo, before: undefined }, told.site, signal)).toMatchObject({
    confirmed: false,
    seen: `${57 * mib}, and the engine does not say`,
  });
  expect(await containerLimit.revert(undo, told.site, signal)).toMatchObject({
    confirmed: false,
    seen: "the engine does not say whether it is still lowered",
  });
});

test("refuses before any harm what is no less, and a limit that somebody has changed since", async () => {
  const params = containerLimit.parse({ limit: "memory", room: 300 });
  await expect(containerLimit.prepare(params, containerWith().site)).rejects.toThrow("is no less");
  const told = containerWith();
  const undo = await containerLimit.prepare(containerLimit.parse({ limit: "memory" }), told.site);
  told.now = { Memory: 1 };
  await expect(containerLimit.apply(params, undo, told.site, signal)).rejects.toThrow("has another limit by now");
  expect(told.orders).toEqual([]);
});

test("leaves alone what somebody else has ordered since", async () => {
  const told = containerWith();
  const params = containerLimit.parse({ limit: "memory" });
  const undo = await containerLimit.prepare(params, told.site);
  await containerLimit.apply(params, undo, told.site, signal);
  told.now = { Memory: 512 * mib };
  expect(await containerLimit.revert(undo, told.site, signal)).toMatchObject({ confirmed: true });
  expect(told.now).toEqual({ Memory: 512 * mib });
});
