// Takes old runs out of the history: named first, and only on request. The rows that stay are written beside and moved
// into their place; what goes is kept in a file of its own.

import { open, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { HarnessError } from "../core/errors.ts";
import { known } from "../core/known.ts";
import { syncFolder } from "../lib/fs.ts";
import { asEnvironment } from "../store/whole-file.ts";
import { readRow } from "./read-row.ts";
import { linesFrom, openRows, rowsFileOf } from "./rows-file.ts";

/** Which runs stay: those that began at or after an instant (ms since 1970), or the newest so many. */
export interface Keep {
  readonly since?: number;
  readonly newest?: number;
}

/** What somebody wants to go. */
export interface PruneWish {
  /** Runs that began longer ago, days. */
  readonly olderThan?: number;
  /** All but so many of the newest runs. */
  readonly keep?: number;
}

const dayMs = 86_400_000;

/** Throws HarnessError "bad-input" for a wish that says nothing. */
export function keepBy({ olderThan, keep }: PruneWish, now: Date): Keep {
  if (olderThan === undefined && keep === undefined) {
    throw new HarnessError("bad-input", "nothing says what shall go", {
      hint: "give --older-than 90, --keep 200, or both",
    });
  }
  const since = olderThan === undefined ? undefined : now.getTime() - olderThan * dayMs;
  return known<Keep>({ since, newest: keep });
}

/** What goes and what stays. */
export interface Pruning {
  /** Ids of the runs that go, oldest first, with the number of their rows. */
  readonly runs: readonly { readonly run: string; readonly started: string; readonly rows: number }[];
  readonly rowsKept: number;
  /** Lines that are no rows: they stay. */
  readonly unread: number;
}

interface Line {
  readonly text: string;
  readonly run?: string;
  readonly started?: string;
}

/** What would go; nothing is written. Throws HarnessError "bad-input" when there is no history in the folder. */
export async function planPruning(dir: string, keep: Keep): Promise<Pruning> {
  return pruningOf(await linesIn(dir), keep);
}

/**
 * Does it, and returns what was done, with the file that took the rows. A line that is no row stays. Throws
 * HarnessError "environment" when somebody else wrote meanwhile: then nothing was changed.
 */
export async function prune(dir: string, keep: Keep, at: Date): Promise<Pruning & { readonly file: string }> {
  const file = rowsFileOf(dir);
  const before = await stat(file);
  const lines = await linesIn(dir);
  const pruning = pruningOf(lines, keep);
  const taken = join(dir, `pruned-${at.toISOString().replaceAll(/[:.]/g, "-")}.ndjson`);
  if (pruning.runs.length === 0) return { ...pruning, file: taken };
  const goes = new Set(pruning.runs.map(({ run }) => run));
  const isGoing = ({ run }: Line): boolean => run !== undefined && goes.has(run);
  await asEnvironment(`cannot prune the history ${file}`, async () => {
    await writeNew(taken, lines.filter(isGoing));
    const draft = `${file}.draft`;
    await rm(draft, { force: true });
    await writeNew(
      draft,
      lines.filter((line) => !isGoing(line)),
    );
    const now = await stat(file);
    if (now.size !== before.size || now.mtimeMs !== before.mtimeMs || now.ino !== before.ino) {
      await rm(draft, { force: true });
      await rm(taken, { force: true });
      throw new Error("a run was added meanwhile; nothing was changed, type it again");
    }
    await rename(draft, file);
    await syncFolder(dir);
  });
  return { ...pruning, file: taken };
}

async function linesIn(dir: string): Promise<readonly Line[]> {
  const file = rowsFileOf(dir);
  await using rows = await openRows(file);
  if (rows === undefined) throw new HarnessError("bad-input", `there is no history at ${file}`);
  const lines: Line[] = [];
  for await (const line of linesFrom(rows, 0)) {
    if (line.text === "") continue;
    const result = readRow(line);
    lines.push(result.ok ? { text: line.text, run: result.row.run, started: result.row.started } : { text: line.text });
  }
  return lines;
}

function pruningOf(lines: readonly Line[], { since, newest }: Keep): Pruning {
  const runs = new Map<string, { run: string; started: string; rows: number }>();
  for (const { run, started } of lines) {
    if (run === undefined || started === undefined) continue;
    const known = runs.get(run);
    if (known === undefined) runs.set(run, { run, started, rows: 1 });
    else known.rows += 1;
  }
  const sorted = [...runs.values()].toSorted((a, b) => Date.parse(a.started) - Date.parse(b.started));
  const old = sorted.filter(({ started }) => since !== undefined && Date.parse(started) < since);
  const beyond = newest === undefined ? [] : sorted.slice(0, Math.max(0, sorted.length - newest));
  const going = sorted.filter((run) => old.includes(run) || beyond.includes(run));
  const rowsGoing = going.reduce((sum, { rows }) => sum + rows, 0);
  const rows = lines.filter(({ run }) => run !== undefined).length;
  return { runs: going, rowsKept: rows - rowsGoing, unread: lines.length - rows };
}

async function writeNew(file: string, lines: readonly Line[]): Promise<void> {
  const handle = await open(file, "wx", 0o666);
  try {
    for (let at = 0; at < lines.length; at += 1000) {
      await handle.write(
        lines
          .slice(at, at + 1000)
          .map(({ text }) => `${text}\n`)
          .join(""),
      );
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
}
