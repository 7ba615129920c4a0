// Rows that are cut at another dimension: what stands in their place, in one piece and in several.
import { expect, test } from "vitest";
import type { OpenFile } from "../../../../src/core/file-damage.ts";
import { damageFrom, savedBytes, type RowDamage } from "../../../../src/faults/parts/rows.ts";
import { indexWrongDimension } from "../../../../src/faults/vector/index-wrong-dimension.ts";

const [rows, numbers] = [4, 8];
const before = Float32Array.from({ length: rows * numbers }, (_, n) => n);

function cutBy(short: number, pieces?: RowDamage["pieces"]): Float32Array {
  const bytes = Buffer.from(before.buffer.slice(0));
  const file: OpenFile = {
    id: undefined,
    size: () => bytes.length,
    read: (at, length) => bytes.subarray(at, at + length),
    write: () => undefined,
    cut: () => undefined,
  };
  const lying = { offset: 0, rowBytes: numbers * 4, runs: [[0, rows]] as const };
  const more = pieces === undefined ? {} : { pieces };
  const damage: RowDamage = { path: "/index", ...lying, ...more, mode: "stride", short, seed: 1 };
  const made = Buffer.from(bytes);
  for (const { at, damaged } of damageFrom(damage, savedBytes(file, damage, undefined), {}).pieces)
    made.set(damaged, at);
  return new Float32Array(made.buffer, made.byteOffset, rows * numbers);
}

const from = (first: number): number[] => Array.from({ length: numbers }, (_, n) => first + n);

test("each row begins where it would if all before it were so much shorter, and the first one is as it was", () => {
  expect([...cutBy(2)]).toEqual([...from(0), ...from(6), ...from(12), ...from(18)]);
  expect([...cutBy(7)]).toEqual([...from(0), ...from(1), ...from(2), ...from(3)]);
});

test("rows that lie in pieces are cut as those in one", () => {
  const half = numbers * 2 * 4;
  expect([...cutBy(2, [{ at: 0, bytes: half, count: 2, every: half }])]).toEqual([...cutBy(2)]);
});

test.each([{ short: 0 }, { short: 4097 }, { short: 1.5 }, { short: "2" }, { by: 2 }])(
  "refuses the parameters %j",
  (params) => {
    expect(() => indexWrongDimension.parse(params)).toThrow();
  },
);
