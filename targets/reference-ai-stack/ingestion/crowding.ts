// What makes documents suspect that are well formed and say what they like: they crowd the right passages out of what
// is retrieved, as texts do that were written to be found by many questions. Nothing of that shows in the texts. The
// ingestion knows questions and the passage that each of them finds; once a batch is published, it counts those whose
// passage is not among the first any more, since that many documents of one source lie nearer.
//
// A document counts once for a question, however many of its passages lie nearer, and however often it is delivered or
// written anew: one page that tells more of a matter pushes no other out by itself.
import { mayBeOf } from "../common/passage-ids.ts";
import type { GoldenQuestion } from "../corpus/golden.ts";
import { cosine } from "../gateway/changed-documents.ts";
import type { Doors } from "./doors.ts";

/** A question finds its passage where fewer than so many documents lie nearer: the gateway retrieves as many. */
const RETRIEVED = 4;
/** So many questions that lost their passage are too many. */
const LEAST_CROWDED = 5;
/** Questions that are looked up by one call. */
const AT_ONCE = 40;
/** So much a cosine as an engine gives it may differ from the same as it is worked out here. */
const ROUNDING = 0.001;

/** A document as a batch has written it, with the vectors of its passages. */
export interface Written {
  readonly document: string;
  readonly vectors: readonly (readonly number[])[];
}

interface Asked extends GoldenQuestion {
  readonly vector: Float64Array;
  /** Cosine of its passage. */
  readonly own: number;
}

/** A document with a passage that lies nearer to a question than its own, as the last batch that brought it has it. */
interface Nearer {
  readonly seq: number;
  readonly source: string;
  readonly document: string;
}

export interface Crowding {
  /** Looks up a few questions of those that are not known, if any. Never rejects: what fails is tried the next time. */
  readonly learn: () => Promise<void>;
  /** Which batches are suspect now that this one is written, with the reason: it, and those before it. */
  readonly after: (
    batch: { readonly seq: number; readonly source: string },
    written: readonly Written[],
  ) => readonly { readonly seq: number; readonly says: string }[];
  /** Documents were taken back: which passages the questions find is to be looked up anew. */
  readonly forget: () => void;
}

interface Parts {
  readonly questions: readonly GoldenQuestion[];
  readonly doors: Pick<Doors, "embed" | "search">;
  /** Whether a batch is published, and not taken back. What came before this process is not known. */
  readonly stands: (seq: number) => boolean;
}

export function openCrowding({ questions, doors, stands }: Parts): Crowding {
  let next = 0;
  /** By question; those whose passage is not found are left out. */
  const known = new Map<string, Asked>();
  const nearer = new Map<string, readonly Nearer[]>();
  return {
    async learn() {
      const some = questions.slice(next, next + AT_ONCE);
      if (some.length === 0) return;
      const found = await lookUp(some, doors).catch(() => null);
      if (found === null) return;
      next += some.length;
      for (const one of found) known.set(one.question, one);
    },
    after(batch, written) {
      const own = written.map(({ document, vectors }) => ({ document, vectors: vectors.map(ofUnitLength) }));
      for (const asked of known.values()) {
        // Its own passage says something else now: what it found before is no measure any more.
        if (own.some(({ document }) => mayBeOf(asked.passage, document))) {
          known.delete(asked.question);
          continue;
        }
        const now = own.filter(({ vectors }) => vectors.some((one) => isNearer(one, asked)));
        const isAnew = (document: string): boolean => own.some((one) => one.document === document);
        const former = (nearer.get(asked.question) ?? []).filter((one) => stands(one.seq) && !isAnew(one.document));
        nearer.set(asked.question, [...former, ...now.map(({ document }) => ({ ...batch, document }))]);
      }
      return suspects(
        batch.source,
        [...known.keys()].map((question) => nearer.get(question) ?? []),
      );
    },
    forget() {
      next = 0;
      known.clear();
    },
  };
}

/** Batches of the source that each have a part in enough of the questions which lost their passage to it. */
function suspects(source: string, nearer: readonly (readonly Nearer[])[]): ReturnType<Crowding["after"]> {
  const ofSource = nearer.map((all) => all.filter((one) => one.source === source));
  const crowded = ofSource.filter((all) => all.length >= RETRIEVED);
  const says = `${crowded.length} of ${nearer.length} questions do not find their passage any more: ${RETRIEVED} documents of it lie nearer to each`;
  const seqs = [...new Set(crowded.flatMap((all) => all.map(({ seq }) => seq)))];
  const partOf = (seq: number): number => crowded.filter((all) => all.some((one) => one.seq === seq)).length;
  return seqs.filter((seq) => partOf(seq) >= LEAST_CROWDED).map((seq) => ({ seq, says }));
}

function isNearer(passage: Float64Array, { vector, own }: Asked): boolean {
  return cosine(passage, vector) > own + ROUNDING;
}

/** Those whose passage is among the first. Rejects where somebody does not answer. */
async function lookUp(
  questions: readonly GoldenQuestion[],
  doors: Pick<Doors, "embed" | "search">,
): Promise<readonly Asked[]> {
  const { vectors } = await doors.embed(
    questions.map(({ question }) => question),
    0,
  );
  const hits = await doors.search(vectors, RETRIEVED);
  return questions.flatMap((one, n) => {
    const own = hits[n]?.find(({ id }) => id === one.passage)?.score;
    return own === undefined ? [] : [{ ...one, vector: ofUnitLength(vectors[n] ?? []), own }];
  });
}

function ofUnitLength(vector: readonly number[]): Float64Array {
  const length = Math.sqrt(cosine(vector, vector));
  return Float64Array.from(vector, (part) => part / length);
}
