// Of what words a stored passage's vector was made: whoever embeds it again must take the same ones.
import { embeddingText as textOfCorpus } from "../corpus/chunker.ts";
import { embeddingText as textOfDocument } from "../ingestion/passages.ts";
import type { Lineage } from "./lineage.ts";

/** The batch that passages of the corpus are in once they were written again. */
const OF_SNAPSHOT = "snapshot";
/** Ids of the corpus end with a number; a document's own id may not. */
const CORPUS_ID = /#\d+$/;

/** The text that is embedded for a passage of the corpus, or of a document that came in later. */
export function embeddedText(
  { id, title, text }: { readonly id: string; readonly title: string; readonly text: string },
  lineage: Pick<Lineage, "batch"> | undefined,
): string {
  const isOfCorpus = CORPUS_ID.test(id) && (lineage === undefined || lineage.batch === OF_SNAPSHOT);
  return isOfCorpus ? textOfCorpus({ symbol: title, text }) : textOfDocument({ title, text });
}
