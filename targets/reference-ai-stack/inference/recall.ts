// What a decoder with a temperature does to symbols: instead of copying one from the passages it makes one up of their
// parts. Pure: the same text at the same temperature comes out the same.

import { withSymbols } from "../common/symbols.ts";

/** Chance between 0 and 1 that follows from a text alone. */
export type Dice = () => number;

/** Dice that begin with this text (FNV-1a), and go on by a linear congruence (Numerical Recipes). */
export function diceOf(text: string): Dice {
  let state = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) state = Math.imul(state ^ text.charCodeAt(at), 0x01000193) >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** The text with each of its symbols recalled instead of copied, with that probability. */
export function recalled(text: string, pool: readonly string[], chance: number, dice: Dice): string {
  return withSymbols(text, (symbol) => (dice() < chance ? madeUp(symbol, pool, dice) : symbol));
}

/** An id such as `fs.watch#1`, recalled. */
export function recalledId(id: string, pool: readonly string[], chance: number, dice: Dice): string {
  const [symbol = id, part] = id.split("#");
  if (dice() >= chance) return id;
  return `${madeUp(symbol, pool, dice)}${part === undefined ? "" : `#${part}`}`;
}

/** The first part of one symbol with words of others behind it; never one of the pool. */
function madeUp(symbol: string, pool: readonly string[], dice: Dice): string {
  const pick = (words: readonly string[]): string => words[Math.floor(dice() * words.length)] ?? "next";
  const words = [symbol, ...pool].flatMap((one) => wordsOf(one.split(".").at(-1) ?? one));
  const head = symbol.split(".")[0] ?? symbol;
  let made = `${head}.${pick(words).toLowerCase()}`;
  for (let tries = 0; tries < 4 || pool.includes(made); tries += 1) {
    if (tries >= 1 && !pool.includes(made) && made !== symbol) break;
    made += capital(pick(words));
  }
  return made;
}

function wordsOf(name: string): string[] {
  return name.match(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])/g) ?? [name];
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1).toLowerCase();
}
