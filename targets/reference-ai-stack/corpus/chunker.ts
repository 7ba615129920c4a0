// Cuts the API documentation in @types/node into passages: one per JSDoc block, long ones split at paragraphs.
// Deterministic: the same sources and version give the same ids and texts, so caches can go by content hash.
import { cleanComment, splitProse } from "./comment.ts";
import { createScopes } from "./scopes.ts";
import { truncateInput } from "../embedder/input.ts";

/** Part of the corpus hash, as the limits are: raise it with every change of the rules that alters ids or texts. */
export const CHUNKER_VERSION = 1;

/** Shorter documentation says nothing that a question could ask for. In characters of prose. */
export const MIN_PROSE = 80;

/** One retrievable piece of the corpus. */
export interface Passage {
  /** `<symbol>#<n>`, n counting from 1 over the passages of one symbol in reading order. */
  readonly id: string;
  /** The documented name with its module, such as `fs.readFileSync`. */
  readonly symbol: string;
  readonly text: string;
}

export interface SourceFile {
  /** Path below the package, with `/`. */
  readonly path: string;
  readonly content: string;
}

/** What is embedded for a passage. The embedder reads only the beginning, so the telling words stand first. */
export function embeddingText(passage: Pick<Passage, "symbol" | "text">): string {
  return `${passage.symbol}: ${passage.text}`;
}

/**
 * All passages of the sources, in the order given. Left out: undocumented-by-length blocks, the callback doubles that
 * only carry types (`__promisify__`), documentation repeated word for word, and overloads that begin like one before:
 * no search could tell them apart.
 */
export function chunk(sources: readonly SourceFile[]): readonly Passage[] {
  const passages: Passage[] = [];
  const perSymbol = new Map<string, number>();
  const seen = new Set<string>();
  for (const source of sources) {
    for (const block of documentedBlocks(source)) {
      const prose = cleanComment(block.comment);
      if (prose.length < MIN_PROSE || seen.has(prose) || block.symbol.includes("__promisify__")) continue;
      seen.add(prose);
      for (const text of splitProse(prose)) {
        const beginning = truncateInput(embeddingText({ symbol: block.symbol, text }));
        if (seen.has(beginning)) continue;
        seen.add(beginning);
        const n = (perSymbol.get(block.symbol) ?? 0) + 1;
        perSymbol.set(block.symbol, n);
        passages.push({ id: `${block.symbol}#${n}`, symbol: block.symbol, text });
      }
    }
  }
  return passages;
}

interface DocumentedBlock {
  readonly symbol: string;
  readonly comment: string;
}

function documentedBlocks(source: SourceFile): readonly DocumentedBlock[] {
  const blocks: DocumentedBlock[] = [];
  const scopes = createScopes(source.path.replace(/\.d\.ts$/, ""));
  let comment: string[] | undefined;
  let waiting: string | undefined;
  for (const line of source.content.split("\n")) {
    if (comment === undefined && /^\s*\/\*\*/.test(line)) comment = [];
    if (comment !== undefined) {
      comment.push(line);
      if (!line.includes("*/")) continue;
      waiting = comment.join("\n");
      comment = undefined;
      continue;
    }
    if (line.trim() === "" || /^\s*\/\//.test(line)) continue;
    const symbol = scopes.enter(line);
    if (waiting !== undefined) {
      if (symbol !== undefined) blocks.push({ symbol, comment: waiting });
      waiting = undefined;
    }
  }
  return blocks;
}
