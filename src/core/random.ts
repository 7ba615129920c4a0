// Chance comes in by the door too: one seeded generator, so the same seed gives the same plan.

/** A seeded source of uniform numbers in [0, 1). */
export interface Random {
  next(): number;
}

/** 32-bit FNV-1a hash of a text (Fowler–Noll–Vo, http://www.isthe.com/chongo/tech/comp/fnv/). */
export function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) {
    hash ^= text.charCodeAt(i);
    hash = Math.imul(hash, 0x01000193);
  }
  return hash >>> 0;
}

/** Mulberry32 (T. Ettinger, public domain), seeded by a number and a text that names what it is for. */
export function seededRandom(seed: number, purpose: string): Random {
  let state = (hash32(purpose) ^ Math.imul(seed | 0, 0x9e3779b1)) >>> 0;
  return {
    next() {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = state;
      mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
    },
  };
}

/** Picks one item; the list must not be empty. */
export function pick<T>(random: Random, items: readonly T[]): T {
  const item = items[Math.floor(random.next() * items.length)];
  if (item === undefined) throw new RangeError("pick() needs at least one item");
  return item;
}
