// Opens a replica's index as often as wanted, and knows whether the file at its path is still the one that is open.
import type { VectorEngine } from "./engines/engine.ts";
import { fileNumber } from "./engines/generation.ts";
import { openChecked } from "./engines/open-checked.ts";
import { settle } from "./engines/publish.ts";
import type { IndexFiles } from "./layout.ts";

/** Settles what was begun and opens the index, as often as wanted, and tells of any whose engine ended by itself. */
export function openerOf(files: IndexFiles, engine: VectorEngine) {
  let ended: (reason: string) => void = () => undefined;
  let served: string | undefined;
  return {
    open: async (): ReturnType<typeof openChecked> => {
      await settle(files);
      const { before, after, opened } = await openBetween(engine, files);
      // No engine tells which file it has open: where another one came meanwhile, it may be either.
      served = before === after ? before : undefined;
      void opened.index.ended?.then((reason) => ended(reason));
      return opened;
    },
    /** No other file has its number as long as it is open. */
    isInPlace: () => served !== undefined && fileNumber(files.index) === served,
    onEnd: (listener: (reason: string) => void) => void (ended = listener),
  };
}

/** Once more where another file came to the path meanwhile, as long as that may be chance. */
async function openBetween(engine: VectorEngine, files: IndexFiles) {
  for (let time = 1; ; time += 1) {
    const before = fileNumber(files.index);
    const opened = await openChecked(engine, files);
    const after = fileNumber(files.index);
    if (before === after || time === MOST_TIMES) return { before, after, opened };
    await opened.index.close();
  }
}

const MOST_TIMES = 3;
