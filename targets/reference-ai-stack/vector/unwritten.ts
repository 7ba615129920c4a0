// Whether somebody wrote to an index since it was last looked at, so that a look at all of it can be spared while
// nobody did. Git goes by the same marks (its index, and "racy git" in its technical documentation).
import { stat } from "node:fs/promises";
import { filesOf } from "./engines/generation.ts";

/**
 * What nobody wrote to is read again after this time all the same, ms: a disk that loses bytes by itself leaves no
 * mark, nor does who writes again to a page that is mapped.
 */
export const UNWRITTEN_MS = 5000;

/**
 * Marks are as sharp as the clock of the file system, 4 ms on Linux and more elsewhere: what was written this shortly
 * ago, ms, may be written again under the same mark.
 */
const SETTLED_MS = 100;

/** The marks of an index's files; null: written just now, so that the same marks say nothing. Rejects without files. */
export async function markOf(index: string, wallNow: () => number = Date.now): Promise<string | null> {
  const marks: string[] = [];
  for (const [name, path] of await filesOf(index)) {
    const { ino, size, mtimeNs, ctimeNs, ctimeMs } = await stat(path, { bigint: true });
    if (wallNow() - Number(ctimeMs) < SETTLED_MS) return null;
    marks.push([name, ino, size, mtimeNs, ctimeNs].join(":"));
  }
  return marks.join("/");
}

/** What `read` makes of an index, kept while it is unwritten; `now`: ms, going forward only; `wallNow`: since 1970. */
export function keepUnwritten<Made>(
  index: string,
  read: (index: string) => Promise<Made>,
  { now = () => performance.now(), wallNow = Date.now }: { now?: () => number; wallNow?: () => number } = {},
): () => Promise<Made> {
  let kept: { readonly mark: string; readonly made: Made; readonly until: number } | undefined;
  return async () => {
    const mark = await markOf(index, wallNow);
    if (kept !== undefined && kept.mark === mark && now() < kept.until) return kept.made;
    const until = now() + UNWRITTEN_MS;
    const made = await read(index);
    kept = mark === null ? undefined : { mark, made, until };
    return made;
  };
}
