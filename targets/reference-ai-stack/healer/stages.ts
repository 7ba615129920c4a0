// What joins the stages of the loop: every step is written to the journal before the next begins, and remembers what
// guards need.
import { approve } from "./approvals/approve.ts";
import { createBeginnings, secondOpinion } from "./beginnings.ts";
import { pathInWords, signalsAtRoot } from "./classification/trace.ts";
import { healthBelow } from "./classification/service-graph.ts";
import type { Around } from "./classification/trace.ts";
import { signatureOf } from "./decision/decide.ts";
import type { Decision, DecisionContext } from "./decision/decide.ts";
import type { PastAction } from "./decision/guards.ts";
import { stillAllowed } from "./decision/still-allowed.ts";
import type { Flow } from "./durable/flow.ts";
import { needsConfirming } from "./detection/confirm.ts";
import type { Faculties } from "./faculties.ts";
import { tallyOf, withAttempts } from "./learning/experience.ts";
import { attemptsIn } from "./learning/lesson.ts";
import type { Diagnosis, Incident, Remedy } from "./nouns.ts";
import { keyOf, say } from "./orchestration/attempt.ts";
import type { Attempt } from "./orchestration/attempt.ts";
import { createRemediation } from "./orchestration/remediation.ts";
import type { LoopParts, StageRooms, Stages } from "./stage-parts.ts";
import { createYielding } from "./yielding.ts";

/** The stages over one stack. */
export function createStages(parts: LoopParts, rooms: StageRooms, faculties: Faculties): Stages {
  const { detection, desk } = rooms;
  const remediation = createRemediation(parts, {
    verify: faculties.verify,
    forget: (scope) => detection.forget(scope),
    standing: (scope) =>
      desk
        .standing(scope)
        ?.signals.map(({ name, says }) => `${name}: ${says}`)
        .join(", ") ?? null,
  });
  const tell: Stages["tell"] = (attempt, type, detail) => say(attempt, parts, type, detail);
  return {
    ...createBeginnings(parts, rooms),
    ...createEndings(parts, rooms, tell),
    ...createYielding({ ...rooms, ...parts, tell, isGone: (remedy) => remediation.isGone(remedy) }),
    tell,
    classify: ({ flow, incident }) =>
      flow.step("classify", "classify", async () => {
        const evidence = faculties.trace(incident, await aroundOf(parts, rooms));
        const diagnosis = faculties.classify(signalsAtRoot(evidence));
        return { ...diagnosis, evidence, reasons: [...diagnosis.reasons, pathInWords(evidence)] };
      }),
    async decide(attempt, diagnosis) {
      const { flow, incident } = attempt;
      const decision = await flow.step("decide", keyOf(attempt, "decide"), async () =>
        faculties.decide(
          incident,
          diagnosis,
          await contextOf(parts, rooms, { flow, incident, diagnosis, past: remediation.past() }),
        ),
      );
      const { pathway, reasons, policy, needs, advice } = decision;
      const more = { ...(policy && { policy }), ...(needs && { needs }), ...(advice && { advice }) };
      await tell(attempt, "decided", { pathway, class: diagnosis.class, reasons, ...more });
      return decision;
    },
    approve: (attempt, decision) => approve(parts, attempt, decision),
    async waitUntilDue(attempt, { waitMs, remedy, needs }, diagnosis) {
      const { flow, incident } = attempt;
      // Also people take their time, and meanwhile the trouble may go.
      if (remedy === null || (waitMs <= 0 && needs === undefined)) return null;
      if (waitMs > 0) await flow.sleep(keyOf(attempt, "wait"), waitMs);
      const isThere = await flow.step("still there", keyOf(attempt, "still there"), async () => {
        if (parts.pathways.acting(remedy.pathway).goneBy === "check") return !(await remediation.isGone(remedy));
        return (await secondOpinion(parts, rooms, incident)).confirmed;
      });
      if (isThere) return null;
      const proof = await remediation.verifyGone(attempt, remedy, diagnosis.class);
      return proof.healed ? ["the trouble went without a further action", ...proof.reasons] : null;
    },
    allow: (attempt, decision, diagnosis) => askAgain({ parts, rooms, ...remediation }, attempt, decision, diagnosis),
    act: (attempt, remedy, diagnosis, tier) =>
      remediation.act(attempt, remedy, { signature: signatureOf(diagnosis, attempt.incident), tier }),
    verify: (attempt, remedy, diagnosis) => remediation.verify(attempt, remedy, diagnosis.class),
  };
}

interface Asking {
  readonly parts: LoopParts;
  readonly rooms: StageRooms;
  readonly past: () => readonly PastAction[];
}

/** Policy and guards as they are now, where the decision had to wait; remembered like the decision itself. */
async function askAgain(
  { parts, rooms, past }: Asking,
  attempt: Attempt,
  decision: Decision,
  diagnosis: Diagnosis,
): Promise<Decision | null> {
  const { waitMs, remedy, needs } = decision;
  const { flow, incident } = attempt;
  if (remedy === null || (waitMs <= 0 && needs === undefined)) return null;
  return flow.step("still allowed", keyOf(attempt, "still allowed"), async () => {
    const one = { flow, incident, diagnosis, past: past(), planned: remedy };
    return stillAllowed(decision, incident, diagnosis, await contextOf(parts, rooms, one));
  });
}

/** What is learned of an attempt, and how cases end. */
function createEndings(
  parts: LoopParts,
  { detection, desk }: StageRooms,
  tell: Stages["tell"],
): Pick<Stages, "learn" | "leave" | "close" | "giveUp"> {
  const { clock } = parts;
  return {
    async learn({ flow, incident }, { suspicion }, diagnosis) {
      await flow.step("learn", "learn", async () => {
        const attempts = attemptsIn(parts.engine.history(flow.id));
        // Of an action that is switched off nothing can be learned, whatever it looks like.
        if (attempts.some(({ pathway }) => parts.noops.has(pathway))) return null;
        const fault = remedyKind(diagnosis, incident);
        parts.memory.closed({ incident: incident.id, fault, attempts, ...(suspicion && { suspicion }) });
        return null;
      });
    },
    async leave(attempt, { pathway, reasons, ends }) {
      const { scope } = attempt.incident;
      desk.mute(attempt.incident, clock.now());
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
    giveUp(suspicion, error) {
      const { scope } = suspicion;
      desk.mute(suspicion, clock.now());
      parts.trouble(`case on ${scope.replica ?? scope.service}`, error);
      return "given up";
    },
  };
}

interface Case {
  readonly flow: Flow;
  readonly incident: Incident;
  readonly diagnosis: Diagnosis;
  readonly past: readonly PastAction[];
  /** What was decided before: what it has found is looked at again, and nothing else is looked for. */
  readonly planned?: Remedy;
}

async function contextOf(parts: LoopParts, rooms: StageRooms, one: Case): Promise<DecisionContext> {
  const kind = remedyKind(one.diagnosis, one.incident);
  const [found, graph] = await Promise.all([findWays(parts, rooms, one), parts.surroundings.graph()]);
  const [replicas, sick] = [rooms.telemetry.replicas(), rooms.desk.sick()];
  const known = withAttempts(parts.memory.read(), kind, attemptsIn(parts.engine.history(one.flow.id)));
  return {
    now: parts.clock.now(),
    pathways: parts.pathways,
    policy: parts.policy.read(),
    dryRun: parts.dryRun,
    replicas,
    sick,
    flapping: rooms.telemetry.flapping(),
    past: one.past,
    found,
    dependencies: graph === null ? 1 : healthBelow(one.incident.scope.service, graph, { replicas, sick }),
    worked: (pathway, means) => tallyOf(known, kind, pathway, means),
  };
}

/** A mere suspicion below is no reason yet: only what is certain, or has a case. */
async function aroundOf({ surroundings, clock }: LoopParts, { detection, desk }: StageRooms): Promise<Around> {
  const [graph, changes] = await Promise.all([surroundings.graph(), surroundings.changes()]);
  const standing = detection.take([]).filter((one) => !needsConfirming(one) || desk.hasCase(one.scope));
  return { graph, changes, standing, now: Date.parse(clock.wallTime()) };
}

/** Looks for what the ways of the pathways need that would answer this case. */
async function findWays(
  parts: LoopParts,
  rooms: StageRooms,
  { incident, diagnosis, planned }: Case,
): Promise<Readonly<Record<string, string | null>>> {
  const { service, replica = "" } = incident.scope;
  const isOpen = (pathway: string, means: string): boolean =>
    planned === undefined || (planned.pathway === pathway && planned.means === means);
  const members = rooms.telemetry.replicas();
  const peer = members.filter((one) => one.replica === planned?.found);
  const replicas = peer.length > 0 ? peer : members;
  const found: Record<string, string | null> = {};
  for (const pathway of parts.pathways.answersTo(diagnosis.class)) {
    if (pathway.tier === "none") continue;
    for (const { name, find } of pathway.ways) {
      if (find === undefined || !isOpen(pathway.name, name)) continue;
      found[`${pathway.name}/${name}`] = await find(parts.eyes, { service, replica }, replicas, incident.signals);
    }
  }
  return found;
}

function remedyKind(diagnosis: Diagnosis, incident: Incident): string {
  return `${diagnosis.class}@${incident.scope.service}`;
}
