// The blocks of KV memory: who holds them, what is in them, and which are used first for something else.

/** One block: its row in the file, how many requests hold it, and the hash of what it is kept for. */
export interface Block {
  readonly row: number;
  refs: number;
  hash: string | undefined;
}

export interface Blocks {
  /** Blocks that nobody holds, those with something cached included. */
  free(): number;
  /** Of these hashes the leading ones that are cached, without a gap. */
  cached(hashes: readonly string[]): readonly Block[];
  isFree(block: Block): boolean;
  hold(block: Block): Block;
  /** The block that was free for longest, held from now on, whatever was cached in it; undefined: none is free. */
  takeFree(): Block | undefined;
  giveBack(blocks: readonly Block[]): void;
  /** Is something else cached under this hash? */
  knows(hash: string): boolean;
  keep(block: Block, hash: string): void;
  /** Forgets what is cached; answers in how many blocks that was. */
  forgetAll(): number;
}

/** So many blocks, all of them free and empty. */
export function createBlocks(count: number): Blocks {
  /** In the order in which they became free: the first are the first to be used for something else. */
  const free = new Set<Block>(Array.from({ length: count }, (_, row) => ({ row, refs: 0, hash: undefined })));
  const known = new Map<string, Block>();
  const hold = (block: Block): Block => {
    block.refs += 1;
    free.delete(block);
    return block;
  };
  return {
    free: () => free.size,
    isFree: (block) => free.has(block),
    hold,
    cached(hashes) {
      const missing = hashes.findIndex((hash) => !known.has(hash));
      return hashes.slice(0, missing === -1 ? hashes.length : missing).map((hash) => known.get(hash) as Block);
    },
    takeFree() {
      const [block] = free;
      if (block === undefined) return undefined;
      if (block.hash !== undefined) known.delete(block.hash);
      block.hash = undefined;
      return hold(block);
    },
    giveBack(blocks) {
      // The end of a prompt is of less use than its beginning, so it is used for something else first.
      for (const block of blocks.toReversed()) {
        block.refs -= 1;
        if (block.refs === 0) free.add(block);
      }
    },
    knows: (hash) => known.has(hash),
    keep(block, hash) {
      block.hash = hash;
      known.set(hash, block);
    },
    forgetAll() {
      const forgotten = known.size;
      for (const block of known.values()) block.hash = undefined;
      known.clear();
      return forgotten;
    },
  };
}
