// Writes down for a trial what its stack writes: look by look, bounded by the second, so that a stack that writes
// without end fills no timeline, and is still heard when something happens.

import { setTimeout as delay } from "node:timers/promises";
import type { LogWatched } from "../../core/platform.ts";
import type { Ms } from "../../core/units.ts";
import { makeLineCutter } from "./log-lines.ts";
import { redact, readFrom } from "./stack-log.ts";

const lookEveryMs: Ms = 100;
/** `linesEachLook` are earned by every look; what is not used is kept for later, up to `linesSaved`. */
const most = { linesALook: 40, linesEachLook: 4, linesSaved: 400, bytesALook: 262_144 } as const;
/** Of too many lines these are kept first. */
const trouble = /\b(?:error|fatal|panic|exception|traceback|critical|warn(?:ing)?|fail(?:ed|ure)?|refused|corrupt)/i;

/**
 * Until the signal, and once more after it. Never rejects: a log that cannot be read says nothing. `secrets` are
 * blacked out; of more than 256 KiB a look the newest are read, and the other lines counted.
 */
export async function watchLog(
  file: string,
  secrets: readonly string[],
  { now, record, signal }: LogWatched,
): Promise<void> {
  const cutter = makeLineCutter();
  let [offset, from, saved, more] = [0, 0, most.linesSaved as number, 0];
  const look = async (isLast: boolean): Promise<void> => {
    const begun = now();
    const piece = await readFrom(file, offset, most.bytesALook).catch(() => undefined);
    offset = piece?.next ?? offset;
    const cuts = [...(piece === undefined ? [] : [cutter.take(piece)]), ...(isLast ? [cutter.end()] : [])];
    const all = cuts.flatMap(({ lines }) => lines);
    const lines = chosen(all, Math.min(saved, most.linesALook)).map((line) => redact(line, secrets));
    more += all.length - lines.length + (piece?.skippedLines ?? 0) + cuts.reduce((sum, { torn }) => sum + torn, 0);
    saved = Math.min(most.linesSaved, saved - lines.length + most.linesEachLook);
    if (lines.length > 0 || (isLast && more > 0)) {
      record({ kind: "log", from, at: now(), lines, ...(more > 0 && { more }) });
      more = 0;
    }
    from = begun;
  };
  while (!signal.aborted) {
    await look(false);
    await delay(lookEveryMs, undefined, { signal, ref: false }).catch(() => undefined);
  }
  await look(true);
}

/** In their order: those that speak of trouble, then the newest. */
function chosen(lines: readonly string[], count: number): readonly string[] {
  if (lines.length <= count) return lines;
  const ranks = lines.map((line, n) => ({ n, isTrouble: trouble.test(line.slice(0, 500)) }));
  const first = ranks.toSorted((a, b) => Number(b.isTrouble) - Number(a.isTrouble) || b.n - a.n).slice(0, count);
  return first.toSorted((a, b) => a.n - b.n).map(({ n }) => lines[n] ?? "");
}
