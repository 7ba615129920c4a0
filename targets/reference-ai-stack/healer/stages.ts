// What joins the stages of the loop: every step is written to the journal before the next begins, and remembers what
// guards need.
import { confirm } from "./detection/confirm.ts";
import type { Detection } from "./detection/detect.ts";
import { signatureOf } from "./decision/decide.ts";
import type { Decision, DecisionContext } from "./decision/decide.ts";
import type { PastAction } from "./decision/guards.ts";
import type { Faculties } from "./faculties.ts";
import type { EventDetail, EventType } from "./governance/journal.ts";
import { afterRemedy, afterSuspicion, isKnown, preferMeans, restMs } from "./learning/experience.ts";
import type { Memory } from "./learning/experience-file.ts";
import type { Diagnosis, Incident, Proof, Remedy, Suspicion } from "./nouns.ts";
import type { CaseDesk } from "./orchestration/case-desk.ts";
import { createRemediation } from "./orchestration/remediation.ts";
import type { RemediationParts } from "./orchestration/remediation.ts";
import type { Confirmation } from "./signals/signal.ts";
import type { Telemetry } from "./telemetry/watch.ts";

export interface LoopParts extends RemediationParts {
  readonly memory: Memory;
  /** The healer's own replica id. */
  readonly self: string;
  /** A new incident id, unique for ever. */
  readonly newId: () => string;
  /** Told about what went wrong in the loop itself. */
  readonly trouble: (where: string, error: unknown) => void;
}

export interface StageRooms {
  readonly telemetry: Telemetry;
  readonly detection: Detection;
  readonly desk: CaseDesk;
}

export interface Stages {
  /** Second opinion; opens the incident and says `detected`, or lets the suspicion rest and returns null. */
  confirm(suspicion: Suspicion): Promise<Incident | null>;
  tell(incident: Incident, type: EventType, detail: EventDetail): Promise<void>;
  decide(incident: Incident, diagnosis: Diagnosis): Promise<Decision>;
  /** Waits as long as the guards ask; false when the trouble was gone by then. */
  isDue(incident: Incident, decision: Decision): Promise<boolean>;
  act(incident: Incident, remedy: Remedy, diagnosis: Diagnosis): Promise<void>;
  verify(incident: Incident, remedy: Remedy): Promise<Proof>;
  learn(incident: Incident, diagnosis: Diagnosis, remedy: Remedy, proof: Proof): void;
  /** Ends an incident on which nothing (more) is to be done: held or escalated. */
  leave(incident: Incident, decision: Decision): Promise<void>;
  close(incident: Incident, reasons: readonly string[]): Promise<void>;
  /** The loop itself failed on this suspicion: nothing more is touched there. */
  giveUp(suspicion: Suspicion, error: unknown): void;
}

/** The stages over one stack. */
export function createStages(parts: LoopParts, rooms: StageRooms, faculties: Faculties): Stages {
  const { clock, journal, memory } = parts;
  const { detection, desk } = rooms;
  const remediation = createRemediation(parts, faculties.verify);
  return {
    async confirm(suspicion) {
      const kind = suspicionKind(suspicion);
      const { confirmed, says, also = [] } = await secondOpinion(parts, rooms, suspicion);
      remember(parts, (before) => afterSuspicion(before, kind, confirmed));
      if (!confirmed) {
        desk.rest(suspicion.scope, clock.now() + restMs(memory.read(), kind));
        return null;
      }
      if (!desk.openCase(suspicion)) return null;
      const signals = [...suspicion.signals, ...also];
      const incident = { id: parts.newId(), scope: suspicion.scope, openedAt: clock.now(), signals };
      const reasons = [...suspicion.signals.map((signal) => `${signal.name}: ${signal.says}`), says];
      await journal.say(incident, "detected", { reasons });
      return incident;
    },
    tell: (incident, type, detail) => journal.say(incident, type, detail),
    async decide(incident, diagnosis) {
      const decision = faculties.decide(
        incident,
        diagnosis,
        await contextOf(parts, rooms, { incident, diagnosis, past: remediation.past() }),
      );
      const { pathway, reasons } = decision;
      await journal.say(incident, "decided", { pathway, class: diagnosis.class, reasons });
      return decision;
    },
    async isDue(incident, { waitMs, remedy }) {
      if (waitMs <= 0 || remedy === null) return true;
      await clock.sleep(waitMs);
      if (parts.pathways.acting(remedy.pathway).goneBy === "check") return !(await remediation.isGone(remedy));
      return (await secondOpinion(parts, rooms, incident)).confirmed;
    },
    act: (incident, remedy, diagnosis) => remediation.act(incident, remedy, signatureOf(diagnosis, incident)),
    verify: (incident, remedy) => remediation.verify(incident, remedy),
    learn(incident, diagnosis, remedy, proof) {
      remember(parts, (before) => afterRemedy(before, remedyKind(diagnosis, incident), remedy, proof.healed));
    },
    async leave(incident, { pathway, reasons, ends }) {
      desk.mute(incident.scope, clock.now());
      detection.forget(incident.scope);
      await journal.say(incident, ends, { pathway, reasons });
    },
    async close(incident, reasons) {
      detection.forget(incident.scope);
      desk.end(incident.scope);
      await journal.say(incident, "closed", { reasons });
    },
    giveUp(suspicion, error) {
      desk.mute(suspicion.scope, clock.now());
      parts.trouble(`case on ${suspicion.scope.replica ?? suspicion.scope.service}`, error);
    },
  };
}

function secondOpinion(parts: LoopParts, rooms: StageRooms, suspicion: Suspicion): Promise<Confirmation> {
  return confirm(suspicion, {
    eyes: parts.eyes,
    replicas: rooms.telemetry.replicas(),
    known: isKnown(parts.memory.read(), suspicionKind(suspicion)),
    stoodMs: rooms.desk.stoodMs(suspicion.scope, parts.clock.now()),
  });
}

interface Case {
  readonly incident: Incident;
  readonly diagnosis: Diagnosis;
  readonly past: readonly PastAction[];
}

async function contextOf(parts: LoopParts, rooms: StageRooms, one: Case): Promise<DecisionContext> {
  const kind = remedyKind(one.diagnosis, one.incident);
  return {
    now: parts.clock.now(),
    pathways: parts.pathways,
    replicas: rooms.telemetry.replicas(),
    sick: rooms.desk.sick(),
    past: one.past,
    found: await findWays(parts, rooms, one),
    prefer: (pathway, means) => preferMeans(parts.memory.read(), kind, pathway, means),
  };
}

/** Looks for what the ways of the pathway need that would answer this case. */
async function findWays(
  parts: LoopParts,
  rooms: StageRooms,
  { incident, diagnosis }: Case,
): Promise<Readonly<Record<string, string | null>>> {
  const pathway = parts.pathways.answerTo(diagnosis.class);
  if (pathway.tier === "none") return {};
  const { service, replica = "" } = incident.scope;
  const found: Record<string, string | null> = {};
  for (const { name, find } of pathway.ways) {
    if (find !== undefined) found[name] = await find(parts.eyes, { service, replica }, rooms.telemetry.replicas());
  }
  return found;
}

/** Experience that cannot be kept is not worth a failed repair. */
function remember(parts: LoopParts, change: Parameters<Memory["learn"]>[0]): void {
  try {
    parts.memory.learn(change);
  } catch (error) {
    parts.trouble("learning", error);
  }
}

function suspicionKind({ scope, signals }: Suspicion): string {
  return `${signals.map((signal) => signal.name).join("+")}@${scope.service}`;
}

function remedyKind(diagnosis: Diagnosis, incident: Incident): string {
  return `${diagnosis.class}@${incident.scope.service}`;
}
