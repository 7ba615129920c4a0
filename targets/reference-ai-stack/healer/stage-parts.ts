// What the stages of the loop work with, and what each of them does.
import type { ApprovalDesk } from "./approvals/desk.ts";
import type { Detection } from "./detection/detect.ts";
import type { Decision } from "./decision/decide.ts";
import type { Tier } from "./decision/policy.ts";
import type { PolicyBook } from "./decision/policy-file.ts";
import type { Engine, Flow } from "./durable/flow.ts";
import type { State } from "./durable/state.ts";
import type { EventDetail, EventType } from "./governance/journal.ts";
import type { Memory } from "./learning/memory.ts";
import type { Lesson } from "./learning/rules.ts";
import type { Diagnosis, Incident, Proof, Remedy, Surroundings, Suspicion } from "./nouns.ts";
import type { Attempt } from "./orchestration/attempt.ts";
import type { CaseDesk } from "./orchestration/case-desk.ts";
import type { RemediationParts } from "./orchestration/remediation.ts";
import type { FlapTelemetry } from "./telemetry/flaps.ts";
import type { TelemetrySource } from "./telemetry/metrics/telemetry-source.ts";

/** What a case begins with. */
export interface Found {
  readonly incident: Incident;
  readonly reasons: readonly string[];
  /** The suspicion that it began with and what confirmed it, where the signals were not their own proof. */
  readonly suspicion?: NonNullable<Lesson["suspicion"]>;
}

export interface LoopParts extends RemediationParts {
  readonly engine: Engine<Found>;
  readonly state: State;
  readonly surroundings: Surroundings;
  readonly memory: Memory;
  readonly approvals: Pick<ApprovalDesk, "open" | "close" | "decided">;
  readonly policy: Pick<PolicyBook, "read">;
  /** Only advises, whatever the policy says. */
  readonly dryRun: boolean;
  readonly source: TelemetrySource;
  /** The healer's own replica id. */
  readonly self: string;
  /** A new incident id, unique for ever. */
  readonly newId: () => string;
  /** Why what the healer does cannot be written down, in words; null: it can. */
  readonly selfTrouble: () => string | null;
  /** Told about what went wrong in the loop itself. */
  readonly trouble: (where: string, error: unknown) => void;
}

export interface StageRooms {
  readonly telemetry: FlapTelemetry;
  readonly detection: Detection;
  readonly desk: CaseDesk;
}

/** How a case ends that made room for another one on the same place. */
export const YIELDED = "yielded";

export interface Stages {
  /** Takes in what an earlier life of the healer said, and keeps quiet of what it had given to a person. */
  recall(): void;
  /** Remembers, once, that the whole stack was well: from then on what is down is sick, and not still starting. */
  keepWell(): void;
  /** Second opinion; makes the suspicion a case, or lets it rest and returns null. */
  confirm(suspicion: Suspicion): Promise<Found | null>;
  /** A case begins, or goes on after a restart; false when another one has the same place in hand. */
  takeUp(flow: Flow, incident: Incident): boolean;
  /** Ends a case that another one has overtaken, and leaves that alone. */
  giveWay(flow: Flow, incident: Incident): Promise<string>;
  tell(attempt: Attempt, type: EventType, detail: EventDetail): Promise<void>;
  classify(attempt: Attempt): Promise<Diagnosis>;
  decide(attempt: Attempt, diagnosis: Diagnosis): Promise<Decision>;
  /** Asks a person where the pathway's tier wants it. Null: go on; else how the case ends. */
  approve(attempt: Attempt, decision: Decision): Promise<Decision | null>;
  /** Waits as long as the guards ask. Null: go on; else what shows that the trouble went by itself, and stays away. */
  waitUntilDue(attempt: Attempt, decision: Decision, diagnosis: Diagnosis): Promise<readonly string[] | null>;
  /** After waiting, asks policy and guards as they are now. Null: go on; else how the case ends. */
  allow(attempt: Attempt, decision: Decision, diagnosis: Diagnosis): Promise<Decision | null>;
  /**
   * Ends the case where something else counts at its place by now, and says so, in a word: the place is down, which
   * the case is not about; or what it is about is gone by the remedy that was tried last (null: none yet), and another
   * alarm stands. Null: go on. `when`: tells the looks of one attempt apart.
   */
  yieldIfOvertaken(attempt: Attempt, when: string, diagnosis: Diagnosis, tried: Remedy | null): Promise<string | null>;
  act(attempt: Attempt, remedy: Remedy, diagnosis: Diagnosis, tier?: Tier): Promise<void>;
  /** Looks for as long as an alarm of the class needs to speak again; takes back what made things worse. */
  verify(attempt: Attempt, remedy: Remedy, diagnosis: Diagnosis): Promise<Proof>;
  /** Leaves out suspicions that experience holds for noise as yet, and notes those that went away by themselves. */
  heed(suspicions: readonly Suspicion[]): readonly Suspicion[];
  /** What is learned from an incident that a remedy has healed; once. */
  learn(attempt: Attempt, found: Found, diagnosis: Diagnosis): Promise<void>;
  /** Ends an incident on which nothing (more) is to be done: held or escalated. */
  leave(attempt: Attempt, decision: Decision): Promise<string>;
  close(attempt: Attempt, reasons: readonly string[]): Promise<string>;
  /** The loop itself failed on this case: nothing more is touched there. */
  giveUp(suspicion: Suspicion, error: unknown): string;
}
