// Lines of a file that grows. Only what is written after the first look counts; a file that begins anew is read anew,
// and what was written last to the one before is told as lost.

import { open } from "node:fs/promises";
import { StringDecoder } from "node:string_decoder";
import { setTimeout as sleep } from "node:timers/promises";
import type { LogSource } from "../../core/feed-source.ts";
import { messageOf } from "../../core/errors.ts";
import type { Ms } from "../../core/units.ts";
import { fitsWithin, SlowExpression, type Fit } from "../../lib/bounded-match.ts";
import type { Said } from "./claim-maker.ts";
import type { Listening } from "./listening.ts";

const lookEveryMs: Ms = 100;
/** So long the expressions may take over what one look has read: nothing else of ours goes on meanwhile. */
const matchingMs: Ms = 500;
/** Of a look so much is read at most, and of a line so much looked at. */
const [mostBytes, longestLine] = [1024 * 1024, 4000];

/**
 * Looks until the signal; never rejects. A file that was never there is no source that is open. One whose lines take an
 * expression too long is lost for good: it would hold us up again and again.
 */
export async function watchLines({ file, lines }: LogSource, { clock, signal, life, say }: Listening): Promise<void> {
  const patterns = lines.map((rule) => new RegExp(rule.matches, "u"));
  let decoder = new StringDecoder("utf8");
  let [last, torn]: [Place | undefined, string] = [undefined, ""];
  let wasMissing = false;
  while (!signal.aborted) {
    const from = clock.now();
    try {
      const piece = await readOn(file, last ?? (wasMissing ? { ino: 0, offset: 0 } : undefined));
      if (piece === undefined) {
        wasMissing = true;
        // Once it was there, it may be gone for a moment while it is rotated.
        if (last === undefined) life.lost("the log is not there");
        else life.sign(from);
        await sleep(lookEveryMs, undefined, { signal }).catch(() => undefined);
        continue;
      }
      if (piece.anew) [decoder, torn] = [new StringDecoder("utf8"), ""];
      if (piece.anew && last !== undefined) life.lost("the log began anew, and its last lines may not have been read");
      last = piece.next;
      const all = (torn + decoder.write(piece.bytes)).split("\n");
      torn = (all.pop() ?? "").slice(0, longestLine);
      const whole = all.map((line) => line.slice(0, longestLine));
      const said = fitsWithin(matchingMs, patterns, whole).flatMap((fit) => saidBy(lines, fit) ?? []);
      // What is not read yet may be news.
      life.sign(from, said.length > 0 || !piece.isAll);
      const at = clock.now();
      for (const one of said) say(one, at);
    } catch (thrown) {
      life.lost(messageOf(thrown).replaceAll(file, "the log"));
      if (thrown instanceof SlowExpression) return;
    }
    await sleep(lookEveryMs, undefined, { signal }).catch(() => undefined);
  }
}

/** How far which file was read. */
interface Place {
  readonly ino: number;
  readonly offset: number;
}

interface Piece {
  readonly bytes: Buffer;
  readonly next: Place;
  /** Another file, or shorter than it was. */
  readonly anew: boolean;
  readonly isAll: boolean;
}

/** From a place on; no place: from the end of the file as it is. undefined: it is not there. */
async function readOn(file: string, last: Place | undefined): Promise<Piece | undefined> {
  const handle = await open(file, "r").catch((thrown: unknown) => {
    if ((thrown as { code?: unknown }).code === "ENOENT") return undefined;
    throw thrown;
  });
  if (handle === undefined) return undefined;
  try {
    const { size, ino } = await handle.stat();
    if (last === undefined) return { bytes: Buffer.alloc(0), next: { ino, offset: size }, anew: false, isAll: true };
    const anew = size < last.offset || ino !== last.ino;
    const begin = anew ? 0 : last.offset;
    const bytes = Buffer.alloc(Math.min(mostBytes, size - begin));
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, begin);
    const offset = begin + bytesRead;
    return { bytes: bytes.subarray(0, bytesRead), next: { ino, offset }, anew, isAll: offset >= size };
  } finally {
    await handle.close();
  }
}

function saidBy(rules: LogSource["lines"], { line, index, groups }: Fit): Said | undefined {
  const rule = rules[index];
  if (rule === undefined) return undefined;
  const { matches: _matches, ...said } = rule;
  const there = Object.entries(groups).filter(([, value]) => value !== undefined);
  return { ...said, ...Object.fromEntries(there), reasons: [line] };
}
