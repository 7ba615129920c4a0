// Looks at all pages of a proof at once, as raw values: a proof compares looks with each other.

import { performance } from "node:perf_hooks";
import type { Ms } from "../../core/units.ts";
import type { ProofFailure } from "../../records/timeline/proof.ts";
import type { MetricRow } from "./catalogue.ts";
import type { MetricPage } from "./prometheus-text.ts";
import { readMetricPage } from "./read-page.ts";
import { addRises, riseOver, type Rise } from "./rises.ts";
import { UnreadableSeries, valuesOf, type RowValues } from "./snapshot.ts";

export interface Failed {
  readonly ok: false;
  readonly why: ProofFailure;
  readonly says: string;
}

export function failed(why: ProofFailure, says: string): Failed {
  return { ok: false, why, says };
}

/** One look; instants of `performance.now()`. */
export interface Look {
  readonly ok: true;
  readonly from: Ms;
  readonly at: Ms;
  /** Page by page, in the order in which they were asked. */
  readonly pages: readonly { readonly names: MetricPage["names"]; readonly rows: ReadonlyMap<MetricRow, RowValues> }[];
}

export type Eyes = () => Promise<Look | Failed>;

interface Page {
  readonly replica: string;
  readonly url: string;
}

/** Looks at the rows of all pages; the first page that cannot be read is what comes of the look. */
export function openEyes(
  pages: readonly Page[],
  rows: readonly MetricRow[],
  { headers, signal }: { readonly headers: Readonly<Record<string, string>>; readonly signal: AbortSignal },
): Eyes {
  return async () => {
    const from = performance.now();
    const inTime = AbortSignal.any([signal, AbortSignal.timeout(lookLimitMs)]);
    const seen = await Promise.all(
      pages.map(async ({ replica, url }) => {
        const read = await readMetricPage(url, { headers, signal: inTime });
        if (!read.ok) return failed(read.why, `${replica}: ${read.says}`);
        try {
          return { names: read.page.names, rows: new Map(rows.map((row) => [row, valuesOf(read.page, row)])) };
        } catch (error) {
          if (error instanceof UnreadableSeries) return failed("not-metrics", `${replica}: ${error.message}`);
          throw error;
        }
      }),
    );
    const bad = seen.find((one) => "ok" in one);
    if (bad !== undefined) return bad;
    return { ok: true, from, at: performance.now(), pages: seen.filter((one) => "rows" in one) };
  };
}

/** A page that takes longer is none; generous, since a machine may be busy while others boot. */
const lookLimitMs: Ms = 15_000;

/** All series of a row on all pages. */
export function seriesOf({ pages }: Look, row: MetricRow): readonly RowValues[] {
  return pages.map(({ rows }) => rows.get(row) ?? new Map());
}

/** What a row rose by from one look to another. */
export function riseBetween(before: Look, after: Look, row: MetricRow): Rise {
  const old = seriesOf(before, row);
  return addRises(
    seriesOf(after, row).map((values, page) =>
      riseOver(
        row,
        [...values].map(([key, now]) => ({ now, base: old[page]?.get(key) })),
      ),
    ),
  );
}

/** Values of a gauge on all pages, in canonical units, above what it reads when idle. */
export function gaugeOf(look: Look, row: MetricRow): number[] {
  return seriesOf(look, row).flatMap((values) =>
    [...values.values()].map(({ value }) => (value - (row.idle ?? 0)) * (row.scale ?? 1)),
  );
}
