// A healthy load that is never the same twice: days that go up and down, bursts, and prompts of every length. Pure.

/** A source of uniform numbers in [0, 1). */
type Chance = () => number;

/** A day of the soak, ms: in an hour there are ten of them. */
export const DAY_MS = 360_000;
/** Every so often the rate is half as high again for a while, ms. */
const BURST_EVERY_MS = 97_000;
const BURST_MS = 12_000;
const MEAN = 10;
const SWING = 5;

/** Requests a second at that time since the start. */
export function ratePerSecond(ms: number): number {
  const ofDay = MEAN + SWING * Math.sin((2 * Math.PI * ms) / DAY_MS);
  const inBurst = ms % BURST_EVERY_MS >= BURST_EVERY_MS - BURST_MS;
  return inBurst ? 1.5 * ofDay : ofDay;
}

/** Time to the next request, ms: they come by chance (Poisson). */
export function gapMs(ms: number, chance: Chance): number {
  return (-1000 * Math.log(1 - chance())) / ratePerSecond(ms);
}

const LETTERS = ["Wie lese ich eine Datei?", "ファイルを読むには？", "كيف أقرأ ملفا؟", "read file 📄 how", "?", "a"];

/** Four of five are questions of the golden set; the others are short, long, or in other scripts. */
export function promptOf(questions: readonly string[], chance: Chance): { text: string; stream: boolean } {
  const pick = (list: readonly string[]): string => list[Math.floor(chance() * list.length)] ?? "";
  const kind = chance();
  const stream = chance() >= 0.1;
  if (kind < 0.8) return { text: pick(questions), stream };
  if (kind < 0.9) return { text: pick(LETTERS), stream };
  const several = Array.from({ length: 2 + Math.floor(chance() * 12) }, () => pick(questions));
  return { text: several.join(" "), stream };
}
