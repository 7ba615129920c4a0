// Takes old runs out of the history: named first, and only on request. The rows that stay are written beside and moved
// into their place; what goes is kept in a file of its own. One prune at a time: between two, what others had appended
// to the file of the first would be left behind by the second.

import { randomUUID } from "node:crypto";
import { open, rename, rm, stat, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { HarnessError } from "../core/errors.ts";
import { known } from "../core/known.ts";
import { syncFolder } from "../lib/fs.ts";
import { takeLock, type LockOwner, type StartTimeOf } from "../store/restore-lock.ts";
import { asEnvironment } from "../store/whole-file.ts";
import { readRow } from "./read-row.ts";
import { appendAgain, linesFrom, openRows, rowsFileOf } from "./rows-file.ts";

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
  /** The runs that go, oldest first, with the number of their rows. */
  readonly runs: readonly { readonly run: string; readonly started: string; readonly rows: number }[];
  /** Of those that stay the ones with the id of one that goes. */
  readonly twice: readonly { readonly run: string; readonly started: string; readonly rows: number }[];
  readonly rowsKept: number;
  /** Lines that are no rows: they stay. */
  readonly unread: number;
}

/** What was done, and the file that took the rows. */
type Pruned = Pruning & { readonly file: string };

/** Who prunes, and when. */
interface Pruner {
  readonly at: Date;
  readonly me: LockOwner;
  readonly startTimeOf: StartTimeOf;
}

/** Bytes of the file, `to` not included. */
interface Range {
  readonly from: number;
  readonly to: number;
}

interface Line extends Range {
  readonly run?: string;
  readonly started?: string;
}

/** What would go; nothing is written. Throws HarnessError "bad-input" when there is no history in the folder. */
export async function planPruning(dir: string, keep: Keep): Promise<Pruning> {
  await using rows = await rowsIn(dir);
  return pruningOf((await linesIn(rows)).lines, keep);
}

/**
 * Does it, and returns what was done, with the file that took the rows. A line that is no row stays, byte for byte; so
 * does what others append meanwhile. Throws HarnessError "bad-input" when there is no history in the folder,
 * "environment" when it cannot be done, somebody else is at it, or another file was put in its place meanwhile: then
 * nothing was changed.
 */
export async function prune(dir: string, keep: Keep, { at, me, startTimeOf }: Pruner): Promise<Pruned> {
  // Without a history nothing is left in the folder, a lock neither.
  await (await rowsIn(dir)).close();
  const lock = await takeLock(dir, me, startTimeOf, "prune");
  if (!lock.taken) {
    throw new HarnessError("environment", `somebody else prunes the history in ${dir} right now; nothing was changed`, {
      hint: "type it again when that has ended",
    });
  }
  try {
    return await pruneAlone(dir, keep, at);
  } finally {
    await lock.release();
  }
}

async function pruneAlone(dir: string, keep: Keep, at: Date): Promise<Pruned> {
  await using rows = await rowsIn(dir);
  const { lines, end } = await linesIn(rows);
  const pruning = pruningOf(lines, keep);
  const taken = join(dir, `pruned-${at.toISOString().replaceAll(/[:.]/g, "-")}.ndjson`);
  if (pruning.runs.length === 0) return { ...pruning, file: taken };
  const goes = new Set(pruning.runs.map(keyOf));
  const isGoing = (line: Line): boolean => line.run !== undefined && goes.has(keyOf(line));
  const file = rowsFileOf(dir);
  await asEnvironment(`cannot prune the history ${file}`, async () => {
    await writeNew(taken, rows, lines.filter(isGoing));
    try {
      await putInPlace(
        file,
        rows,
        lines.filter((line) => !isGoing(line)),
      );
    } catch (thrown) {
      await rm(taken, { force: true });
      throw thrown;
    }
    // Whoever still writes to the old file from here on finds the new one, and writes again: what is read here may come
    // twice and counts once.
    await appendAgain(file, await bytesFrom(rows, end));
    await syncFolder(dir);
  });
  return { ...pruning, file: taken };
}

/** The old file is as it was when this rejects. */
async function putInPlace(file: string, rows: FileHandle, staying: readonly Range[]): Promise<void> {
  const draft = `${file}.draft-${randomUUID()}`;
  try {
    await writeNew(draft, rows, staying);
    const [now, read] = [await stat(file), await rows.stat()];
    if (now.ino !== read.ino) throw new Error("another file was put in its place meanwhile; type it again");
    await rename(draft, file);
  } catch (thrown) {
    await rm(draft, { force: true });
    throw thrown;
  }
}

async function rowsIn(dir: string): Promise<FileHandle> {
  const file = rowsFileOf(dir);
  const rows = await openRows(file);
  if (rows === undefined) throw new HarnessError("bad-input", `there is no history at ${file}`);
  return rows;
}

/** With the byte after what was read; empty lines are left out. */
async function linesIn(rows: FileHandle): Promise<{ readonly lines: readonly Line[]; readonly end: number }> {
  const lines: Line[] = [];
  let from = 0;
  for await (const line of linesFrom(rows, 0)) {
    const range = { from, to: line.end };
    from = line.end;
    if (line.text === "") continue;
    const result = readRow(line);
    lines.push(result.ok ? { ...range, run: result.row.run, started: result.row.started } : range);
  }
  return { lines, end: from };
}

/** A run is its id and its begin: an id that was used again is another run. */
function keyOf({ run, started }: Pick<Line, "run" | "started">): string {
  return JSON.stringify([run, started]);
}

function pruningOf(lines: readonly Line[], { since, newest }: Keep): Pruning {
  const runs = new Map<string, { run: string; started: string; rows: number }>();
  for (const { run, started } of lines) {
    if (run === undefined || started === undefined) continue;
    const known = runs.get(keyOf({ run, started }));
    if (known === undefined) runs.set(keyOf({ run, started }), { run, started, rows: 1 });
    else known.rows += 1;
  }
  const sorted = [...runs.values()].toSorted((a, b) => Date.parse(a.started) - Date.parse(b.started));
  const old = sorted.filter(({ started }) => since !== undefined && Date.parse(started) < since);
  const beyond = newest === undefined ? [] : sorted.slice(0, Math.max(0, sorted.length - newest));
  const going = sorted.filter((run) => old.includes(run) || beyond.includes(run));
  const rowsGoing = going.reduce((sum, { rows }) => sum + rows, 0);
  const rows = lines.filter(({ run }) => run !== undefined).length;
  const ids = new Set(going.map(({ run }) => run));
  const twice = sorted.filter((one) => ids.has(one.run) && !going.includes(one));
  return { runs: going, twice, rowsKept: rows - rowsGoing, unread: lines.length - rows };
}

/** Through to the disk. Rejects when there is a file of that name. */
async function writeNew(file: string, rows: FileHandle, ranges: readonly Range[]): Promise<void> {
  const handle = await open(file, "wx", 0o666);
  try {
    // Unlike `write`, it goes on until all is written.
    await handle.writeFile(piecesOf(rows, ranges));
    await handle.sync();
  } catch (thrown) {
    await rm(file, { force: true });
    throw thrown;
  } finally {
    await handle.close();
  }
}

const mostBytes = 2 ** 20;

/** Ranges that follow on one another are read together. */
async function* piecesOf(rows: FileHandle, ranges: readonly Range[]): AsyncGenerator<Buffer> {
  let [from, to] = [0, 0];
  for (const range of [...ranges, { from: Infinity, to: Infinity }]) {
    if (range.from !== to) {
      while (from < to) {
        const piece = Buffer.alloc(Math.min(to - from, mostBytes));
        const { bytesRead } = await rows.read(piece, 0, piece.length, from);
        if (bytesRead === 0) throw new Error("the file was cut meanwhile");
        from += bytesRead;
        yield piece.subarray(0, bytesRead);
      }
      from = range.from;
    }
    to = range.to;
  }
}

async function bytesFrom(rows: FileHandle, from: number): Promise<Buffer> {
  const { size } = await rows.stat();
  const pieces: Buffer[] = [];
  for await (const piece of piecesOf(rows, [{ from, to: size }])) pieces.push(piece);
  return Buffer.concat(pieces);
}
