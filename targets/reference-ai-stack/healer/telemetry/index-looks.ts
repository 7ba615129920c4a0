// The looks at an index. Its rows are sampled as lots are inspected: a few of them, and at once many others where one
// of the few is suspicious (double sampling: Dodge and Romig, Bell System Technical Journal 8, 1929). For a while
// after that each look is at many (tightened inspection: ISO 2859-1), so that what comes back after a repair is seen
// as soon as verification takes it to be.
import { oddShape } from "../detection/index-shape.ts";
import type { Clock, Eyes, Observation, ReplicaEntry } from "../nouns.ts";
import type { SelfRetrievalView } from "./vector-views.ts";
import { NUMBERS } from "../numbers.ts";
import type { SlowLook } from "./slow-looks.ts";

/** Looks at so many rows, others than the last time; null: nothing was seen. */
type RowLook = (rows: number) => Promise<SelfRetrievalView | null>;

/** The looks at a vector replica's index; what they see goes to `put`. */
export function createIndexLooks(
  eyes: Eyes,
  clock: Clock,
  put: (observation: Observation) => void,
): (entry: ReplicaEntry) => readonly SlowLook[] {
  const samples = new Map<string, ReturnType<typeof createSample>>();
  /** Replicas that said with their manifest what they hold: they need not be asked for it. */
  const saying = new Set<string>();
  return ({ service, replica, port }) => {
    if (service !== "vector") return [];
    const scope = { service, replica };
    const sample = samples.get(replica) ?? createSample(clock.now);
    samples.set(replica, sample);
    const manifest = async (): Promise<void> => {
      const seen = await eyes.manifest(port);
      saying.delete(replica);
      if (seen === null) return;
      put({ kind: "manifest", scope, manifest: seen, at: clock.now() });
      if (seen.held === undefined) return;
      saying.add(replica);
      put({ kind: "holdings", scope, parts: seen.held, at: clock.now() });
    };
    const selfRetrieval = async (): Promise<void> => {
      const view = await sample((rows) => eyes.selfRetrieval(port, rows));
      if (view !== null) put({ kind: "self-retrieval", scope, view, at: clock.now() });
    };
    const holdings = async (): Promise<void> => {
      if (saying.has(replica)) return;
      const parts = await eyes.holdings(port);
      if (parts !== null) put({ kind: "holdings", scope, parts, at: clock.now() });
    };
    return [
      { name: "manifest", everyMs: NUMBERS.look.manifestMs, look: manifest },
      { name: "self-retrieval", everyMs: NUMBERS.look.selfRetrievalMs, look: selfRetrieval },
      { name: "holdings", everyMs: NUMBERS.look.holdingsMs, look: holdings },
    ];
  };
}

/**
 * Samples the rows of one replica, a call a look. The answer counts each row that was looked at, so that a sum of
 * evidence stays what it is: when to look on may depend on what was seen. `now`: ms, going forward only.
 */
export function createSample(now: () => number): (look: RowLook) => Promise<SelfRetrievalView | null> {
  const { rows, manyRows, manyForMs } = NUMBERS.selfRetrieval;
  let manyUntil = Number.NEGATIVE_INFINITY;
  return async (look) => {
    const isTight = now() < manyUntil;
    const first = await look(isTight ? manyRows : rows);
    if (first === null || !isSuspicious(first)) return first;
    manyUntil = now() + manyForMs;
    const second = isTight ? null : await look(manyRows);
    return second === null ? first : together(first, second);
  };
}

/** Is one of its rows, or an answer, not as in a healthy index? */
function isSuspicious({ share, internal, differing = 0, shape }: SelfRetrievalView): boolean {
  const isLow = share < 1 || (internal?.share ?? 1) < 1;
  return isLow || differing > 0 || (shape !== undefined && oddShape(shape) !== null);
}

function together(one: SelfRetrievalView, other: SelfRetrievalView): SelfRetrievalView {
  const internal = other.internal ?? one.internal;
  const shape = other.shape ?? one.shape;
  return {
    ...sharesOf(one, other),
    ...(internal !== undefined && { internal: sharesOf(one.internal ?? NONE, other.internal ?? NONE) }),
    ...((one.differing ?? other.differing) !== undefined && {
      differing: (one.differing ?? 0) + (other.differing ?? 0),
    }),
    ...(shape !== undefined && { shape: shapesOf(one.shape ?? NO_ANSWERS, other.shape ?? NO_ANSWERS) }),
  };
}

type Shares = Pick<SelfRetrievalView, "share" | "checked">;
type Shape = NonNullable<SelfRetrievalView["shape"]>;

const NONE: Shares = { share: 1, checked: 0 };
const NO_ANSWERS: Shape = { answers: 0, short: 0, unknown: 0, repeated: 0, alike: 0, misnamed: 0 };

function sharesOf(one: Shares, other: Shares): Shares {
  const checked = one.checked + other.checked;
  return { share: (one.share * one.checked + other.share * other.checked) / checked, checked };
}

function shapesOf(one: Shape, other: Shape): Shape {
  return {
    answers: one.answers + other.answers,
    short: one.short + other.short,
    unknown: one.unknown + other.unknown,
    repeated: one.repeated + other.repeated,
    // Unsaid of one, it is unsaid of both: whoever asks for it must not take some of the rows for all.
    ...(one.misnamed !== undefined && other.misnamed !== undefined && { misnamed: one.misnamed + other.misnamed }),
    // Whether the answers of both are the same ones is not known.
    alike: Math.max(one.alike, other.alike),
  };
}
