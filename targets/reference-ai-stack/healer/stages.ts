// What joins the stages of the loop: every step is written to the journal before the next begins, and remembers what
// guards need.
import { createBeginnings, remember, secondOpinion } from "./beginnings.ts";
import { signatureOf } from "./decision/decide.ts";
import type { DecisionContext } from "./decision/decide.ts";
import type { PastAction } from "./decision/guards.ts";
import type { Faculties } from "./faculties.ts";
import { afterRemedy, countedOnce, preferMeans } from "./learning/experience.ts";
import type { Diagnosis, Incident } from "./nouns.ts";
import { NUMBERS } from "./numbers.ts";
import { keyOf, say } from "./orchestration/attempt.ts";
import { createRemediation } from "./orchestration/remediation.ts";
import type { LoopParts, StageRooms, Stages } from "./stage-parts.ts";

/** The stages over one stack. */
export function createStages(parts: LoopParts, rooms: StageRooms, faculties: Faculties): Stages {
  const remediation = createRemediation(parts, faculties.verify);
  const tell: Stages["tell"] = (attempt, type, detail) => say(attempt, parts, type, detail);
  return {
    ...createBeginnings(parts, rooms),
    ...createEndings(parts, rooms, tell),
    tell,
    classify: ({ flow, incident }) =>
      flow.step("classify", "classify", async () => faculties.classify(incident.signals)),
    async decide(attempt, diagnosis) {
      const { flow, incident } = attempt;
      const decision = await flow.step("decide", keyOf(attempt, "decide"), async () =>
        faculties.decide(
          incident,
          diagnosis,
          await contextOf(parts, rooms, { incident, diagnosis, past: remediation.past() }),
        ),
      );
      const { pathway, reasons } = decision;
      await tell(attempt, "decided", { pathway, class: diagnosis.class, reasons });
      return decision;
    },
    async approve(attempt, decision) {
      const { pathway } = decision;
      if (parts.pathways.acting(pathway).tier !== "high") return null;
      const { ttlMs } = NUMBERS.approval;
      const asked = `the risk is high: not done unless a person grants it within ${ttlMs / 1000} s`;
      await tell(attempt, "approval.requested", { pathway, reasons: [asked] });
      const { answer, by } = await attempt.flow.awaitApproval(keyOf(attempt, "approval"), ttlMs);
      const says = `${answer} by ${by}`;
      await tell(attempt, `approval.${answer}`, { pathway, reasons: [says] });
      return answer === "granted" ? null : { ...decision, remedy: null, pathway: "escalate", reasons: [says] };
    },
    async isDue(attempt, { waitMs, remedy }) {
      const { flow, incident } = attempt;
      if (waitMs <= 0 || remedy === null) return true;
      await flow.sleep(keyOf(attempt, "wait"), waitMs);
      return flow.step("still there", keyOf(attempt, "still there"), async () => {
        if (parts.pathways.acting(remedy.pathway).goneBy === "check") return !(await remediation.isGone(remedy));
        return (await secondOpinion(parts, rooms, incident)).confirmed;
      });
    },
    act: (attempt, remedy, diagnosis) => remediation.act(attempt, remedy, signatureOf(diagnosis, attempt.incident)),
    verify: (attempt, remedy) => remediation.verify(attempt, remedy),
  };
}

/** What is learned of an attempt, and how cases end. */
function createEndings(
  parts: LoopParts,
  { detection, desk }: StageRooms,
  tell: Stages["tell"],
): Pick<Stages, "learn" | "leave" | "close" | "giveUp"> {
  const { clock } = parts;
  return {
    async learn(attempt, { diagnosis, remedy, proof }) {
      const { flow, incident } = attempt;
      const kind = remedyKind(diagnosis, incident);
      await flow.step("learn", keyOf(attempt, "learn"), async () => {
        remember(parts, (before) =>
          countedOnce(before, `${flow.id} ${attempt.number}`, (known) =>
            afterRemedy(known, kind, remedy, proof.healed),
          ),
        );
        return null;
      });
    },
    async leave(attempt, { pathway, reasons, ends }) {
      const { scope } = attempt.incident;
      desk.mute(scope, clock.now());
      detection.forget(scope);
      await tell(attempt, ends, { pathway, reasons });
      return ends;
    },
    async close(attempt, reasons) {
      const { scope } = attempt.incident;
      detection.forget(scope);
      await tell(attempt, "closed", { reasons });
      desk.end(scope);
      return "closed";
    },
    giveUp(scope, error) {
      desk.mute(scope, clock.now());
      parts.trouble(`case on ${scope.replica ?? scope.service}`, error);
      return "given up";
    },
  };
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

function remedyKind(diagnosis: Diagnosis, incident: Incident): string {
  return `${diagnosis.class}@${incident.scope.service}`;
}
