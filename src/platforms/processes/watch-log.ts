// Writes down for a trial what its stack writes: look by look, bounded, so that a stack that writes without end fills
// no timeline.

import { setTimeout as delay } from "node:timers/promises";
import type { LogWatched } from "../../core/platform.ts";
import type { Ms } from "../../core/units.ts";
import { redact, readFrom } from "./stack-log.ts";

const lookEveryMs: Ms = 100;
const most = { linesALook: 40, linesATrial: 4_000, bytesALook: 262_144 } as const;

/**
 * Until the signal, and once more after it. Never rejects: a log that cannot be read says nothing. `secrets` are
 * blacked out; of more than 256 KiB a look the newest are read.
 */
export async function watchLog(
  file: string,
  secrets: readonly string[],
  { now, record, signal }: LogWatched,
): Promise<void> {
  let [offset, from, left, rest] = [0, 0, most.linesATrial as number, ""];
  const look = async (isLast: boolean): Promise<void> => {
    const begun = now();
    const { text, next, skipped } = await readFrom(file, offset, most.bytesALook).catch(() => nothingAt(offset));
    offset = next;
    const parts = (skipped ? text : rest + text).split("\n");
    rest = isLast ? "" : (parts.pop() ?? "").slice(-most.bytesALook);
    // Where bytes were skipped the first line is torn.
    const all = parts.slice(skipped ? 1 : 0).filter((line) => line.trim() !== "");
    const lines = all.slice(0, Math.min(left, most.linesALook)).map((line) => redact(line, secrets));
    left -= lines.length;
    const more = all.length - lines.length;
    if (all.length > 0) record({ kind: "log", from, at: now(), lines, ...(more > 0 && { more }) });
    from = begun;
  };
  while (!signal.aborted) {
    await look(false);
    await delay(lookEveryMs, undefined, { signal, ref: false }).catch(() => undefined);
  }
  await look(true);
}

function nothingAt(next: number): Awaited<ReturnType<typeof readFrom>> {
  return { text: "", next, skipped: false };
}
