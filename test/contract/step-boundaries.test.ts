// A healer that is killed at any step of any pathway goes on after its restart, and nothing happens twice or not at
// all.

import { expect, it } from "vitest";
import { measureBoundaries } from "../programs/boundaries/boundaries.ts";
import { SCENARIOS } from "../programs/boundaries/scenarios.ts";
import { boundaryTable } from "../programs/boundaries/table.ts";

it(
  "doubles and loses no effect, killed before, during and after each step of each pathway",
  { timeout: 900_000 },
  async () => {
    const cells = await measureBoundaries();
    const table = boundaryTable(cells);
    console.log(table);
    expect(new Set(cells.map(({ scenario }) => scenario)).size).toBe(SCENARIOS.length);
    expect(cells.length).toBeGreaterThan(3 * 10 * SCENARIOS.length);
    expect(
      cells.filter(({ doubled, lost }) => doubled.length + lost.length > 0),
      table,
    ).toEqual([]);
  },
);
