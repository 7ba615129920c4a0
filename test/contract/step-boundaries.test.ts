// A healer that is killed at any step of any pathway goes on after its restart, and nothing happens twice or not at
// all, on either engine.

import { expect, it } from "vitest";
import { measureBoundaries } from "../programs/boundaries/boundaries.ts";
import type { Cell } from "../programs/boundaries/boundaries.ts";
import { SCENARIOS } from "../programs/boundaries/scenarios.ts";
import { boundaryTable } from "../programs/boundaries/table.ts";
import { noRestate } from "../support/restate-server.ts";

if (noRestate !== undefined) process.stderr.write(`\n!!! SKIPPED: ${noRestate}\n\n`);

const ALL = SCENARIOS.map(({ name }) => name);

function expectNothingTwiceOrLost(cells: readonly Cell[], scenarios: readonly string[]): void {
  const table = boundaryTable(cells);
  console.log(table);
  expect(new Set(cells.map(({ scenario }) => scenario))).toEqual(new Set(scenarios));
  expect(
    cells.filter(({ doubled, lost }) => doubled.length + lost.length > 0),
    table,
  ).toEqual([]);
}

// A small size of `npm run test:boundaries`, whose whole table takes six minutes.
it(
  "doubles and loses no effect, killed at one of forty boundaries: before, during and after steps of each pathway",
  { timeout: 900_000 },
  async () => {
    const cells = await measureBoundaries({ engine: "sqlite", only: [], every: 40 });
    expect(cells.length).toBeGreaterThan(ALL.length);
    expectNothingTwiceOrLost(cells, ALL);
  },
);

// Each life registers with the server, so a whole table takes minutes: `npm run test:boundaries -- --engine restate`.
it.skipIf(noRestate !== undefined)(
  "doubles and loses no effect on a real Restate server, killed at one of forty boundaries of every third pathway",
  { timeout: 900_000 },
  async () => {
    const only = ALL.filter((_, n) => n % 3 === 0);
    const cells = await measureBoundaries({ engine: "restate", only, every: 40 });
    expect(cells.length).toBeGreaterThan(only.length);
    expectNothingTwiceOrLost(cells, only);
  },
);
