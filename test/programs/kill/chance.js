// What a round of the kill test does, by seed and number alone: same seed, same rounds.

/** When the harness is struck: after these words of its output (none: from its start), within this many ms. */
const moments = [
  { phase: "start", after: undefined, withinMs: 1_500 },
  { phase: "prepare", after: "preparing the kill target", withinMs: 300 },
  { phase: "boot", after: "prepared the kill target", withinMs: 1_000 },
  { phase: "warmup", after: " warmup ", withinMs: 300 },
  { phase: "baseline", after: " baseline ", withinMs: 1_000 },
  { phase: "inject", after: " inject ", withinMs: 250 },
  { phase: "observe", after: " observe ", withinMs: 1_200 },
  { phase: "revert", after: " revert ", withinMs: 250 },
  { phase: "after", after: " after ", withinMs: 2_500 },
  { phase: "teardown", after: " teardown ", withinMs: 300 },
  { phase: "report", after: " done ", withinMs: 200 },
  // Its own undoing, begun by Ctrl-C while the fault is in place.
  { phase: "undoing", after: "SIGINT: taking", withinMs: 400, interruptAfter: " observe " },
];

/** Who is struck, and how often of ten. */
const strikes = [
  { name: "harness", share: 4 },
  { name: "watchdog, then harness", share: 1 },
  { name: "both at once", share: 1 },
  { name: "harness, then watchdog", share: 2 },
  { name: "harness hangs", share: 2 },
];

/** A generator of numbers from 0 to 1 (mulberry32). */
function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Every number below `length` once, in an order of the seed. */
function shuffled(length, next) {
  const order = Array.from({ length }, (_, index) => index);
  for (let last = length - 1; last > 0; last -= 1) {
    const other = Math.floor(next() * (last + 1));
    [order[last], order[other]] = [order[other], order[last]];
  }
  return order;
}

/**
 * Round `number` (from 1): faults in turn, moments and strikes in an order of the seed that comes to each of them as
 * often as to any other, and a random instant within the moment.
 */
export function roundOf(seed, number, faults) {
  const index = number - 1;
  const turn = (length, salt) => {
    const pass = Math.floor(index / length);
    return shuffled(length, random(seed * 7_919 + pass * 104_729 + salt))[index % length];
  };
  const deck = strikes.flatMap(({ name, share }) => Array.from({ length: share }, () => name));
  const next = random(seed * 31_337 + number);
  const moment = moments[turn(moments.length, 1)];
  return {
    number,
    fault: faults[(index + Math.floor(index / moments.length)) % faults.length],
    moment,
    delayMs: Math.round(next() * moment.withinMs),
    strike: deck[turn(deck.length, 2)],
    gapMs: Math.round(next() * 300),
    trialSeed: 1 + Math.floor(next() * 1_000_000),
  };
}
