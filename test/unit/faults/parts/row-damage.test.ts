import fc from "fast-check";
import { expect, test } from "vitest";
import { bearsDamage } from "../../../../src/core/file-damage.ts";
import { chooseRows, damagedFrom, damagedRow, damageModes } from "../../../../src/faults/parts/row-damage.ts";

const flat = (runs: readonly (readonly [number, number])[]): number[] =>
  runs.flatMap(([first, count]) => Array.from({ length: count }, (_, at) => first + at));

test("chooses the asked share of rows, each once, in rising order, inside the range", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 3_000 }),
      fc.double({ min: 0.05, max: 1, noNaN: true }),
      fc.integer(),
      (rows, share, seed) => {
        const chosen = flat(chooseRows(rows, share, seed));
        expect(chosen.length).toBe(Math.max(1, Math.round(rows * share)));
        expect(chosen).toEqual([...new Set(chosen)].sort((a, b) => a - b));
        expect(chosen.at(-1)).toBeLessThan(rows);
      },
    ),
  );
});

test("does the same harm for the same seed and other harm for another", () => {
  expect(chooseRows(1_000, 0.2, 5)).toEqual(chooseRows(1_000, 0.2, 5));
  expect(chooseRows(1_000, 0.2, 5)).not.toEqual(chooseRows(1_000, 0.2, 6));
  expect(damagedRow("noise", 3, 64, 5)).toEqual(damagedRow("noise", 3, 64, 5));
  expect(damagedRow("noise", 3, 64, 5)).not.toEqual(damagedRow("noise", 4, 64, 5));
});

test("writes what each mode promises", () => {
  const floats = (mode: (typeof damageModes)[number]): number[] => [
    ...new Float32Array(damagedRow(mode, 1, 32, 2).buffer),
  ];
  expect(floats("zero").every((x) => x === 0)).toBe(true);
  expect(floats("nan").every((x) => Number.isNaN(x))).toBe(true);
  expect(floats("noise").every((x) => Math.abs(x) < 1 && x !== 0)).toBe(true);
});

test("recognises its damage, whole or broken off in the middle, and nothing else", () => {
  const original = Uint8Array.from([1, 2, 3, 4]);
  const damaged = Uint8Array.from([9, 9, 9, 4]);
  expect(bearsDamage(damaged, original, damaged)).toBe(true);
  expect(bearsDamage(Uint8Array.from([9, 9, 3, 4]), original, damaged)).toBe(true);
  expect(bearsDamage(original, original, damaged)).toBe(false);
  expect(bearsDamage(Uint8Array.from([9, 9, 9, 5]), original, damaged)).toBe(false);
  expect(bearsDamage(new Uint8Array(), original, damaged)).toBe(false);
});

test("overwrites only a part of a row, and inverts only some of its bytes, as the seed says", () => {
  const bytes = Uint8Array.from({ length: 64 }, (_, at) => at + 1);
  const original = Buffer.from(bytes);
  const changed = (harm: Parameters<typeof damagedFrom>[2], row = 3): number[] => {
    const damaged = damagedFrom(original, row, harm);
    expect(damaged.length).toBe(64);
    return [...damaged.keys()].filter((at) => damaged[at] !== original[at]);
  };
  const part = changed({ mode: "part", seed: 5, part: 0.25 });
  expect(part.length).toBeGreaterThan(8);
  expect((part.at(-1) ?? 0) - (part[0] ?? 0)).toBeLessThan(16);
  const flips = changed({ mode: "flip", seed: 5 });
  expect(flips).toHaveLength(16);
  expect(flips).toEqual(changed({ mode: "flip", seed: 5 }));
  expect(flips).not.toEqual(changed({ mode: "flip", seed: 6 }));
  expect(flips).not.toEqual(changed({ mode: "flip", seed: 5 }, 4));
  const flipped = damagedFrom(original, 3, { mode: "flip", seed: 5 });
  expect(flips.every((at) => flipped[at] === 0xff - (original[at] ?? 0))).toBe(true);
  expect(original.equals(bytes)).toBe(true);
});
