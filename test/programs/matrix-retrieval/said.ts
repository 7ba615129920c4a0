// What a replica says of itself, figure by figure. What it does not say is null, and no healthy figure.
import type { VectorReplica } from "../../../targets/reference-ai-stack/vector/replica.ts";
import type { ManifestView } from "../../../targets/reference-ai-stack/healer/telemetry/vector-views.ts";

type ManifestAnswer = Awaited<ReturnType<VectorReplica["manifest"]>>;
type Checked = Awaited<ReturnType<VectorReplica["selfRetrieval"]>>;

export interface Said {
  readonly ext: number | null;
  readonly int: number | null;
  readonly differing: number | null;
  /** Null: it says nothing of its index's hash. */
  readonly hashFits: boolean | null;
  readonly countFits: boolean;
  /**
   * The record store holds of the same documents what that of a whole peer holds; `other`: it has other documents;
   * null: one of them does not say.
   */
  readonly peerFits: boolean | "other" | null;
  /** Cosine of the means of the index's vectors and of the record store's, and rows of an odd length. */
  readonly vectors: NonNullable<ManifestAnswer["vectors"]> | null;
  /** Shares of the answers that name a row nobody has stored, that name one twice, and that are too few. */
  readonly unknown: number | null;
  readonly repeated: number | null;
  readonly short: number | null;
  /** So many of all answers are one and the same. */
  readonly alike: number | null;
  /** Dead rows for each that can be found. */
  readonly deadShare: number;
  /** The file at the path is the one that is answered from, and the manifest there can be read. */
  readonly isInPlace: boolean;
  readonly isDescribed: boolean;
}

/** Of a look at all rows, its manifest, and what a peer says whose files are whole. */
export function saidBy(all: Checked, manifest: ManifestAnswer, peer: Pick<ManifestView, "digests">): Said {
  const { shape } = all;
  return {
    ext: all.share ?? null,
    int: all.internal.share ?? null,
    differing: shareOf(all.differing.length, all.checked),
    hashFits: manifest.indexHash === null ? null : manifest.indexHash === manifest.manifestHash,
    countFits: manifest.records - manifest.removed === manifest.rows,
    peerFits: peerFits(manifest.digests, peer.digests),
    vectors: manifest.vectors ?? null,
    unknown: shareOf(shape.unknown, shape.answers),
    repeated: shareOf(shape.repeated, shape.answers),
    short: shareOf(shape.short, shape.answers),
    alike: shareOf(shape.alike, shape.answers),
    deadShare: manifest.deadShare,
    isInPlace: manifest.inPlace === 1,
    isDescribed: manifest.described === 1,
  };
}

function shareOf(some: number, all: number): number | null {
  return all === 0 ? null : some / all;
}

function peerFits(own: ManifestAnswer["digests"], peer: ManifestView["digests"]): Said["peerFits"] {
  if (own === undefined || peer?.of === undefined) return null;
  return own.documents === peer.of.documents ? own.records === peer.records : "other";
}
