// What `rebound compare` compares: runs by folder or by id in the history, or all that came before.

import { stat } from "node:fs/promises";
import { HarnessError } from "../core/errors.ts";
import { openHistory, type OpenHistory } from "../history/open-history.ts";
import { wrongRow } from "../history/read-row.ts";
import { historyDirOf } from "../history/rows-file.ts";
import type { HistoryRow } from "../records/history-row.ts";
import { openRun } from "../store/open-run.ts";
import { historyRowsOf } from "../verdict/history-rows.ts";

/** In place of a run: all runs of the history before the others. */
const baselineWord = "baseline";
/** So far back reaches a baseline, ms: 90 days. */
const baselineMs = 90 * 86_400_000;

interface Sides {
  readonly before: readonly HistoryRow[];
  readonly after: readonly HistoryRow[];
  /** What whoever asked must know, a sentence each. */
  readonly notes: readonly string[];
}

/**
 * Each side is a list with commas: folders of runs, or ids of runs in the history of `out`; the first may be
 * `baseline`. Throws HarnessError "bad-input" for a run that is not there, of another version or of which there are
 * two, for one that stands on both sides, and where no intent stands on both.
 */
export async function sidesOf(first: string, second: string, out: string): Promise<Sides> {
  const notes: string[] = [];
  using history = await historyIn(out, (says) => notes.push(says));
  const after = await rowsOfSide(second, { history, notes });
  const before =
    first === baselineWord ? await baselineOf(after, second, history) : await rowsOfSide(first, { history, notes });
  const both = namesIn(before).find((run) => namesIn(after).includes(run));
  if (both !== undefined) {
    throw new HarnessError("bad-input", `the run ${both} stands on both sides`, {
      hint: "give two runs of different ids, such as two lines of `rebound history list`",
    });
  }
  const [b, a] = [intentsIn(before), intentsIn(after)];
  if (!a.some((intent) => b.includes(intent))) {
    const named = (intents: readonly string[]): string => intents.slice(0, 5).join(", ") || "none";
    throw new HarnessError("bad-input", "no intent stands on both sides", {
      hint: `before: ${named(b)}; after: ${named(a)}`,
    });
  }
  return { before, after, notes };
}

/** undefined where there is none: folders may lie anywhere. */
async function historyIn(out: string, note: (says: string) => void): Promise<(OpenHistory & Disposable) | undefined> {
  try {
    return await openHistory(historyDirOf(out), note);
  } catch (thrown) {
    if (thrown instanceof HarnessError && thrown.code === "bad-input") return undefined;
    throw thrown;
  }
}

interface Asked {
  readonly history: OpenHistory | undefined;
  /** Takes a sentence for each row that is left out. */
  readonly notes: string[];
}

async function rowsOfSide(side: string, asked: Asked): Promise<readonly HistoryRow[]> {
  const names = side.split(",").map((name) => name.trim());
  const found: HistoryRow[] = [];
  const ids = new Set<string>();
  for (const name of names) {
    const rows = await rowsOfRun(name, asked);
    const id = rows[0]?.run ?? name;
    if (ids.has(id)) throw new HarnessError("bad-input", `the run ${id} is named twice on one side`);
    ids.add(id);
    found.push(...rows);
  }
  return found;
}

async function rowsOfRun(name: string, { history, notes }: Asked): Promise<readonly HistoryRow[]> {
  if (name === "" || name === baselineWord) {
    throw new HarnessError("bad-input", `"${name}" is no run`, {
      hint: `give folders or ids of runs, with commas between several; ${baselineWord} stands alone, and first`,
    });
  }
  const isThere = await stat(name).then(
    () => true,
    () => false,
  );
  if (isThere) return rowsOfFolder(name, notes);
  const runs = (await history?.runs()) ?? [];
  if (!runs.some(({ run }) => run === name)) {
    const newest = runs.slice(-5).map(({ run }) => run);
    throw new HarnessError("bad-input", `there is no run ${name}: no such folder, and no such run in the history`, {
      hint: newest.length === 0 ? "there is no history here; see --out" : `newest in the history: ${newest.join(", ")}`,
    });
  }
  const second = (await history?.skipped())?.find(({ reason }) =>
    reason.startsWith(`it is of a second run of the id ${name}:`),
  );
  if (second !== undefined) {
    throw new HarnessError("bad-input", `the history holds two runs of the id ${name} (line ${second.line})`, {
      hint: "give the folder of the one that is meant",
    });
  }
  return (await history?.rows({ runs: [name] })) ?? [];
}

/** What the history would not take is not compared either. */
async function rowsOfFolder(dir: string, notes: string[]): Promise<readonly HistoryRow[]> {
  const { run, close } = await openRun(dir);
  await close();
  return historyRowsOf(run).filter((row) => {
    const wrong = wrongRow(row);
    if (wrong !== undefined) notes.push(`${dir}: ${wrong}; not compared`);
    return wrong === undefined;
  });
}

/** All runs before the first of the other side. */
async function baselineOf(
  after: readonly HistoryRow[],
  second: string,
  history: OpenHistory | undefined,
): Promise<readonly HistoryRow[]> {
  const before = Math.min(...after.map(({ started }) => Date.parse(started)));
  const rows = Number.isFinite(before) ? await history?.rows({ since: before - baselineMs, before }) : [];
  const own = namesIn(after);
  const earlier = (rows ?? []).filter(({ run }) => !own.includes(run));
  if (earlier.length > 0) return earlier;
  throw new HarnessError("bad-input", `the history has no run in the 90 days before ${second}`, {
    hint: "give the folder that your runs lie in with --out, or name two runs",
  });
}

function namesIn(rows: readonly HistoryRow[]): readonly string[] {
  return [...new Set(rows.map(({ run }) => run))];
}

function intentsIn(rows: readonly HistoryRow[]): readonly string[] {
  return [...new Set(rows.map(({ intent }) => intent))];
}
