// Cuts a document into passages at paragraphs, and says what of each is embedded.
import { passageId } from "../common/passage-ids.ts";
import type { IncomingRecord } from "./records.ts";

/** Longest passage, characters; a longer paragraph is cut at a word's end. */
const LONGEST = 2000;

interface Passage {
  readonly id: string;
  readonly title: string;
  readonly text: string;
}

/** None for a document that is deleted. The first has the document's id. */
export function passagesOf({ id, title, text }: IncomingRecord): readonly Passage[] {
  return pieces(text).map((piece, n) => ({ id: passageId(id, n), title, text: piece }));
}

/** What is embedded for a passage; as the gateway has it for documents that it stores itself. */
export function embeddingText({ title, text }: Pick<Passage, "title" | "text">): string {
  return `${title}\n${text}`;
}

function pieces(text: string): readonly string[] {
  const found: string[] = [];
  for (const paragraph of text.split(/\n\s*\n/)) {
    let rest = paragraph.trim();
    while (rest !== "") {
      const last = found.at(-1);
      if (last !== undefined && last.length + rest.length + 2 <= LONGEST) {
        found[found.length - 1] = `${last}\n\n${rest}`;
        break;
      }
      const cut = rest.length <= LONGEST ? rest.length : Math.max(rest.lastIndexOf(" ", LONGEST), LONGEST / 2);
      found.push(rest.slice(0, cut).trimEnd());
      rest = rest.slice(cut).trimStart();
    }
  }
  return found;
}
