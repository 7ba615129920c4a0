// The model that a running embedder answers with: loaded when it is first needed, and loaded anew when its files were
// replaced, while the one before answers on.
import { messageOf } from "../common/log.ts";
import { MODEL_ID } from "./cache.ts";
import { readInstalled } from "./model-files.ts";
import type { Embedder } from "./model.ts";
import type { ModelThread } from "./model-thread.ts";

/** A model with the name under which its vectors are kept. */
interface NamedEmbedder extends Embedder {
  readonly name: string;
}

export interface HeldModel {
  /** Whose vectors are given out now. Rejects where installed files are not what their manifest says. */
  name(): Promise<string>;
  /** The name as it was last seen; null: nobody has asked for it yet. */
  known(): string | null;
  /** Loads it if it is not loaded. Rejects when it cannot be. */
  loaded(): Promise<NamedEmbedder>;
  /** "waiting", "loading", "ready" or "failed". */
  state(): string;
  /** Why the files that lie there now are not loaded, and the model before answers on; undefined: they are. */
  reload(): Promise<string | undefined>;
}

interface Held extends ModelThread {
  readonly name: string;
}

/**
 * `folder`: where its files are installed; absent: in the package, where nothing is ever replaced. `start`: loads them.
 */
export function holdModel(
  folder: string | undefined,
  start: (folder?: string) => Promise<ModelThread>,
  heard: (what: string, reason?: string) => void = () => undefined,
): HeldModel {
  let state = "waiting";
  let loading: Promise<Held> | undefined;
  let turn: Promise<unknown> = Promise.resolve();
  const name = keepName(folder);
  // Files that are not what their manifest says are not loaded.
  const load = async (): Promise<Held> => {
    const checked = await name.now();
    return { name: checked, ...(await start(folder)) };
  };
  const first = async (): Promise<Held> => {
    state = "loading";
    try {
      // Looked at anew: files may have been replaced since their name was asked for.
      const held = await load();
      name.set(held.name);
      state = "ready";
      heard("model loaded");
      return held;
    } catch (error) {
      state = "failed";
      heard("model not loaded", messageOf(error));
      throw error;
    }
  };
  const again = async (): Promise<string | undefined> => {
    if (folder === undefined) return "its model is read out of its package";
    const before = loading;
    try {
      const held = await load();
      name.set(held.name);
      [loading, state] = [Promise.resolve(held), "ready"];
    } catch (error) {
      heard("model not loaded anew", messageOf(error));
      return messageOf(error);
    }
    heard("model loaded anew");
    // Whoever still waits for it gets its answer.
    void before?.then((held) => held.end()).catch(() => undefined);
    return undefined;
  };
  return {
    name: () => name.get(),
    known: () => name.known(),
    loaded: () => (loading ??= first()),
    state: () => state,
    reload() {
      const mine = turn.then(again);
      turn = mine;
      return mine;
    },
  };
}

/** The name of what lies in the folder, looked up once; where that failed, whoever asks next has it looked up again. */
function keepName(folder: string | undefined) {
  let name: Promise<string> | undefined;
  let known = folder === undefined ? MODEL_ID : null;
  const now = async (): Promise<string> => (folder === undefined ? MODEL_ID : (await readInstalled(folder)).name);
  return {
    /** Of the files as they are now. */
    now,
    known: () => known,
    set: (found: string) => void ([name, known] = [Promise.resolve(found), found]),
    async get(): Promise<string> {
      const mine = (name ??= now());
      try {
        const found = await mine;
        if (name === mine) known = found;
        return found;
      } catch (error) {
        if (name === mine) name = undefined;
        throw error;
      }
    },
  };
}
