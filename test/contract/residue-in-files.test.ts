// Bytes that a planted bug leaves in a published file of a real stack: counted, and not blamed on an owner who wrote
// it.

import { readFile, writeFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import type { Fault } from "../../src/core/fault.ts";
import type { Controls } from "../../src/core/controls.ts";
import { indexCorruption } from "../../src/faults/vector/index-corruption.ts";
import type { Evidence } from "../../src/records/timeline/fault.ts";
import { runWholeTrial } from "../builders/whole-trial.ts";
import { fixtureTarget } from "../support/fixture-target.ts";
import { headerBytes } from "../support/small-index.mjs";

const target = fixtureTarget();
const site = { service: "vec", replica: "vec" };
const params = { share: 0.5, mode: "noise" };
const corruption: Fault = indexCorruption;
const well: Evidence = { confirmed: true, expected: "", seen: "so it says" };

/** Damages as ever; its way back does only what is given, to the file as it is then. */
function takenBackBy(after: (controls: Controls, damaged: Uint8Array) => Promise<void>): Fault {
  return {
    ...corruption,
    async revert(undo, { controls }) {
      const { damage } = undo as { damage: { path: string; offset: number; rowBytes: number } };
      const { path, offset, rowBytes } = damage;
      expect([offset, rowBytes]).toEqual([headerBytes, 32]);
      await after(controls, (await controls.files?.read(path, 0, 1 << 20)) ?? new Uint8Array());
      return well;
    },
  };
}

/** Of 120 parts, those that are named as left. */
function partsIn(left: string): number {
  return Number(/: (\d+) of 120 parts are as the fault left them/.exec(left)?.[1]);
}

/** Half of its rows, and the bytes behind them, are new while the fault is still being applied. */
const besideItsOwner: Fault = {
  ...corruption,
  async apply(given, undo, at, signal) {
    const evidence = await corruption.apply(given, undo, at, signal);
    const { path } = (await at.controls.files?.published("index")) ?? { path: "" };
    const rows = await readFile(path);
    const renewed = rows.subarray(headerBytes, headerBytes + 120 * 32).map((_, n) => n % 251);
    await writeFile(
      path,
      Buffer.concat([
        rows.subarray(0, headerBytes),
        renewed,
        rows.subarray(headerBytes + 120 * 32),
        rows.subarray(0, 64),
      ]),
    );
    return evidence;
  },
};

describe("a published file after a trial", () => {
  test("holds all damaged parts where the way back did nothing and says that it did", async () => {
    const whole = await runWholeTrial({ target, fault: takenBackBy(async () => undefined), site, params });
    expect(whole.verdict.outcome).toBe("residue");
    expect(whole.left).toMatch(
      /file \S+vec\.index of vec: 120 of 120 parts are as the fault left them \(sha256 \w+… before/,
    );
  });

  test("holds fewer of them where the way back did half of it", async () => {
    const half: Fault = {
      ...corruption,
      async revert(undo, { controls: { files, backups } }) {
        const { damage, backup } = undo as { damage: { path: string; runs: [number, number][] }; backup: string };
        const [first = 0, count = 0] = damage.runs[0] ?? [];
        const original = await backups?.recall("rows.bin", backup);
        await files?.write(
          damage.path,
          headerBytes + 32 * first,
          (original ?? new Uint8Array()).subarray(0, 32 * count),
        );
        expect(count).toBeGreaterThan(0);
        return well;
      },
    };
    const parts = partsIn((await runWholeTrial({ target, fault: half, site, params })).left);
    expect(parts).toBeGreaterThan(0);
    expect(parts).toBeLessThan(120);
  });

  test("holds none where its owner wrote it anew, though it is not what it was", async () => {
    const rebuilt = takenBackBy(async ({ files }, bytes) => {
      const { path } = (await files?.published("index")) ?? { path: "" };
      await files?.write(
        path,
        headerBytes,
        bytes.subarray(headerBytes).map((_, at) => at % 251),
      );
    });
    expect((await runWholeTrial({ target, fault: rebuilt, site, params })).left).toMatch(/^nothing is left/);
  });

  test("holds only the half that its owner did not write anew beside the fault", async () => {
    const owners = await runWholeTrial({ target, fault: besideItsOwner, site, params });
    expect(owners.verdict.outcome).not.toBe("residue");
    expect(owners.left).toMatch(/^nothing is left/);
    const unreverted: Fault = { ...besideItsOwner, revert: () => Promise.resolve(well) };
    const still = partsIn((await runWholeTrial({ target, fault: unreverted, site, params })).left);
    expect(still).toBeGreaterThan(30);
    expect(still).toBeLessThan(90);
  });

  test("holds none after the fault's own way back", async () => {
    const right = await runWholeTrial({ target, fault: indexCorruption, site, params });
    expect(right.left).toMatch(/^nothing is left: looked at \d+ processes, 1 edges and 3 published files/);
  });
});
