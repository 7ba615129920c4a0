// A hold on a source is told from another one by what stands in it: only our own is renewed, and only our own removed.
import { mkdtemp, readFile, readdir, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { DeliveriesControl } from "../../../src/core/controls.ts";
import { deliveriesControl } from "../../../src/platforms/processes/deliveries-control.ts";

let folder: string;
let deliveries: DeliveriesControl;
const long = new Date("2026-01-01T00:00:00Z");
const file = (): string => join(folder, ".hold");

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "deliveries-hold-"));
  deliveries = deliveriesControl({
    spec: { folder, hold: ".hold" } as DeliveriesControl["spec"],
    base: "http://127.0.0.1:1",
    allows: () => false,
    token: () => Promise.resolve(""),
    hasEnded: () => Promise.resolve(false),
  });
});
afterEach(() => rm(folder, { recursive: true }));

it("puts one hold down, leaves nothing else there, and lets go of it", async () => {
  expect(await deliveries.hold("ours")).toBe(true);
  expect(await readdir(folder)).toEqual([".hold"]);
  expect([await deliveries.isHeld(), await deliveries.isHeld("ours")]).toEqual([true, true]);
  await utimes(file(), long, long);
  expect(await deliveries.renew("ours")).toBe(true);
  expect((await stat(file())).mtimeMs).toBeGreaterThan(long.getTime());
  await deliveries.release("ours");
  expect(await readdir(folder)).toEqual([]);
});

it("follows no link that lies where a hold or a batch is written first", async () => {
  const outside = await mkdtemp(join(tmpdir(), "outside-"));
  await writeFile(join(outside, "own"), "somebody's own");
  for (const name of [".ours", ".batch.jsonl"]) await symlink(join(outside, "own"), join(folder, name));
  expect(await deliveries.hold("ours")).toBe(true);
  await deliveries.deliver("batch.jsonl", ["{}"]);
  expect(await readFile(join(outside, "own"), "utf8")).toBe("somebody's own");
  expect((await readdir(folder)).toSorted()).toEqual([".hold", "batch.jsonl"]);
  await rm(outside, { recursive: true });
});

it.each(["", "theirs"])(
  "neither takes the place of a stranger's hold (%j), nor renews it, nor lets go of it",
  async (text) => {
    await writeFile(file(), text);
    await utimes(file(), long, long);
    expect(await deliveries.hold("ours")).toBe(false);
    expect([await deliveries.isHeld(), await deliveries.isHeld("ours")]).toEqual([true, false]);
    expect(await deliveries.renew("ours")).toBe(false);
    await deliveries.release("ours");
    expect(await readdir(folder)).toEqual([".hold"]);
    expect(await readFile(file(), "utf8")).toBe(text);
    expect((await stat(file())).mtime).toEqual(long);
  },
);

it("removes a hold of ours that was never put in place, as after a SIGKILL", async () => {
  await writeFile(join(folder, ".ours"), "ours");
  await deliveries.release("ours");
  expect(await readdir(folder)).toEqual([]);
});
