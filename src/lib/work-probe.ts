// How quick this machine is: the same work of one thread, timed. It tells nights on a slow machine from nights with a
// slow stack.

const items = 60_000;
/** The first rounds are compiled on the way. */
const warmRounds = 3;
const rounds = 9;

/**
 * Median time of one round, ms: numbers are made by a 32-bit generator, sorted as doubles, and summed. About 0.2 s in
 * all. The same on every machine, so that it may not be changed without saying so in the history's rows.
 */
export function timeFixedWork(now: () => number = () => performance.now()): number {
  const times: number[] = [];
  let sink = 0;
  for (let round = 0; round < warmRounds + rounds; round += 1) {
    const began = round < warmRounds ? undefined : now();
    sink += oneRound();
    if (began !== undefined) times.push(now() - began);
  }
  // The sum is the same each time; asking for it keeps the work from being left out.
  if (!Number.isFinite(sink)) throw new Error("the fixed work came to no number");
  return times.toSorted((a, b) => a - b)[Math.floor(rounds / 2)] ?? 0;
}

function oneRound(): number {
  const values = new Float64Array(items);
  let state = 0x9e3779b9;
  for (let at = 0; at < items; at += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    values[at] = state / 7;
  }
  values.sort();
  let sum = 0;
  for (let at = 0; at < items; at += 1) sum += (values[at] ?? 0) * ((at % 7) + 1);
  return sum;
}
