// The healer's own golden questions: about symbols of the corpus, each with the passages that an answer is made from
// and the one that it must cite. Drawn from the corpus, so that nobody has to keep them; read when first needed.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Passage } from "../../common/passages.ts";
import { NUMBERS } from "../numbers.ts";

export interface GoldenQuestion {
  readonly question: string;
  readonly passages: readonly Passage[];
  /** Id of the passage that answers it. */
  readonly wanted: string;
}

export interface Corpus {
  readonly goldens: readonly GoldenQuestion[];
  /** Does the corpus know a symbol of this name? */
  knows(symbol: string): boolean;
}

/** As many as a paired comparison may need. */
const COUNT = NUMBERS.answers.paired.mostPairs;
/** Beside the right one; as many as the gateway hands out less one. */
const OTHERS = 3;

/** Null: there is no corpus to be read. */
export function readCorpus(cacheDir: string): Corpus | null {
  try {
    const folder = join(cacheDir, "corpus");
    const files = readdirSync(folder).filter((name) => name.endsWith(".jsonl"));
    const text = files.map((name) => readFileSync(join(folder, name), "utf8")).join("");
    return corpusOf(text);
  } catch {
    return null;
  }
}

/** Of JSON Lines with `id`, `symbol` and `text`. */
export function corpusOf(lines: string): Corpus | null {
  const rows = lines
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Passage & { readonly symbol: string });
  const order = (id: string): string => createHash("sha256").update(`golden ${id}`).digest("hex");
  const fit = rows.filter(({ id, symbol, text }) => id.endsWith("#1") && symbol.includes(".") && text.length > 80);
  const drawn = fit.toSorted((a, b) => (order(a.id) < order(b.id) ? -1 : 1));
  const goldens = drawn.slice(0, COUNT).map(({ id, symbol, text }, at): GoldenQuestion => {
    const others = drawn.slice(COUNT + at * OTHERS).slice(0, OTHERS);
    const passages = [{ id, text }, ...others.map((one) => ({ id: one.id, text: one.text }))];
    return { question: `What is ${symbol} for?`, passages, wanted: id };
  });
  if (goldens.length < COUNT) return null;
  return { goldens, knows: (symbol) => lines.includes(symbol) };
}
