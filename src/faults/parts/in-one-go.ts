// One look at a published file, or one change of it, in one go. A platform that cannot hold a file open reads before
// and writes after.

import { HarnessError } from "../../core/errors.ts";
import type { OpenFile } from "../../core/file-damage.ts";
import type { FileControl, Site } from "../../core/controls.ts";
import { need } from "./params.ts";

/** Ranges of bytes, `[first byte, bytes]`. */
type Places = readonly (readonly [number, number])[];

/** `places`: all that `act` will read. Undefined when no file is there, where the platform can tell. */
export async function inOneGo<T>(
  site: Site,
  kind: string,
  { path, places }: { readonly path: string; readonly places: Places },
  act: (file: OpenFile) => T,
): Promise<T | undefined> {
  const files = need(site, kind, "files");
  if (site.controls.edits !== undefined) return site.controls.edits.inOneGo(path, act);
  const { file, writes } = await readAhead(files, path, places);
  const result = act(file);
  for (const { at, bytes } of writes) await files.write(path, at, bytes);
  return result;
}

interface Write {
  readonly at: number;
  readonly bytes: Uint8Array;
}

async function readAhead(
  files: FileControl,
  path: string,
  places: Places,
): Promise<{ readonly file: OpenFile; readonly writes: readonly Write[] }> {
  const known: Write[] = [];
  for (const [at, length] of places.toSorted(([one], [other]) => one - other)) {
    known.push({ at, bytes: await files.read(path, at, length) });
  }
  const writes: Write[] = [];
  const file: OpenFile = {
    id: undefined,
    size: cannot,
    cut: cannot,
    read(at, length) {
      const range = rangeAt(known, at);
      return range === undefined ? new Uint8Array() : range.bytes.subarray(at - range.at, at - range.at + length);
    },
    write: (at, bytes) => void writes.push({ at, bytes }),
  };
  return { file, writes };
}

/** The last range that begins at or before `at`; they are in rising order. */
function rangeAt(known: readonly Write[], at: number): Write | undefined {
  let [low, high] = [0, known.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((known[middle]?.at ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return known[low - 1];
}

function cannot(): never {
  throw new HarnessError(
    "environment",
    "this platform cannot cut a published file, nor tell its size: modes truncate and links need that",
  );
}
