// What a server's own metrics say at one moment, whichever way they were read: series by row of the catalogue, in
// canonical units (s, ratio, count).
import type { MetricRow } from "../../../common/metric-catalogue.ts";

/** Counts up to and including each bound, bounds ascending, the last one Infinity. */
export type Cumulative = readonly { readonly upTo: number; readonly count: number }[];

/** One series. */
export interface SeriesNow {
  /** Its name and labels: equal for the same series at another moment. */
  readonly key: string;
  /** The engine or process that it belongs to; empty where the row does not tell. */
  readonly part: string;
  /** A gauge's value, or a count since its process began; of a histogram how many values it has seen. */
  readonly value: number;
  /** Of histograms of times; `sum` in seconds, undefined when there is none. */
  readonly histogram?: { readonly sum: number | undefined; readonly cumulative: Cumulative };
}

/** All series that speak for one row. None: what that means is for the row to say. */
export interface RowNow {
  readonly row: MetricRow;
  readonly series: readonly SeriesNow[];
}

/** Metrics of one replica as they were at `at`. */
export interface MetricsSeen {
  readonly ok: true;
  /** When they were read off the replica, ms on the healer's clock. Equal for what is the same reading. */
  readonly at: number;
  /** They reach the healer this much later at most, ms: the period of the source. The rows' own freshness is apart. */
  readonly lagMs: number;
  readonly rows: readonly RowNow[];
  /** Differs for two processes that counted one after the other; absent where the source does not tell them apart. */
  readonly process?: string;
}

/**
 * Why there are none. refused: an answer that is no page, such as 401 · no-series: a page without the server's series ·
 * unreadable: a page that Prometheus would refuse · stale: what there is, is too old.
 */
export interface MetricsUnseen {
  readonly ok: false;
  readonly why: "unreachable" | "refused" | "no-series" | "unreadable" | "stale";
  readonly says: string;
}

export type MetricLook = MetricsSeen | MetricsUnseen;
