// Faults that have the manifest fit: what they write into both files, and that all of it is taken back.
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import type { OpenFile } from "../../../../src/core/file-damage.ts";
import type { Controls, Site } from "../../../../src/core/controls.ts";
import { claimsOf } from "../../../../src/faults/parts/index-manifest.ts";
import { indexOlderGeneration } from "../../../../src/faults/vector/index-older-generation.ts";

const signal = AbortSignal.timeout(60_000);
const [rows, rowBytes] = [50, 16];
const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

function stand(manifestOf = (hash: string) => `{"rows":50,"indexHash":"${hash}"}`) {
  const index = Uint8Array.from({ length: rows * rowBytes }, (_, at) => 1 + (at % 249));
  const before = Uint8Array.from(index);
  const held = new Map([
    ["/index", index],
    ["/manifest", Buffer.from(manifestOf(sha256(index)))],
  ]);
  const kept = new Map<string, Uint8Array>();
  const fileOf = (path: string): Uint8Array => held.get(path) ?? new Uint8Array();
  const open = (path: string): OpenFile => ({
    id: path,
    size: () => fileOf(path).length,
    read: (at, length) => fileOf(path).slice(at, at + length),
    write: (at, bytes) => fileOf(path).set(bytes, at),
    cut: () => undefined,
  });
  const payload = { offset: 0, rowBytes, rows };
  const whole = { offset: 0, rowBytes: fileOf("/manifest").length, rows: 1 };
  const published = async (role: string) => ({
    role,
    path: `/${role}`,
    format: "",
    payload: role === "index" ? payload : whole,
  });
  const controls: Controls = {
    files: {
      published,
      publishedIfAny: published,
      hash: async (path) => sha256(fileOf(path)),
      read: async (path, offset, length) => fileOf(path).slice(offset, offset + length),
      write: async () => undefined,
    },
    edits: {
      inOneGo: async (path, act) => act(open(path)),
      replace: async (path, bytes) => held.set(path, Uint8Array.from(bytes)).size > 0,
      discard: async () => undefined,
    },
    vectors: { selfRetrieval: async () => (Buffer.compare(index, before) === 0 ? 1 : 0) },
    backups: {
      keep: async (name, bytes) => (kept.set(name, bytes), sha256(bytes)),
      recall: async (name) => kept.get(name) ?? new Uint8Array(),
    },
  };
  const site: Site = { service: "vec", replica: "vec", seed: 3, undoDir: "/nowhere", controls };
  return { site, held, index, before, manifest: () => Buffer.from(fileOf("/manifest")).toString() };
}

test("the manifest names the hash of the damaged file while the damage lasts, and that of the whole one after it", async () => {
  const { site, index, before, manifest } = stand();
  const calm = manifest();
  const undo = await indexOlderGeneration.prepare({}, site);
  expect([index, manifest()]).toEqual([before, calm]);
  expect(await indexOlderGeneration.apply({}, undo, site, signal)).toMatchObject({ confirmed: true });
  expect(index).not.toEqual(before);
  expect(manifest()).toBe(calm.replace(sha256(before), sha256(index)));
  expect(await indexOlderGeneration.wrote?.(undo, site)).toHaveLength(2);
  for (const _ of ["once", "again"]) {
    expect(await indexOlderGeneration.revert(undo, site, signal)).toMatchObject({ confirmed: true });
    expect([index, manifest()]).toEqual([before, calm]);
  }
});

test("every row holds its own floats in another order, so that all distances between rows stay", async () => {
  const { site, index, before } = stand();
  await indexOlderGeneration.apply({}, await indexOlderGeneration.prepare({}, site), site, signal);
  const floats = (bytes: Uint8Array, row: number) =>
    [0, 1, 2, 3].map((n) => Buffer.from(bytes).readUInt32LE(row * rowBytes + n * 4));
  const orders = Array.from({ length: rows }, (_, row) =>
    floats(index, row).map((one) => floats(before, row).indexOf(one)),
  );
  expect(new Set(orders.map((order) => order.join())).size).toBe(1);
  expect(orders[0]?.toSorted()).toEqual([0, 1, 2, 3]);
});

test("a manifest that was written anew meanwhile is its owner's, and stays", async () => {
  const { site, held, manifest } = stand();
  const undo = await indexOlderGeneration.prepare({}, site);
  await indexOlderGeneration.apply({}, undo, site, signal);
  held.set("/manifest", Buffer.from('{"rows":50,"indexHash":"anew"}'));
  expect(await indexOlderGeneration.revert(undo, site, signal)).toMatchObject({ confirmed: true });
  expect(manifest()).toBe('{"rows":50,"indexHash":"anew"}');
});

test("a manifest that does not name its index's hash is refused before anything is written", async () => {
  const { site, index, before } = stand(() => '{"rows":50}');
  await expect(indexOlderGeneration.prepare({}, site)).rejects.toThrow("does not name the hash of its file");
  expect(index).toEqual(before);
});

test("a manifest is made to say another length too, as a number of the same width, or is refused", async () => {
  const [was, now] = ["a".repeat(64), "b".repeat(64)];
  const said = { hash: { was, now }, bytes: { was: 4096, now: 80 } };
  const claimed = async (text: string): Promise<string> => {
    const { site, held } = stand(() => text);
    const { files } = site.controls;
    if (files === undefined) throw new Error("no files");
    const claims = await claimsOf(files, "manifest", said);
    for (const { at, now: says } of claims) held.get("/manifest")?.set(Buffer.from(says), at);
    return Buffer.from(held.get("/manifest") ?? []).toString();
  };
  expect(await claimed(`{"hash":"${was}","bytes":4096}`)).toBe(`{"hash":"${now}","bytes":  80}`);
  expect(await claimed(`{"bytes":40960,"hash":"${was}","x4096":1}`)).toBe(`{"bytes":40960,"hash":"${now}","x4096":1}`);
  await expect(claimed(`{"hash":"${was}","bytes":4096,"more":4096}`)).rejects.toThrow("does not name the length");
  await expect(claimed(`{"hash":"${was}","again":"${was}"}`)).rejects.toThrow("does not name the hash");
});

test("a manifest that cannot be seen is not taken for none", async () => {
  const { site } = stand();
  const files = site.controls.files as NonNullable<Controls["files"]>;
  const unseen = { ...files, publishedIfAny: async () => Promise.reject(new Error("no answer in time")) };
  const hash = { was: "a", now: "b" };
  await expect(claimsOf(unseen, "manifest", { hash })).rejects.toThrow("no answer in time");
  expect(await claimsOf({ ...files, publishedIfAny: async () => undefined }, "manifest", { hash })).toEqual([]);
});
