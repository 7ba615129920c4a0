// Seeded chance: the same seed gives the same script, so that a trial can be told again from its number.

/** Numbers for one purpose; different purposes of one seed do not disturb each other. */
export interface Chance {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform in [lo, hi). */
  between(lo: number, hi: number): number;
}

/** Mulberry32 (T. Ettinger, public domain) on the seed mixed with the purpose by FNV-1a. */
export function makeChance(seed: number, purpose: string): Chance {
  let state = 0x811c9dc5;
  for (const unit of `${seed} ${purpose}`) state = Math.imul(state ^ (unit.codePointAt(0) ?? 0), 0x01000193);
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  return { next, between: (lo, hi) => lo + next() * (hi - lo) };
}
