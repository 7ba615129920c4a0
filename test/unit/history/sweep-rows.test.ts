import { appendFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { appendSweep, readSweeps, rowOfSweep, sweepsFileOf } from "../../../src/history/sweep-rows.ts";
import { doseTrendLines } from "../../../src/report/sweep-text.ts";
import { doseTrends } from "../../../src/verdict/dose-trend.ts";
import { historyFolder } from "../../builders/history-rows.ts";
import { sampleSweep } from "../../builders/sample-sweep.ts";

const night = (day: number, lo: number, hi: number) =>
  rowOfSweep(
    sampleSweep({
      sweepId: `s-${day}`,
      startedAt: `2026-11-${day}T03:00:00.000Z`,
      breaks: { kind: "found", median: (lo + hi) / 2, lo, hi, credibility: 0.98 },
    }),
  );

it("a history without sweeps has none", async () => {
  await using folder = await historyFolder();
  expect(await readSweeps(folder.out)).toEqual({ rows: [], notes: [] });
});

it("rows come back in the order of time; a line that was torn is named, and harms none after it", async () => {
  await using folder = await historyFolder();
  await appendSweep(folder.out, night(12, 800, 1500));
  await appendFile(sweepsFileOf(folder.out), '{"v":1,"sweep":"torn');
  await appendSweep(folder.out, night(11, 900, 1600));
  const { rows, notes } = await readSweeps(folder.out);
  expect(rows.map(({ sweep }) => sweep)).toEqual(["s-11", "s-12"]);
  expect(notes).toHaveLength(1);
  expect(notes[0]).toContain("line 2");
});

it("a breaking dose that lies for sure below the one before it is told; one that may be the same is not", () => {
  const [sure] = doseTrends([night(10, 800, 1500), night(11, 300, 700)]);
  expect(sure?.isMilder).toBe(true);
  const [alike] = doseTrends([night(10, 800, 1500), night(11, 300, 900)]);
  expect(alike?.isMilder).toBe(false);
  expect(doseTrendLines(doseTrends([night(10, 800, 1500), night(11, 300, 700)])).at(-1)).toMatch(/^ {2}! /);
});

it("where less is harsher, a greater dose is the milder one", () => {
  const narrow = (day: number, lo: number, hi: number) => ({
    ...night(day, lo, hi),
    unit: "KB/s" as const,
    mildest: 40,
    harshest: 1,
  });
  const [trend] = doseTrends([narrow(10, 10, 5), narrow(11, 30, 20)]);
  expect(trend?.isMilder).toBe(true);
});

it("a sweep that knew nothing is compared with nothing, and other settings are another series", () => {
  const unsure = { ...night(11, 1, 2), breaks: { kind: "unsure" as const, credibility: 0.98 } };
  expect(doseTrends([night(10, 800, 1500), unsure])[0]?.says).toBe("nothing to compare it with");
  expect(doseTrends([night(10, 1, 2), { ...night(11, 1, 2), settings: { policy: "careful" } }])).toHaveLength(2);
});
