import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Evidence } from "../../../../src/records/timeline/fault.ts";
import type { Controls, FileControl, Site } from "../../../../src/core/controls.ts";
import { indexCorruption } from "../../../../src/faults/vector/index-corruption.ts";
import type { PublishedFile } from "../../../../src/records/inventory.ts";

const signal = AbortSignal.timeout(60_000);
const rowBytes = 16;
const rows = 100;
const path = "/work/vec.index";
const params = { share: 0.3, mode: "zero", role: "index" } as const;

const refusal =
  "or no more answers to searches that were answered before (3 samples in a row over 1 s, or their process gone)";

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** What a stand-in does differently from an honest replica with its file. */
interface Sabotage {
  readonly swallowsWrites?: boolean;
  readonly recall?: (honest: number, signal: AbortSignal) => number | Promise<number>;
}

/** One file in memory, a replica that searches it, and backups; every part may lie in its own way. */
function stand(sabotage: Sabotage = {}): { site: Site; bytes: Uint8Array; published: PublishedFile } {
  const bytes = Uint8Array.from({ length: rows * rowBytes }, (_, at) => 1 + (at % 250));
  const published = { role: "index", path, format: "f32", payload: { offset: 0, rowBytes, rows } };
  const kept = new Map<string, Uint8Array>();
  const files: FileControl = {
    published: async () => published,
    publishedIfAny: async () => published,
    hash: async () => sha256(bytes),
    read: async (_path, offset, length) => bytes.slice(offset, offset + length),
    write: async (_path, offset, part) => void (sabotage.swallowsWrites !== true && bytes.set(part, offset)),
  };
  const honest = (): number => {
    const whole = Array.from({ length: rows }, (_, row) => bytes.subarray(row * rowBytes, (row + 1) * rowBytes));
    return whole.filter((row) => row.some((byte) => byte !== 0)).length / rows;
  };
  const controls: Controls = {
    files,
    vectors: { selfRetrieval: async (_rows, ends) => (sabotage.recall ?? ((value) => value))(honest(), ends) },
    backups: {
      keep: async (name, part) => (kept.set(name, part), sha256(part)),
      recall: async (name) => kept.get(name) ?? new Uint8Array(),
    },
  };
  return { site: { service: "vec", replica: "vec", seed: 3, undoDir: "/nowhere", controls }, bytes, published };
}

test("is confirmed when the file's hash changed and the replica finds fewer of its own rows", async () => {
  const { site } = stand();
  const undo = await indexCorruption.prepare(params, site);
  expect(await indexCorruption.apply(params, undo, site, signal)).toEqual({
    confirmed: true,
    expected: `file hash changed and self-retrieval lower by at least 0.150, ${refusal}`,
    seen: "hash changed; self-retrieval 1.000 before, 0.700 after (100 rows asked for)",
  });
});

test("is confirmed by a replica that somebody restarts just then, once it answers again", async () => {
  let looks = 0;
  const { site } = stand({
    recall: (honest) => {
      looks += 1;
      if (looks === 2) throw new Error("other side closed");
      return honest;
    },
  });
  const undo = await indexCorruption.prepare(params, site);
  const evidence = await indexCorruption.apply(params, undo, site, signal);
  expect(evidence.confirmed).toBe(true);
  expect(evidence.seen).toMatch(/0\.700 after .*once without an answer \(other side closed\)$/);
});

describe.concurrent("is not confirmed, and says why,", { timeout: 30_000 }, () => {
  const cases: [string, Sabotage, string][] = [
    ["when the write was swallowed", { swallowsWrites: true }, "hash unchanged; self-retrieval 1.000 before, 1.000"],
    [
      "when the hash changed but the replica answers as before",
      { recall: () => 1 },
      "hash changed; self-retrieval 1.0",
    ],
    [
      "when the replica got worse but not by the file",
      { swallowsWrites: true, recall: worse() },
      "hash unchanged; self-retrieval 1.000 before, 0.500 after",
    ],
  ];
  test.each(cases)("and says what was seen, %s", async (_, sabotage, seen) => {
    const { site } = stand(sabotage);
    const undo = await indexCorruption.prepare(params, site);
    const evidence = await indexCorruption.apply(params, undo, site, signal);
    expect(evidence).toMatchObject({ confirmed: false, seen: expect.stringContaining(seen) });
  });
});

/** Whole at the first look, half at every later one. */
function worse(): () => number {
  let looks = 0;
  return () => ((looks += 1) === 1 ? 1 : 0.5);
}

test("damages exactly the rows that the undo names, whatever is published by now", async () => {
  const { site, bytes, published } = stand();
  const before = bytes.slice();
  const undo = await indexCorruption.prepare(params, site);
  Object.assign(published, { payload: { offset: 0, rowBytes, rows: 10 } });
  await indexCorruption.apply(params, undo, { ...site, seed: 99 }, signal);
  const named = new Set(
    undo.damage.runs.flatMap(([first, count]) => Array.from({ length: count }, (_, n) => first + n)),
  );
  const damaged = Array.from({ length: rows }, (_, row) => row).filter((row) => bytes[row * rowBytes] === 0);
  expect(damaged).toEqual([...named]);
  await indexCorruption.revert(undo, site, signal);
  expect(bytes).toEqual(before);
});

test("does no harm when the rows are no longer those that were saved: the way back would bring old ones", async () => {
  const { site, bytes } = stand();
  const undo = await indexCorruption.prepare(params, site);
  bytes.fill(7);
  await expect(indexCorruption.apply(params, undo, site, signal)).rejects.toThrow("changed since they were saved");
  expect(bytes.every((byte) => byte === 7)).toBe(true);
});

test("is about to do harm right before it writes, and not while it looks, saves or proves", async () => {
  const { site, bytes } = stand();
  const before = bytes.slice();
  const undo = await indexCorruption.prepare(params, site);
  const told: boolean[] = [];
  await indexCorruption.apply(
    params,
    undo,
    { ...site, harmBegins: () => void told.push(before.every((byte, at) => byte === bytes[at])) },
    signal,
  );
  expect(told).toEqual([true]);
});

/** Well as long as the file is whole; then `fate` decides. */
function noticing(fate: (looks: number, ends: AbortSignal) => number | Promise<number>): Sabotage {
  let looks = 0;
  return { recall: (honest, ends) => (honest === 1 ? 1 : fate((looks += 1), ends)) };
}

const fails =
  (reason: string, name = "Error") =>
  (): never => {
    throw Object.assign(new Error(reason), { name });
  };
const hangs = (ends: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => ends.addEventListener("abort", () => reject(ends.reason as Error)));

async function proofOf(sabotage: Sabotage, more: Partial<Controls> = {}): Promise<Evidence> {
  const { site } = stand(sabotage);
  const here = { ...site, controls: { ...site.controls, ...more } };
  return indexCorruption.apply(params, await indexCorruption.prepare(params, here), here, signal);
}

describe.concurrent("of an engine that notices the damage", { timeout: 30_000 }, () => {
  test.each(["status 500", "connect ECONNREFUSED 127.0.0.1:1", "other side closed"])(
    "is confirmed when no search is answered any more (%s), without a figure that nobody measured",
    async (reason) => {
      const { confirmed, seen } = await proofOf(noticing(fails(reason)));
      expect(confirmed).toBe(true);
      expect(seen).toMatch(
        /^hash changed; self-retrieval 1\.000 before, not measured after \(100 rows asked for\); answered before, and no longer: no answer to \d+ in a row over \d+\.\d s/,
      );
      expect(seen).toContain(`(${reason})`);
    },
  );

  test("is confirmed when every search takes longer than four times what it took, and at least 2 s", async () => {
    const { confirmed, seen } = await proofOf(noticing((_, ends) => hangs(ends)));
    expect(confirmed).toBe(true);
    expect(seen).toMatch(/no answer to [34] in a row over \d+\.\d s/);
  });

  test("is confirmed when the process that answered is gone, though another one answers well in its place", async () => {
    let alive = true;
    const process = {
      find: async () => "number 41",
      signal: async () => undefined,
      isAlive: async () => alive,
      isStopped: async () => false,
    };
    const dies = noticing(() => {
      alive = false;
      return 1;
    });
    const { confirmed, seen } = await proofOf(dies, { process });
    expect(confirmed).toBe(true);
    expect(seen).toBe(
      "hash changed; self-retrieval 1.000 before, 1.000 at the last look (100 rows asked for); number 41, which answered before, is gone",
    );
  });

  test("is not confirmed by one time-out of a replica that then answers as before", async () => {
    const once = noticing((looks) => (looks === 1 ? fails("took too long", "TimeoutError")() : 1));
    expect(await proofOf(once)).toEqual({
      confirmed: false,
      expected: expect.stringContaining(refusal),
      seen: "hash changed; self-retrieval 1.000 before, 1.000 after (100 rows asked for); once without an answer (took too long)",
    });
  });

  test("is not confirmed by a restart that is over within a second, when the replica then answers as before", async () => {
    const restarted = noticing((looks) => (looks < 6 ? fails("connect ECONNREFUSED")() : 1));
    const { confirmed, seen } = await proofOf(restarted);
    expect(confirmed).toBe(false);
    expect(seen).toMatch(/1\.000 before, 1\.000 after \(100 rows asked for\); 5 times without an answer/);
  });
});

test("is proved also at a replica that took its time before the damage", async () => {
  let looks = 0;
  const evidence = await proofOf({
    recall: async (honest) => {
      looks += 1;
      if (looks === 1) await new Promise((resolve) => setTimeout(resolve, 501.5));
      return honest;
    },
  });
  expect(evidence).toMatchObject({ confirmed: true, seen: expect.stringContaining("0.700 after") });
});

test.each([
  ["does not answer before the damage", fails("status 503"), "status 503"],
  ["finds next to nothing before the damage", () => 0.1, "self-retrieval is 0.100 before any damage"],
])("harms nothing when the replica %s", async (_, recall, says) => {
  const { site, bytes } = stand({ recall });
  const before = bytes.slice();
  const undo = await indexCorruption.prepare(params, site);
  await expect(indexCorruption.apply(params, undo, site, signal)).rejects.toThrow(says);
  expect(bytes).toEqual(before);
});

test("refuses to cut where the platform cannot", async () => {
  const { site } = stand();
  await expect(indexCorruption.prepare({ ...params, mode: "truncate" }, site)).rejects.toThrow("cannot cut");
});
