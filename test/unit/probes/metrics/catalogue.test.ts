// The catalogue of what servers export: its rows are sound, and its two copies are what it says.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { copies, copyOf, readCatalogue } from "../../../support/metric-catalogue.ts";

const catalogue = readCatalogue();
const rows = catalogue.flatMap(({ server, signals }) => signals.map((row) => ({ server, ...row })));

describe("the metric catalogue", () => {
  it.each(copies)("is what $name says (npm run generate renews it)", async ({ file }) => {
    await expect(copyOf(catalogue)).toMatchFileSnapshot(file);
  });

  it("is the same, byte for byte, on both sides of the wall", () => {
    const [ours, theirs] = copies.map(({ file }) => readFileSync(file, "utf8"));
    expect(ours).toBe(theirs);
    expect(rows.length).toBeGreaterThan(120);
    expect(new Set(catalogue.map(({ server }) => server)).size).toBe(catalogue.length);
  });

  it("has canonical units only: what is in ms or us on the wire is scaled to seconds", () => {
    const named = rows.filter(({ series, unit }) => unit === "s" && /_(ms|us)$/.test(series));
    expect(named.length).toBeGreaterThan(1);
    for (const { series, scale } of named) expect(scale).toBe(series.endsWith("_ms") ? 0.001 : 0.000_001);
  });

  it("says of every histogram whether its _sum was observed, and of every server without a page that it has no rows", () => {
    expect(rows.filter(({ type, sum }) => type === "histogram" && sum === undefined)).toEqual([]);
    expect(catalogue.filter(({ endpoint, signals }) => (endpoint === null) !== (signals.length === 0))).toEqual([]);
  });

  it("gives no two rows of one signal the same series in the same version", () => {
    const keys = rows.map(({ server, signal, series, match, unless }) =>
      JSON.stringify([server, signal, series, match, unless]),
    );
    expect(new Set(keys).size).toBe(keys.length);
  });
});
