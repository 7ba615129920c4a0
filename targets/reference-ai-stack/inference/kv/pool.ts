// KV memory with a real bound: blocks that running requests hold, and blocks of former ones that are kept as a cache
// until somebody needs the room. Who needs room when there is none takes it from the youngest that runs, which begins
// anew (vLLM's preemption by recompute).

import type { BlockFile } from "./block-file.ts";
import { createBlocks, type Block, type Blocks } from "./blocks.ts";

/** Thrown when a request needs more blocks than there are: it could never run. */
export class TooLong extends Error {
  constructor(needed: number, blocks: number) {
    super(`it needs ${needed} blocks of KV memory, and this engine has ${blocks}`);
    this.name = "TooLong";
  }
}

/** What one running request holds. */
export interface Lease {
  /** Leading blocks whose contents were there already, as they are stored now. */
  readonly cached: readonly string[];
  /** The rest of the prompt was read: its whole blocks are kept for others from now on. */
  keep(texts: readonly string[]): void;
  /** Room for so many blocks in all: true when it is there; false when this request itself lost its own. */
  grow(blocks: number): boolean;
  /** Another one took its blocks. */
  readonly isPreempted: boolean;
  /** Gives back what it holds; harmless twice. */
  release(): void;
}

export interface KvPool {
  readonly blocks: number;
  /** Blocks that running requests hold. */
  held(): number;
  /** Users' requests that wait for blocks. */
  waiting(): number;
  /**
   * Takes blocks for a prompt of these hashes (of its whole blocks) and of so many blocks in all; waits, in order,
   * until there is room. Rejects with {@link TooLong}, or at once with the signal's reason, wherever in the queue.
   */
  take(hashes: readonly string[], blocks: number, asker: Asker): Promise<Lease>;
  /** Forgets all that is cached; it is computed anew. Answers in how many blocks that was. */
  clearCache(): number;
}

/** For whom blocks are taken. */
export interface Asker {
  /** Aborts when the client goes away. */
  readonly signal: AbortSignal;
  /** It only looks whether anything is made: whoever counts what waits is to see users' requests. */
  readonly isProbe?: boolean;
}

/** Who waits for blocks. */
interface Waiter {
  readonly hashes: readonly string[];
  readonly wanted: number;
  readonly isProbe: boolean;
  readonly grant: (lease: Lease) => void;
  readonly fail: (error: unknown) => void;
}

interface Holding {
  readonly blocks: Block[];
  isPreempted: boolean;
}

/** What the parts of one pool share. */
interface Memory {
  readonly blocks: Blocks;
  readonly file: BlockFile;
  /** In the order in which they began. */
  readonly running: Holding[];
  /** First come, first served: a small one does not slip past a large one that waits. */
  readonly queue: Waiter[];
  readonly onPreempt: () => void;
}

/** `onPreempt` hears of each request that lost its blocks. */
export function createKvPool(count: number, file: BlockFile, onPreempt: () => void = () => undefined): KvPool {
  const memory: Memory = { blocks: createBlocks(count), file, running: [], queue: [], onPreempt };
  return {
    blocks: count,
    held: () => count - memory.blocks.free(),
    waiting: () => memory.queue.filter(({ isProbe }) => !isProbe).length,
    async take(hashes, wanted, asker) {
      if (wanted > count) throw new TooLong(wanted, count);
      asker.signal.throwIfAborted();
      const lease = memory.queue.length === 0 ? tryTake(memory, hashes, wanted) : undefined;
      return lease ?? waitFor(memory, { hashes, wanted }, asker);
    },
    // What somebody runs on is not found by others any more, and is free once he is done.
    clearCache: () => memory.blocks.forgetAll(),
  };
}

function waitFor(
  memory: Memory,
  asked: Pick<Waiter, "hashes" | "wanted">,
  { signal, isProbe = false }: Asker,
): Promise<Lease> {
  const { queue } = memory;
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      queue.splice(queue.indexOf(waiter), 1);
      reject(signal.reason instanceof Error ? signal.reason : new Error("aborted while waiting"));
      // Who comes behind may need less.
      serve(memory);
    };
    const stay = (): void => signal.removeEventListener("abort", leave);
    const waiter: Waiter = {
      ...asked,
      isProbe,
      grant(lease) {
        stay();
        resolve(lease);
      },
      fail(error) {
        stay();
        reject(error);
      },
    };
    signal.addEventListener("abort", leave, { once: true });
    queue.push(waiter);
  });
}

/** Grants blocks to those that wait, in order, as far as there is room. */
function serve(memory: Memory): void {
  for (let [first] = memory.queue; first !== undefined; [first] = memory.queue) {
    try {
      const lease = tryTake(memory, first.hashes, first.wanted);
      if (lease === undefined) return;
      first.grant(lease);
    } catch (error) {
      first.fail(error);
    }
    memory.queue.shift();
  }
}

function tryTake(memory: Memory, hashes: readonly string[], wanted: number): Lease | undefined {
  const { blocks, running } = memory;
  const cached = blocks.cached(hashes);
  const ofFree = cached.filter((block) => blocks.isFree(block)).length;
  if (blocks.free() - ofFree < wanted - cached.length) return undefined;
  const holding: Holding = { blocks: cached.map((block) => blocks.hold(block)), isPreempted: false };
  while (holding.blocks.length < wanted) holding.blocks.push(blocks.takeFree() as Block);
  running.push(holding);
  try {
    return leaseOf(memory, holding, { hashes, cachedCount: cached.length });
  } catch (error) {
    // What is cached could not be read.
    drop(memory, holding);
    throw error;
  }
}

function leaseOf(
  memory: Memory,
  holding: Holding,
  { hashes, cachedCount }: { readonly hashes: readonly string[]; readonly cachedCount: number },
): Lease {
  const { blocks, file } = memory;
  return {
    cached: holding.blocks.slice(0, cachedCount).map(({ row }) => file.read(row)),
    get isPreempted() {
      return holding.isPreempted;
    },
    keep(texts) {
      for (let n = cachedCount; n < hashes.length; n += 1) {
        const [hash = "", block, text = ""] = [hashes[n], holding.blocks[n], texts[n]];
        // Another one with the same prefix may have come first; a block without those before it is never found.
        if (block === undefined || blocks.knows(hash)) continue;
        if (!file.write(block.row, text)) return;
        blocks.keep(block, hash);
      }
    },
    grow(wanted) {
      while (!holding.isPreempted && holding.blocks.length < wanted) {
        const block = blocks.takeFree();
        if (block !== undefined) holding.blocks.push(block);
        else if (!preemptYoungest(memory)) return false;
      }
      return !holding.isPreempted;
    },
    release: () => drop(memory, holding),
  };
}

function drop(memory: Memory, holding: Holding): void {
  const { blocks, running } = memory;
  blocks.giveBack(holding.blocks.splice(0));
  const place = running.indexOf(holding);
  if (place !== -1) running.splice(place, 1);
  // Not before who takes them from another has them.
  queueMicrotask(() => serve(memory));
}

/** False when there is nobody but the one that asks. */
function preemptYoungest(memory: Memory): boolean {
  const youngest = memory.running.at(-1);
  if (youngest === undefined || memory.running.length < 2) return false;
  youngest.isPreempted = true;
  drop(memory, youngest);
  memory.onPreempt();
  return true;
}
