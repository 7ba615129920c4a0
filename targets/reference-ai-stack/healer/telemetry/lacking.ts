// Which documents and versions a sibling has and a vector replica was never told of, by name: found part by part.
import { standingOf, type Standing } from "../../common/held-document.ts";
import type { Eyes, ReplicaEntry } from "../nouns.ts";

/** What one replica lacks of another's; null: what the sibling holds was not seen. */
export interface Lacking {
  readonly sibling: string;
  readonly documents: LackedDocuments | null;
}

/** By name. */
interface LackedDocuments {
  /** Of these the sibling has what the replica was never told of. */
  readonly behind: readonly string[];
  /** These they have in different versions, the replica in the lower one, and nobody can tell which is the newer. */
  readonly apart: readonly string[];
}

/**
 * Of each sibling, in their order; null where the replica itself was not seen, or none of its siblings. Documents that
 * are written just then may be among them.
 */
export async function lackingAt(
  eyes: Pick<Eyes, "holdings" | "held">,
  own: ReplicaEntry,
  replicas: readonly ReplicaEntry[],
): Promise<readonly Lacking[] | null> {
  const siblings = replicas.filter(({ service, replica }) => service === own.service && replica !== own.replica);
  const found = await Promise.all(
    siblings.map(async (one) => ({ sibling: one.replica, documents: await lackingOf(eyes, own, one) })),
  );
  return found.every(({ documents }) => documents === null) ? null : found;
}

/** The sibling is asked first: what came to both in between is at the replica, too. */
async function lackingOf(
  eyes: Pick<Eyes, "holdings" | "held">,
  own: ReplicaEntry,
  { pid, port }: ReplicaEntry,
): Promise<Lacking["documents"]> {
  if (pid === null) return null;
  const theirs = await eyes.holdings(port);
  const ours = await eyes.holdings(own.port);
  if (theirs === null || ours === null) return null;
  const odd = theirs.flatMap(({ digest }, part) => (digest === ours[part]?.digest ? [] : [part]));
  if (odd.length === 0) return { behind: [], apart: [] };
  const theirHeld = await eyes.held(port, odd);
  const ourHeld = await eyes.held(own.port, odd);
  if (theirHeld === null || ourHeld === null) return null;
  const known = new Map(ourHeld.map((one) => [one.document, one]));
  const named = (standing: Standing): readonly string[] =>
    theirHeld.flatMap((one) => (standingOf(known.get(one.document), one) === standing ? [one.document] : []));
  return { behind: named("behind"), apart: named("apart") };
}

/** How much it lacks of a sibling that was seen. */
export function lackedOf({ documents }: Lacking): number {
  return documents === null ? 0 : documents.behind.length + documents.apart.length;
}

/** `vector-1 has 3 documents or versions that it never had: a, b and 1 more`. */
export function lackingInWords(lacking: readonly Lacking[]): string {
  return lacking
    .map(({ sibling, documents }) => {
      if (documents === null) return `what ${sibling} holds was not seen`;
      const { behind, apart } = documents;
      if (behind.length + apart.length === 0) return `${sibling} has no document or version that it never had`;
      const newer = `${sibling} has ${behind.length} documents or versions that it never had: ${named(behind)}`;
      const other = `${sibling} has ${apart.length} in another version, and which is newer is not known: ${named(apart)}`;
      return [...(behind.length > 0 ? [newer] : []), ...(apart.length > 0 ? [other] : [])].join("; ");
    })
    .join("; ");
}

const MOST_NAMED = 3;

function named(documents: readonly string[]): string {
  const more = documents.length > MOST_NAMED ? ` and ${documents.length - MOST_NAMED} more` : "";
  return `${documents.slice(0, MOST_NAMED).join(", ")}${more}`;
}
