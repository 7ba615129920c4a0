// What a verifying probe is: one look at what a repair is for, taken from somewhere else than the alarm. One file each,
// one line in table.ts.
import type { Eyes, ReplicaEntry, Target } from "../nouns.ts";
import type { Witness } from "./witness.ts";

/** Where a look takes its answer from. A probe is independent of an alarm when the two share none. */
export type Source =
  | "inventory"
  | "health"
  | "completion"
  | "traffic"
  | "ways"
  | "sources"
  | "resources"
  | "metrics"
  | "manifest"
  | "self-retrieval"
  | "answers-twice"
  | "queue"
  | "embeddings"
  | "users"
  | "answers"
  | "question"
  | "reach"
  | "records"
  | "search"
  | "own-state";

/** One look, as plain data: it is kept over a restart, to compare with. */
export interface Measure {
  /** Greater is worse; in the probe's own unit. */
  readonly bad: number;
  readonly isGood: boolean;
  readonly says: string;
}

export interface ProbeContext {
  readonly eyes: Pick<Eyes, "rollCall">;
  readonly witness: Witness;
  readonly target: Target;
}

export interface VerifyProbe {
  readonly name: string;
  readonly shows: "sla" | "redundancy" | "data-quality" | "downstream";
  readonly reads: readonly Source[];
  /** A look at the target of one remedy; made once, because some looks compare with the one before. */
  open(context: ProbeContext): () => Promise<Measure | null>;
  /** How much worse than before counts as harm, in the unit of `bad`; null: its looks are not compared with before. */
  readonly harm: number | null;
}

/** The replicas of the target's service that should answer: those that have a process and a share of the traffic. */
export async function expectedOf({ eyes, target }: ProbeContext): Promise<readonly ReplicaEntry[] | null> {
  if (target.scope === "stack") return null;
  const replicas = await eyes.rollCall();
  return replicas?.filter((one) => one.service === target.service && (one.weight ?? 1) > 0) ?? null;
}
