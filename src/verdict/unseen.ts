// Beside what could not be seen stands why: the words that windows carry, counted.

import { countWords, wordsText } from "../core/reasons.ts";
import type { WindowFact } from "../records/facts/windows.ts";

/** So many names, and so many words of each, are told in one sentence. */
const mostNames = 3;
const mostWords = 3;

/**
 * `replicas.front: front-1 answered 401 (12×); users.count: …`, over windows that were not seen; empty when nothing is
 * known of why.
 */
export function unseenWhy(windows: readonly WindowFact[]): string {
  const blind = windows.filter(({ state }) => state === "unseen");
  const names = [...new Set(blind.flatMap(({ reasons }) => Object.keys(reasons ?? {})))];
  const told = names.slice(0, mostNames).map((name) => `${name}: ${why(blind, name)}`);
  return told.join("; ");
}

function why(windows: readonly WindowFact[], name: string): string {
  return wordsText(countWords(windows.flatMap(({ reasons }) => reasons?.[name] ?? [])), mostWords);
}

/** ` (status 404 10×)`, in a window that is not good; empty where nothing is known of why. */
export function reasonBeside(name: string, reasons: WindowFact["reasons"]): string {
  const reason = reasons !== undefined && Object.hasOwn(reasons, name) ? reasons[name] : undefined;
  return reason === undefined ? "" : ` (${reason.replaceAll(/ \((\d+×)\)/g, " $1")})`;
}
