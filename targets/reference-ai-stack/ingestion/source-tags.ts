// What kind of data a source sends, by the tags of what came from it: who changes that data has to know.
import type { Intake } from "./intake.ts";
import type { Batch, Ledger } from "./ledger.ts";

/** Every tag of every record that came from a source and is queued or published; sorted. */
export function createSourceTags(
  ledger: Pick<Ledger, "batches">,
  intake: Pick<Intake, "content">,
): (source: string) => readonly string[] {
  const known = new Map<number, readonly string[]>();
  const tagsIn = (batch: Batch): readonly string[] => {
    const found = known.get(batch.seq) ?? [
      ...new Set(intake.content(batch).toString("utf8").split("\n").flatMap(tagsOf)),
    ];
    known.set(batch.seq, found);
    return found;
  };
  return (source) => {
    const own = [...ledger.batches("queued"), ...ledger.batches("published")].filter((one) => one.source === source);
    return [...new Set(own.flatMap(tagsIn))].toSorted();
  };
}

/** Also of a record that has another form: who cannot be read may still say what it is. */
function tagsOf(line: string): readonly string[] {
  try {
    const record: unknown = JSON.parse(line);
    const tags = typeof record === "object" && record !== null && "tags" in record ? record.tags : [];
    const texts = Array.isArray(tags) ? tags.filter((tag): tag is string => typeof tag === "string") : [];
    return texts.map((tag) => tag.toLowerCase()).filter((tag) => /^[a-z][a-z0-9-]*$/.test(tag));
  } catch {
    return [];
  }
}
