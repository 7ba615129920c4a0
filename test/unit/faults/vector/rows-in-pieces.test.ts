// index.corruption on files whose rows do not lie side by side, and on replicas that hold their file in memory.
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import type { Controls, Site } from "../../../../src/core/controls.ts";
import type { OpenFile } from "../../../../src/core/file-damage.ts";
import { indexCorruption } from "../../../../src/faults/vector/index-corruption.ts";
import { indexOlderGeneration } from "../../../../src/faults/vector/index-older-generation.ts";
import { indexTornPair } from "../../../../src/faults/vector/index-torn-pair.ts";
import type { PublishedFile } from "../../../../src/records/inventory.ts";

const signal = AbortSignal.timeout(60_000);
const rowBytes = 16;
const rows = 60;
const path = "/somewhere/vec.index";

type Payload = PublishedFile["payload"];

/** Beside each row lie links: 5 bytes before it, 3 behind. */
const beside: Payload = { offset: 5, rowBytes, rows, pieces: [{ at: 5, bytes: rowBytes, every: 24, count: rows }] };
/**
 * Pages of 36 bytes with 4 of their own: a row goes on in the next one, and the last stretch lies before the others.
 */
const pages: Payload = {
  offset: 104,
  rowBytes,
  rows,
  pieces: [
    { at: 104, bytes: 32, every: 36, count: 9 },
    { at: 620, bytes: 31, every: 36, count: 20 },
    { at: 10, bytes: 90, every: 0, count: 1 },
  ],
};

function placesOf({ pieces = [] }: Payload): readonly number[] {
  return pieces.flatMap(({ at, bytes, every, count }) =>
    Array.from({ length: count * bytes }, (_, n) => at + Math.floor(n / bytes) * every + (n % bytes)),
  );
}

/** A file in memory and a replica that searches it as it is now, or as it was when it loaded it. */
function stand(
  payload: Payload,
  how: { readonly reads?: "at-load"; readonly reload?: "takes" | "refuses"; readonly opens?: true } = {},
) {
  const file = Uint8Array.from({ length: 1500 }, (_, at) => 1 + (at % 250));
  const places = placesOf(payload).slice(0, rows * rowBytes);
  const whole = file.slice();
  let loaded = file.slice();
  const kept = new Map<string, Uint8Array>();
  const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
  const published = { role: "index", path, format: "f32", payload, ...(how.reads && { reads: how.reads }) };
  const searched = (): Uint8Array => (how.reads === undefined ? file : loaded);
  const found = (row: number): boolean =>
    places.slice(row * rowBytes, (row + 1) * rowBytes).every((at) => searched()[at] === whole[at]);
  const open: OpenFile = {
    id: "one",
    size: () => file.length,
    read: (at, length) => file.slice(at, at + length),
    write: (at, bytes) => file.set(bytes, at),
    cut: () => undefined,
  };
  const controls: Controls = {
    files: {
      publishedIfAny: async (role) => (role === "index" ? published : undefined),
      published: async (role) => (role === "index" ? published : Promise.reject(new Error(`no ${role}`))),
      hash: async () => sha256(file),
      read: async (_path, offset, length) => file.slice(offset, offset + length),
      write: async (_path, offset, part) => file.set(part, offset),
    },
    ...(how.opens && {
      edits: { inOneGo: async (_path, act) => act(open), replace: async () => false, discard: async () => undefined },
    }),
    vectors: {
      selfRetrieval: async () => Array.from({ length: rows }, (_, row) => row).filter(found).length / rows,
    },
    backups: {
      keep: async (name, part) => (kept.set(name, part), sha256(part)),
      recall: async (name) => kept.get(name) ?? new Uint8Array(),
    },
    replica: {
      ensureRunning: async () => ({ started: false, instance: "one" }),
      ...(how.reload && {
        reload: async () => {
          if (how.reload === "refuses") return { ok: false, reason: "cut short" } as const;
          loaded = file.slice();
          return { ok: true } as const;
        },
      }),
    },
  };
  const site: Site = { service: "vec", replica: "vec", seed: 3, undoDir: "/nowhere", controls };
  return { site, file, places: new Set(places) };
}

test.each([
  ["links beside them", beside],
  ["pages that cut them", pages],
])("rows with %s are damaged whole, and nothing else is; all is undone to the byte", async (_, payload) => {
  const { site, file, places } = stand(payload);
  const before = file.slice();
  const params = indexCorruption.parse({ share: 0.5, mode: "zero" });
  const undo = await indexCorruption.prepare(params, site);
  const evidence = await indexCorruption.apply(params, undo, site, signal);
  expect(evidence).toMatchObject({ confirmed: true });
  expect(evidence.seen).toContain("self-retrieval 1.000 before, 0.500 after");
  const changed = Array.from(file.keys()).filter((at) => file[at] !== before[at]);
  expect(changed).toHaveLength(0.5 * rows * rowBytes);
  expect(changed.filter((at) => !places.has(at))).toEqual([]);
  const again = JSON.parse(JSON.stringify(undo)) as typeof undo;
  expect(await indexCorruption.revert(again, site, signal)).toMatchObject({ confirmed: true });
  expect(file).toEqual(before);
});

/** The row that a file holds at so many places of rows from the first one. */
const rowAt = (file: Uint8Array, places: ReadonlySet<number>, row: number): readonly (number | undefined)[] =>
  [...places].slice(row * rowBytes, (row + 1) * rowBytes).map((at) => file[at]);

test.each([
  ["shift", "links beside them", beside],
  ["shift", "pages that cut them", pages],
  ["replace", "links beside them", beside],
  ["replace", "pages that cut them", pages],
] as const)(
  "mode %s has rows with %s hold what others of them held, whole, and is undone to the byte",
  async (mode, _, payload) => {
    const { site, file, places } = stand(payload);
    const before = file.slice();
    const params = indexCorruption.parse({ share: 0.5, mode });
    const undo = await indexCorruption.prepare(params, site);
    expect(await indexCorruption.apply(params, undo, site, signal)).toMatchObject({ confirmed: true });
    const [now, was] = [file, before].map((of) => Array.from({ length: rows }, (__, row) => rowAt(of, places, row)));
    const changed = Array.from({ length: rows }, (__, row) => row).filter(
      (row) => String(now?.[row]) !== String(was?.[row]),
    );
    expect(changed).toHaveLength(rows / 2);
    if (mode === "shift") for (const row of changed.slice(0, -1)) expect(now?.[row]).toEqual(was?.[row + 1]);
    const sorted = (of: readonly unknown[] | undefined) => of?.map(String).toSorted();
    expect(sorted(now)).toEqual(sorted(was));
    const bare = Array.from(file.keys()).filter((at) => !places.has(at));
    expect(bare.filter((at) => file[at] !== before[at])).toEqual([]);
    const again = JSON.parse(JSON.stringify(undo)) as typeof undo;
    const evidence = await indexCorruption.revert(again, site, signal);
    expect(evidence).toMatchObject({ confirmed: true });
    expect(evidence.seen).toMatch(/^\d+ stretches of rows put back; the file is byte for byte what it was/);
    expect(file).toEqual(before);
  },
);

test.each(["truncate", "pages", "links"] as const)(
  "mode %s is refused where rows lie in pieces, by what is in the way and what to take instead",
  async (mode) => {
    const { site } = stand(beside);
    const refused = indexCorruption.prepare(indexCorruption.parse({ mode }), site);
    await expect(refused).rejects.toThrow(
      `mode ${mode} cannot be done on ${path}: its rows (format f32) lie in pieces`,
    );
    await expect(refused).rejects.toMatchObject({ hint: expect.stringContaining("mode zero, noise") });
  },
);

test("names of another build are refused where rows lie in pieces: there is no graph that holds names", async () => {
  const { site } = stand(beside, { reads: "at-load", reload: "takes", opens: true });
  await expect(indexTornPair.prepare({ share: 1 }, site)).rejects.toThrow(
    `index.torn-pair cannot be done on ${path}: its rows (format f32) lie in pieces`,
  );
});

test("an older generation of rows in pieces is loaded after the damage and after it was undone", async () => {
  const { site, file } = stand(pages, { reads: "at-load", reload: "takes", opens: true });
  const before = file.slice();
  const undo = await indexOlderGeneration.prepare({}, site);
  const evidence = await indexOlderGeneration.apply({}, undo, site, signal);
  expect(evidence).toMatchObject({ confirmed: true });
  expect(evidence.seen).toContain("hash changed; loaded anew; self-retrieval 1.000 before, 0.000 after");
  expect((await indexOlderGeneration.revert(undo, site, signal)).seen).toContain("loaded anew");
  expect(file).toEqual(before);
  expect(await site.controls.vectors?.selfRetrieval(60, signal)).toBe(1);
});

test("an older generation in memory that nobody can have loaded is refused", async () => {
  const { site } = stand(beside, { reads: "at-load", opens: true });
  await expect(indexOlderGeneration.prepare({}, site)).rejects.toThrow("is held in memory");
});

test("rows for which the pieces have no room are refused before anything is touched", async () => {
  const { site } = stand({ ...beside, rows: rows + 1 });
  await expect(indexCorruption.prepare(indexCorruption.parse({}), site)).rejects.toThrow(
    `${rows + 1} rows of 16 bytes are published, in pieces that hold ${rows * rowBytes} bytes`,
  );
});

test("a replica that holds its file in memory is told to load it, after the damage and after it was undone", async () => {
  const { site } = stand(beside, { reads: "at-load", reload: "takes" });
  const params = indexCorruption.parse({ share: 0.5, mode: "zero" });
  const undo = await indexCorruption.prepare(params, site);
  const evidence = await indexCorruption.apply(params, undo, site, signal);
  expect(evidence).toMatchObject({ confirmed: true });
  expect(evidence.seen).toContain("hash changed; loaded anew; self-retrieval 1.000 before, 0.500 after");
  expect((await indexCorruption.revert(undo, site, signal)).seen).toContain("loaded anew");
  expect(await site.controls.vectors?.selfRetrieval(60, signal)).toBe(1);
});

test("a replica that refuses to load the damaged file shows no effect, and the proof says why", async () => {
  const { site } = stand(beside, { reads: "at-load", reload: "refuses" });
  const params = indexCorruption.parse({ share: 0.5, mode: "zero" });
  const undo = await indexCorruption.prepare(params, site);
  const evidence = await indexCorruption.apply(params, undo, site, signal);
  expect(evidence.confirmed).toBe(false);
  expect(evidence.seen).toContain("the replica refused to load it anew (cut short)");
});

test("damage to a file in memory that nobody can have loaded is refused: it would have no effect", async () => {
  const { site } = stand(beside, { reads: "at-load" });
  await expect(indexCorruption.prepare(indexCorruption.parse({}), site)).rejects.toThrow(
    `${path} (format f32) is held in memory: damage to it has no effect until the replica loads it anew`,
  );
});
