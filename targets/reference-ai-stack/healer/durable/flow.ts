// Durable execution: the port. A flow is one case from its detection to its end, written as ordinary code. Each of its
// steps is remembered under a key, so that a healer that was killed runs the same code again and does only what is
// left.
import type { Target } from "../nouns.ts";

/** What a person said, and who. Nobody says `expired`. */
export interface Approval {
  readonly answer: "granted" | "denied" | "expired";
  readonly by: string;
}

/** What a flow may wait for before it has a target for itself. */
export interface LockClaim {
  readonly targets: readonly Target[];
  /** The lease ends by itself after this long, ms. */
  readonly leaseMs: number;
  /** Waits at most this long for others to give it back, ms. */
  readonly waitMs: number;
}

export interface Flow {
  readonly id: string;
  /**
   * Does `work` and remembers what it answered (plain data, as JSON keeps it), under a key that is unique in the flow.
   * Known already: hands back that answer and does nothing. After a crash in between `work` is done again: what acts
   * outside must carry the key along.
   */
  step<Answer>(name: string, key: string, work: () => Promise<Answer>): Promise<Answer>;
  /** The same, for taking back what earlier steps did. */
  compensate<Answer>(name: string, key: string, work: () => Promise<Answer>): Promise<Answer>;
  /** Waits, counted from the first time that it was asked, ms. */
  sleep(key: string, ms: number): Promise<void>;
  /** Waits for a person's answer; `expired` when there is none within `ttlMs` of the first time that it was asked. */
  awaitApproval(key: string, ttlMs: number): Promise<Approval>;
  /**
   * True when the flow has the targets for itself now, in place of those that it had. After a restart the lease of the
   * last lock is renewed; rejects when another flow has them by then.
   */
  lockTarget(key: string, claim: LockClaim): Promise<boolean>;
  /** Gives back what the flow has locked; harmless when it has nothing. */
  unlock(): void;
}

/** One step as it is remembered. */
export interface StepRecord {
  readonly flow: string;
  readonly key: string;
  /** Counts the steps of the flow from 1. */
  readonly seq: number;
  readonly name: string;
  readonly kind: "step" | "compensation" | "sleep" | "approval" | "lock";
  /** ISO 8601. */
  readonly begun: string;
  /** Until when it waits, for sleeps and approvals. */
  readonly until?: string;
  /** Absent: not done yet, or its end was not written down. */
  readonly ended?: string;
  readonly answer?: unknown;
}

/** A flow as it is remembered. */
export interface FlowRecord<Input> {
  readonly id: string;
  readonly input: Input;
  readonly begun: string;
  /** Absent: under way, or to be gone on with. */
  readonly ended?: string;
  /** What the workflow answered. */
  readonly outcome?: string;
}

/** The code of every flow. Between steps it must do the same when it is run again. Never rejects; answers in a word. */
export type Workflow<Input> = (flow: Flow, input: Input) => Promise<string>;

export interface Engine<Input> {
  /** From now on runs what is started. Resolves when what an earlier life left is known and goes on. Once. */
  serve(workflow: Workflow<Input>): Promise<void>;
  /** Begins a flow unless one of that id was begun before. Resolves at its end. */
  start(id: string, input: Input): Promise<void>;
  /** Resolves when no flow is under way. */
  settled(): Promise<void>;
  /** An answer to the flow's open question, on the disk when this resolves; false when it asks nothing. */
  answer(id: string, approval: Approval): Promise<boolean>;
  /** Flows, the oldest first; the latest of those that have ended. */
  flows(): readonly FlowRecord<Input>[];
  /** The steps of a flow in their order; none when it is not known (any more). */
  history(id: string): readonly StepRecord[];
}
