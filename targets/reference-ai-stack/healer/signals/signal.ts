// What a signal is: which detector finds it, what confirms it where the detector alone is not enough, and which classes
// of fault it speaks for. One file each, one line in table.ts; detection and classification are derived from it.
import type { Detector } from "../detection/detector.ts";
import { runDetector } from "../detection/detector.ts";
import type { RunningDetector } from "../detection/detector.ts";
import type { Eyes, ReplicaEntry, ReplicaScope, Signal, Suspicion } from "../nouns.ts";
import type { FaultClass } from "../pathways/table.ts";

export interface Confirmation {
  readonly confirmed: boolean;
  /** What the confirming probe saw, in words. */
  readonly says: string;
  /** Signals that only the confirming probe brought to light. */
  readonly also?: readonly Signal[];
  /** What confirmed it: the probe, or that it stood so long. Absent: it needed no confirming. */
  readonly by?: "checks" | "standing";
  /** Nothing was seen at this replica: its siblings decide alone. */
  readonly abstains?: true;
}

export interface ConfirmContext {
  readonly eyes: Eyes;
  readonly replicas: readonly ReplicaEntry[];
  /** How often each replica is asked; fewer where experience says that this will do. */
  readonly tries: number;
  /** Having stood this long, ms, a suspicion is its own second signal; shorter where experience says so. */
  readonly persistMs: number;
  /** How long the suspicion has stood without a break, ms. */
  readonly stoodMs: number;
}

/** An active probe of one replica, after a suspicion of it. */
export type Confirm = (suspicion: Suspicion, scope: ReplicaScope, context: ConfirmContext) => Promise<Confirmation>;

/** How much likelier the signal is under a class than by accident; see classification/classify.ts. */
type Weights = Readonly<Partial<Record<FaultClass, number>>>;

export interface SignalSpec {
  readonly name: string;
  /** For the README: what makes the detector speak. */
  readonly rule: string;
  /** Several signals may share one detector. It is run once. */
  readonly detector: DetectorSource;
  /**
   * Soft signals rest on statistics or on a single look, so nobody hears of them before a probe has seen the same.
   * Absent: a hard signal, which is its own proof.
   */
  readonly soft?: { readonly confirm: Confirm; readonly probe: string };
  readonly speaksFor: Weights;
  /**
   * A second opinion: never a suspicion by itself. It is added to what other signals hold against the same place, and
   * shown in `/metrics`.
   */
  readonly opinion?: true;
  /**
   * Says for certain that users are not served. It is heard even where an earlier case, on something else, was left to
   * a person, or held, and has muted the place.
   */
  readonly certain?: true;
  /** What it shows may come from a service that is called: the sick one below is looked for. */
  readonly fromBelow?: true;
  /**
   * Explains whatever is seen at its place: as long as it stands, nothing else is held against that place, and nothing
   * of it is kept for later.
   */
  readonly explains?: true;
  /**
   * Names of signals that it explains at the replicas of its service: as long as it stands against the service, they
   * are not held against a replica.
   */
  readonly covers?: readonly string[];
  /** Dropped as long as any other signal stands, because the other explains it. */
  readonly onlyAlone?: true;
}

/** A detector whose state is nobody's business but its own. */
export interface DetectorSource {
  /** Sets it going, at rest. */
  run(): RunningDetector;
}

/** Keeps the literal name, so that the union of names can be derived from the table. */
export function signal<const Name extends string>(
  spec: SignalSpec & { readonly name: Name },
): SignalSpec & { readonly name: Name } {
  return spec;
}

/** The detector, ready to be run once for all signals that name it. */
export function source<State>(detector: Detector<State>): DetectorSource {
  return { run: () => runDetector(detector) };
}
