// Which documents a vector replica never had and a sibling has, by name: found part by part.
import type { Eyes, ReplicaEntry } from "../nouns.ts";

/** What one replica lacks of another's. */
export interface Lacking {
  readonly sibling: string;
  /** By name; null: what the sibling holds was not seen. */
  readonly documents: readonly string[] | null;
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
  if (odd.length === 0) return [];
  const theirHeld = await eyes.held(port, odd);
  const ourHeld = await eyes.held(own.port, odd);
  if (theirHeld === null || ourHeld === null) return null;
  const known = new Set(ourHeld.map(({ document }) => document));
  return theirHeld.flatMap(({ document, isThere }) => (isThere && !known.has(document) ? [document] : []));
}

/** `vector-1 has 3 documents that it never had: a, b and 1 more`. */
export function lackingInWords(lacking: readonly Lacking[]): string {
  const most = 3;
  return lacking
    .map(({ sibling, documents }) => {
      if (documents === null) return `what ${sibling} holds was not seen`;
      if (documents.length === 0) return `${sibling} has no document that it never had`;
      const more = documents.length > most ? ` and ${documents.length - most} more` : "";
      const names = `${documents.slice(0, most).join(", ")}${more}`;
      return `${sibling} has ${documents.length} that it never had: ${names}`;
    })
    .join("; ");
}
