// What is odd about a replica's answers and counts, in words; each needs no label and costs nothing besides the look.
import type { AnswerShape, ManifestView } from "../telemetry/vector-views.ts";
import { NUMBERS } from "../numbers.ts";

/** Null: the answers look as answers do. A healthy index gives none of these, so that one is enough. */
export function oddShape({ answers, short, unknown, repeated, alike }: AnswerShape): string | null {
  const { alikeShare, leastAnswers } = NUMBERS.selfRetrieval;
  const odd = [
    ...(short > 0 ? [`${short} with fewer hits than were asked for`] : []),
    ...(unknown > 0 ? [`${unknown} with an id that nobody has stored`] : []),
    ...(repeated > 0 ? [`${repeated} with an id twice`] : []),
    ...(answers >= leastAnswers && alike > alikeShare * answers ? [`${alike} one and the same`] : []),
  ];
  return odd.length === 0 ? null : `of ${answers} answers ${odd.join(", ")}`;
}

/** Null: few of the rows that the index holds are dead. */
export function deadInWords({ rows, dead = 0 }: ManifestView): string | null {
  const { least, share } = NUMBERS.deadRows;
  if (dead <= least + share * rows) return null;
  return `${dead} rows of the index are dead, and ${rows} can be found`;
}

/** Null: as many rows can be found as the record store has. */
export function oddCount({ rows, records }: ManifestView): string | null {
  if (records === undefined || records === rows) return null;
  return `${rows} rows can be found by a search, and the record store has ${records}`;
}

/** Null: the index holds what the record store holds, as far as the replica says. */
export function oddDigest({ digests }: ManifestView): string | null {
  if (digests === undefined || digests.index === digests.records) return null;
  const [index, records] = [digests.index, digests.records].map((digest) => digest.slice(0, 8));
  return `the index holds other content (${index}) than the record store (${records})`;
}

/** Null: the vectors of the index have the middle that those of the record store have, as far as the replica says. */
export function oddCentroid({ vectors }: ManifestView): string | null {
  if (vectors === undefined || vectors.centroid >= NUMBERS.vectors.leastCentroid) return null;
  return `the mean of the index's vectors has a cosine of ${vectors.centroid.toFixed(4)} to that of the record store's`;
}

/** Null: they are as long as they should be. */
export function oddLengths({ vectors }: ManifestView): string | null {
  if (vectors === undefined || vectors.oddLengths === 0) return null;
  return `${(100 * vectors.oddLengths).toFixed(1)} % of the index's vectors lack, or have an odd length`;
}

/** Siblings whose index holds, to the row, what the record store of this replica holds. */
export function agreeingWith(
  { digests }: ManifestView,
  siblings: ReadonlyMap<string, { readonly manifest: ManifestView }>,
): string {
  const agree = [...siblings].filter(
    ([, { manifest }]) => digests !== undefined && manifest.digests?.index === digests.records,
  );
  return agree.length === 0 ? "" : `; ${agree.map(([replica]) => replica).join(" and ")} holds what that does`;
}
