// Whose bytes are these? Faults, way back and audit are asked over every order in which a fault and the file's owner
// may come.

import {
  mkdtempSync,
  renameSync,
  rmSync,
  writeFileSync,
  readFileSync,
  openSync,
  writeSync,
  closeSync,
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { damageLeft, doDamage, mendDamage, type FileDamage } from "../../../src/core/file-damage.ts";
import { withOpenFile } from "../../../src/platforms/processes/open-file.ts";

const rowBytes = 8;
const rows = 12;
const hurt = [1, 2, 5, 9];
const fresh = (): Uint8Array => Uint8Array.from({ length: rows * rowBytes }, (_, at) => 1 + (at % 100));

let dir: string;
let path: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "file-damage-"));
  path = join(dir, "index");
});
afterAll(() => rmSync(dir, { recursive: true }));

/** The file as it is written anew, and damage to some of its rows, or its end. */
function start(kind: "rows" | "end"): FileDamage {
  rmSync(path, { force: true });
  writeFileSync(path, fresh());
  const id = withOpenFile(path, "read", (file) => file.id) ?? "";
  const was = (row: number): Uint8Array => fresh().subarray(row * rowBytes, (row + 1) * rowBytes);
  if (kind === "end") {
    const at = 7 * rowBytes;
    return { path, file: id, pieces: [], end: { at, edge: fresh().subarray(at - 16, at), tail: fresh().subarray(at) } };
  }
  const pieces = hurt.map((row) => ({
    at: row * rowBytes,
    was: was(row),
    damaged: was(row).map((byte) => byte ^ 0xff),
  }));
  return { path, file: id, pieces };
}

const harm = (damage: FileDamage): string | undefined =>
  withOpenFile(path, "write", (file) => doDamage(file, damage, () => undefined));
const mend = (damage: FileDamage): number => withOpenFile(path, "write", (file) => mendDamage(file, damage)) ?? 0;
const left = (damage: FileDamage): number => withOpenFile(path, "read", (file) => damageLeft(file, damage).parts) ?? 0;

/** What the owner does; its bytes are 200 and above, which no row and no damage has. */
type Owned =
  | { readonly kind: "append" }
  | { readonly kind: "replace" }
  | { readonly kind: "rewrite"; readonly row: number };
const actions: fc.Arbitrary<Owned> = fc.oneof(
  fc.constant({ kind: "append" } as const),
  fc.constant({ kind: "replace" } as const),
  fc.record({ kind: fc.constant("rewrite" as const), row: fc.integer({ min: 0, max: rows - 1 }) }),
);

/** Does it, to the file and to a model of what it would be like without any fault. */
function own(action: Owned, model: Uint8Array, nth: number): Uint8Array {
  const mine = new Uint8Array(rowBytes).fill(200 + (nth % 50));
  if (action.kind === "replace") {
    const whole = new Uint8Array(rows * rowBytes).fill(200 + (nth % 50));
    writeFileSync(`${path}.new`, whole);
    renameSync(`${path}.new`, path);
    return whole;
  }
  const at = action.kind === "append" ? statSync(path).size : action.row * rowBytes;
  const fd = openSync(path, "r+");
  writeSync(fd, mine, 0, rowBytes, at);
  closeSync(fd);
  const next = new Uint8Array(Math.max(model.length, at + rowBytes));
  next.set(model);
  next.set(mine, at);
  return next;
}

describe("over every order of owner's writes, damage and way back", () => {
  test("the way back leaves exactly what the owner alone would have left, and nothing is then taken for the fault's", () => {
    fc.assert(
      fc.property(
        fc.array(actions, { maxLength: 4 }),
        fc.array(actions, { maxLength: 5 }),
        fc.array(actions, { maxLength: 3 }),
        (before, meanwhile, after) => {
          const damage = start("rows");
          let model = fresh();
          let nth = 0;
          for (const action of before) model = own(action, model, (nth += 1));
          const did = harm(damage);
          const touched = before.some(
            (action) => action.kind === "replace" || (action.kind === "rewrite" && hurt.includes(action.row)),
          );
          expect(did).toBe(before.some(({ kind }) => kind === "replace") ? "replaced" : touched ? "changed" : "done");
          if (did !== "done") expect(readFileSync(path)).toEqual(Buffer.from(model));
          for (const action of meanwhile) model = own(action, model, (nth += 1));
          const replaced = meanwhile.some(({ kind }) => kind === "replace");
          const rewritten = new Set(meanwhile.flatMap((action) => (action.kind === "rewrite" ? [action.row] : [])));
          // A planted residue: nobody took it back.
          expect(left(damage)).toBe(did !== "done" || replaced ? 0 : hurt.filter((row) => !rewritten.has(row)).length);
          mend(damage);
          expect(readFileSync(path)).toEqual(Buffer.from(model));
          for (const action of after) model = own(action, model, (nth += 1));
          expect(left(damage)).toBe(0);
          expect(mend(damage)).toBe(0);
          expect(readFileSync(path)).toEqual(Buffer.from(model));
        },
      ),
      { numRuns: 500 },
    );
  });

  test("a cut is undone exactly, unless the owner wrote behind it: then its bytes stay", () => {
    fc.assert(
      fc.property(fc.array(actions, { maxLength: 4 }), (meanwhile) => {
        const damage = start("end");
        expect(harm(damage)).toBe("done");
        expect(statSync(path).size).toBe(7 * rowBytes);
        expect(left(damage)).toBe(1);
        let nth = 0;
        for (const action of meanwhile) own(action, fresh(), (nth += 1));
        const now = readFileSync(path);
        const isCut =
          now.length === 7 * rowBytes &&
          now.subarray(5 * rowBytes).equals(fresh().subarray(5 * rowBytes, 7 * rowBytes));
        expect(left(damage)).toBe(isCut ? 1 : 0);
        mend(damage);
        expect(readFileSync(path)).toEqual(isCut ? Buffer.concat([now, fresh().subarray(7 * rowBytes)]) : now);
        expect(left(damage)).toBe(0);
      }),
      { numRuns: 300 },
    );
  });
});

test("an owner that goes on writing at places of its own leaves a hole, which is filled again", () => {
  const damage = start("end");
  harm(damage);
  const fd = openSync(path, "r+");
  writeSync(fd, Uint8Array.from([7, 7]), 0, 2, rows * rowBytes);
  closeSync(fd);
  expect(left(damage)).toBe(1);
  expect(mend(damage)).toBe(1);
  expect(readFileSync(path)).toEqual(Buffer.from([...fresh(), 7, 7]));
});

test("damage that the owner copied into a file of its own is still the fault's", () => {
  const damage = start("rows");
  harm(damage);
  writeFileSync(`${path}.new`, readFileSync(path));
  renameSync(`${path}.new`, path);
  expect(left(damage)).toBe(hurt.length);
  expect(mend(damage)).toBe(hurt.length);
  expect(readFileSync(path)).toEqual(Buffer.from(fresh()));
});

test("a file that came in its place is its owner's, also when one of its rows looks as if it was damaged", () => {
  const damage = start("rows");
  harm(damage);
  const theirs = fresh().fill(250);
  const [first] = damage.pieces;
  theirs.set(first?.damaged ?? [], first?.at);
  writeFileSync(`${path}.new`, theirs);
  renameSync(`${path}.new`, path);
  expect(left(damage)).toBe(0);
  expect(mend(damage)).toBe(0);
  expect(readFileSync(path)).toEqual(Buffer.from(theirs));
});

test("a good file that came in its place stays as it is where most of its short lengths are as the damage set them", () => {
  const { pieces: rowPieces, ...of } = start("rows");
  const pieces = rowPieces.map(({ at, was }) => ({ at, was: was.subarray(0, 4), damaged: new Uint8Array(4) }));
  const damage = { ...of, pieces };
  expect(harm(damage)).toBe("done");
  const damaged = readFileSync(path);
  const theirs = fresh();
  for (const { at, damaged: zeros } of pieces.slice(1)) theirs.set(zeros, at);
  writeFileSync(`${path}.new`, theirs);
  renameSync(`${path}.new`, path);
  expect([left(damage), mend(damage)]).toEqual([0, 0]);
  expect(readFileSync(path)).toEqual(Buffer.from(theirs));
  // Where all of them are, it was made from the damaged bytes.
  writeFileSync(`${path}.new`, damaged);
  renameSync(`${path}.new`, path);
  expect(mend(damage)).toBe(pieces.length);
});

test("half of a write, as a death in its midst leaves it, is found and taken back", () => {
  const damage = start("rows");
  const [first] = damage.pieces;
  const fd = openSync(path, "r+");
  writeSync(fd, first?.damaged ?? new Uint8Array(), 0, 3, first?.at ?? 0);
  closeSync(fd);
  expect(left(damage)).toBe(1);
  expect(mend(damage)).toBe(1);
  expect(readFileSync(path)).toEqual(Buffer.from(fresh()));
});

test("a file that has the number of the one that was removed is another file", () => {
  const damage = start("rows");
  rmSync(path);
  writeFileSync(path, fresh());
  expect(harm(damage)).toBe("replaced");
  expect(readFileSync(path)).toEqual(Buffer.from(fresh()));
});

test("a file that its owner never copies is the owner's once it is another one, also where it looks like the damage", () => {
  const { pieces, ...of } = start("rows");
  const zeroed = { ...of, pieces: pieces.map((piece) => ({ ...piece, damaged: piece.was.map(() => 0) })) };
  const damage = { ...zeroed, isNeverCopied: true };
  expect(harm(damage)).toBe("done");
  expect(left(damage)).toBe(hurt.length);
  writeFileSync(`${path}.new`, new Uint8Array(rows * rowBytes));
  renameSync(`${path}.new`, path);
  expect([left(damage), mend(damage)]).toEqual([0, 0]);
  expect(readFileSync(path).every((byte) => byte === 0)).toBe(true);
  // One that may have been made from the damaged bytes is put right.
  expect(left(zeroed)).toBe(hurt.length);
});
