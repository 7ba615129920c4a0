// Has the index file take up what lies behind it in memory, written by the replica itself: in a thread of its own
// process, so that searches are answered meanwhile, and what ends the process ends the writing. What is there is
// extended and not made anew, so an index whose bytes are not those of its manifest is refused, never flushed over.
import { once } from "node:events";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { projectRoot } from "../config.ts";
import { makeIndex, steadyNow } from "../supervisor/restore/make-index.ts";
import { messageOf } from "../common/log.ts";
import type { VectorEngine } from "./engines/engine.ts";
import type { VectorEngineName } from "./engines/names.ts";
import type { IndexFiles } from "./layout.ts";

/** Of the file as it is now; `added`: rows that it did not hold before. */
export interface Saved {
  readonly hash: string;
  readonly rows: number;
  readonly added: number;
}

/** What the thread is given, and what it answers. */
export interface SaveTask {
  readonly dir: string;
  readonly engine: VectorEngineName;
  /** By then the new version is in its place, or never, ms on `steadyNow`. */
  readonly until: number;
}
export type SaveAnswer = { readonly saved: Saved } | { readonly reason: string };

/**
 * What takes longer is not put in place, ms: the supervisor waits 10 s more, and then lets others change the index.
 * 2,000 rows take half a second.
 */
const SAVE_WITHIN_MS = 50_000;

/** The new version is in its place, and the replica answers from the old one still. */
export class NotOpened extends Error {
  constructor(reason: string) {
    super(`the new version lies in place of the old one, and could not be opened: ${reason}`);
    this.name = "NotOpened";
  }
}

/**
 * Puts a new version in the place of the old one, which holds the rows that the record store has besides; the replica
 * loads it when it is told to. Rejects, with the old version in place, when that is damaged, or the new one does not
 * find its rows, or it is not there by `until`, ms on `steadyNow`.
 */
export async function saveIndex(files: IndexFiles, engine: VectorEngine, until: number): Promise<Saved> {
  const { hash, rows, readded } = await makeIndex(files, files, engine, { until });
  return { hash, rows, added: readded };
}

/**
 * The same in a thread, and then `load`. Rejects while another one saves, and with {@link NotOpened} when `load` does;
 * needs the compiled thread.
 */
export function createSaver(
  { dir }: IndexFiles,
  { name: engine }: VectorEngine,
  load: () => Promise<unknown>,
  withinMs: number = SAVE_WITHIN_MS,
): () => Promise<Saved> {
  let isSaving = false;
  return async () => {
    if (isSaving) throw new Error("the index is being saved already");
    isSaving = true;
    const entry = join(projectRoot(), "dist/targets/reference-ai-stack/vector/save-thread.js");
    const worker = new Worker(entry, { workerData: { dir, engine, until: steadyNow() + withinMs } satisfies SaveTask });
    const ended = new AbortController();
    worker.once("exit", () => ended.abort(new Error("the thread that saves ended")));
    try {
      // An error of the thread rejects this too.
      const [answer] = (await once(worker, "message", { signal: ended.signal })) as [SaveAnswer];
      if ("reason" in answer) throw new Error(answer.reason);
      await load().catch((error: unknown) => {
        throw new NotOpened(messageOf(error));
      });
      return answer.saved;
    } finally {
      isSaving = false;
      await worker.terminate();
    }
  };
}
