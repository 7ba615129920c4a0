// Rows of a history as runs leave them, and whole years of them.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HistoryRow } from "../../src/records/history-row.ts";

/** A treatment trial that recovered after 6 s, in a run of its own. */
export function historyRow(changes: Partial<HistoryRow> = {}): HistoryRow {
  return {
    v: 1,
    run: "20260101-020000-aaaa",
    started: "2026-01-01T02:00:00.000Z",
    ended: "2026-01-01T02:30:00.000Z",
    suite: "nightly",
    harness: "0.1.0",
    target: "reference-ai-stack",
    intent: "process/replica-kill",
    arm: "treatment",
    n: 1,
    outcome: "pass",
    tells: true,
    recovery: "healed",
    pathway: "restart-replica",
    mttd: { ms: 1900, lo: 1700, hi: 2100 },
    mttr: { ms: 6000, lo: 5500, hi: 6500 },
    watchMs: 30_000,
    tookMs: 45_000,
    against: [],
    ...changes,
  };
}

/** What the rows of the run of one night have in common; nights count from 0, a day each. */
export function ofNight(night: number): Pick<HistoryRow, "run" | "started" | "ended"> {
  const begin = Date.UTC(2026, 0, 1, 2) + night * 86_400_000;
  const iso = (ms: number): string => new Date(ms).toISOString();
  return {
    run: `${iso(begin).slice(0, 10).replaceAll("-", "")}-020000-aaaa`,
    started: iso(begin),
    ended: iso(begin + 1_800_000),
  };
}

/** A folder for a history that goes when it is disposed of. */
export async function historyFolder(): Promise<AsyncDisposable & { readonly out: string; readonly dir: string }> {
  const out = await mkdtemp(join(tmpdir(), "rebound-history-"));
  return { out, dir: join(out, "history"), [Symbol.asyncDispose]: () => rm(out, { recursive: true, force: true }) };
}
