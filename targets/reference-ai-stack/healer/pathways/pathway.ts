// What a pathway is: one named way to repair, from what it answers to how it is verified. One file each, one line in
// table.ts; policy, guards, classes and verification are derived from it.
import type {
  Eyes,
  Hand,
  Outcome,
  Proof,
  Remedy,
  ReplicaEntry,
  ReplicaScope,
  ScopeKind,
  Signal,
  Target,
  TargetOf,
} from "../nouns.ts";

/** One look at whether a remedy helped. */
export interface Look {
  readonly good: boolean;
  readonly says: string;
  /** What the remedy has made worse than it was before, in words; absent: nothing. */
  readonly worse?: string;
}

/** Made once per verification, because some looks compare with the one before. */
export type Check = () => Promise<Look>;

/** What guards know of the stack when they are asked. */
export interface Situation {
  readonly replicas: readonly ReplicaEntry[];
  /** Replicas with a signal or an open incident, the one in question included. */
  readonly sick: ReadonlySet<string>;
}

/** Why the pathway must not be taken now, or null. Pure. */
type Precondition<To extends Target = Target> = {
  refuse(target: To, situation: Situation): string | null;
}["refuse"];

/** One way in which a pathway may act. */
interface Way {
  readonly name: string;
  /** What this way needs, looked for before the decision; null: not there, so the way is not open. */
  readonly find?: (
    eyes: Eyes,
    target: ReplicaScope,
    replicas: readonly ReplicaEntry[],
    signals: readonly Signal[],
  ) => Promise<string | null>;
  /** Whether what was found before a wait is still fit, by what is found after it; absent: where that is the same. */
  readonly isStillFit?: (before: string, now: string) => boolean;
}

export interface StepContext<To extends Target = Target> {
  readonly hand: Hand;
  readonly target: To;
  /** What the chosen way has found; undefined when it looks for nothing. */
  readonly found: string | undefined;
  /** For steps that try a change out first; absent: nobody can judge it. */
  readonly rollOut?: RollOut;
}

/** What a change is tried out with. */
export interface RollOut {
  readonly eyes: Eyes;
  /** Looks until the change has held, or has not. */
  judge(check: Check): Promise<Proof>;
}

export interface Step<To extends Target = Target> {
  /** Unique within its pathway. */
  readonly name: string;
  run(context: StepContext<To>): Promise<Outcome>;
}

interface Named {
  readonly name: string;
  /** The classes of fault that it answers; others may answer them too, and are ranked with it. */
  readonly answers: readonly string[];
  /** What it does, in words, for the reasons of a decision. */
  readonly says: string;
}

/** A pathway that acts. */
export interface ActingPathway<To extends Target = Target> extends Named {
  /** low: acts. medium: its decision is on the feed before it acts. high: a person is asked before it acts. */
  readonly tier: "low" | "medium" | "high";
  /** Another tier in some situations; absent: always that. */
  tierIn?(target: To, situation: Situation): "low" | "medium" | "high";
  readonly scope: To["scope"];
  /** It changes documents, rows or vectors: the tags of that data have a say. */
  readonly changesData?: true;
  /** Whether it goes back to an earlier version than was good, by what its way has found: at most two versions back. */
  rollsBack?(found: string | undefined): boolean;
  /** Tags of the data that it changes, by what its way has found; they count beside those of the place. */
  tagsIn?(found: string | undefined): readonly string[];
  /** So many of its target's replicas it touches: 0 where it only adds to them. Absent: all of them. */
  readonly touches?: 0 | 1;
  /**
   * What it does ends by itself, and the next case of the class may be of somebody else: one that healed is no attempt
   * at the next, which waits for no back-off and is no link of a chain.
   */
  readonly standsAlone?: true;
  /** It takes the target's share of the traffic. */
  readonly takesTraffic?: true;
  /** The share of the service's documents that it touches, 0 to 1; absent: none. */
  documents?(target: To, situation: Situation): number;
  /** The limit that it sets, such as a number of replicas: one that is raised each time is a chain. */
  amount?(target: To, situation: Situation): number;
  /** The preferred first; never empty. */
  readonly ways: readonly [Way, ...Way[]];
  readonly preconditions: readonly Precondition<To>[];
  /** In this order; the first that fails ends the action. */
  readonly steps: readonly [Step<To>, ...Step<To>[]];
  /**
   * Takes back what the finished steps did, after a later one failed or when things are worse than before. `done`:
   * their names, in order.
   */
  compensate?(context: StepContext<To>, done: readonly string[]): Promise<Outcome>;
  /** Probes of verification/ that look at it besides its own check, by name; each alarm has one that is not its own. */
  readonly verifiedBy: readonly [string, ...string[]];
  /** Opened before the action, to take the reference that it compares with. `signals`: what raised the incident. */
  check(eyes: Eyes, remedy: Remedy<To>, signals?: readonly Signal[]): Promise<Check>;
  /**
   * What a good look of the check shows that no alarm has to speak for, in words: then an alarm that needs longer than
   * the longest hold is not waited for. Absent: it is.
   */
  readonly showsItself?: string;
  /** What shows before a retry that the trouble has gone: a look of the check, or that the signal is not confirmed. */
  readonly goneBy: "check" | "signal";
}

/** A pathway that touches nothing and ends the incident with this event. */
export interface Restraint extends Named {
  readonly tier: "none";
  readonly ends: "held" | "escalated";
}

export type Pathway = ActingPathway | Restraint;

/**
 * A pathway of that reach: `target` is of its kind in every step. Keeps the literal names, so that unions can be
 * derived from the table.
 */
export function pathway<
  const Kind extends ScopeKind,
  const Name extends string,
  const Answers extends readonly string[],
>(
  scope: Kind,
  spec: Omit<ActingPathway<TargetOf<Kind>>, "scope"> & { readonly name: Name; readonly answers: Answers },
): ActingPathway & { readonly name: Name; readonly answers: Answers } {
  return { ...spec, scope };
}

/** The same for a pathway that touches nothing. */
export function restraint<const Name extends string, const Answers extends readonly string[]>(
  spec: Restraint & { readonly name: Name; readonly answers: Answers },
): Restraint & { readonly name: Name; readonly answers: Answers } {
  return spec;
}

/** One step of a pathway: a name, and what the hand is to do. */
export function step<To extends Target>(name: string, run: (context: StepContext<To>) => Promise<Outcome>): Step<To> {
  return { name, run };
}

export function good(says: string): Look {
  return { good: true, says };
}

export function bad(says: string): Look {
  return { good: false, says };
}
