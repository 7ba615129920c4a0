// The healing loop on one screen: telemetry → detection → classification → decision → orchestration → verification →
// learning. Each stage is a room of this folder; what joins them (journal, guards' memory, lock) is in stages.ts.
import { FACULTIES } from "./faculties.ts";
import type { Faculties } from "./faculties.ts";
import type { Flow } from "./durable/flow.ts";
import type { Detection } from "./detection/detect.ts";
import type { Incident, Remedy, Signal, Suspicion } from "./nouns.ts";
import { createCaseDesk } from "./orchestration/case-desk.ts";
import { createStages } from "./stages.ts";
import type { Found, LoopParts, Stages } from "./stage-parts.ts";
import { withFlaps } from "./telemetry/flaps.ts";
import type { FlapTelemetry } from "./telemetry/flaps.ts";
import { watchStack } from "./telemetry/watch.ts";

export interface Loop {
  /**
   * One turn: takes in what was seen and starts a case for everything that is newly suspected. To be called every tick.
   */
  turn(): void;
  /** True once it has seen the whole stack well; before that nobody is sick for it. */
  isArmed(): boolean;
  /** What is out of order now. */
  signals(): readonly Signal[];
  /** The second opinions that stand now. */
  opinions(): readonly Signal[];
  /** Resolves when no case is under way. */
  settled(): Promise<void>;
}

/** The loop over a stack that is seen through `parts.eyes` and touched through `parts.hand`. */
export function createLoop(parts: LoopParts, faculties: Faculties = FACULTIES): Loop {
  const { engine, clock } = parts;
  const telemetry = withFlaps(watchStack(parts.eyes, parts.source, clock, parts.self));
  const detection = withSignals(faculties.createDetection());
  const desk = createCaseDesk();
  const stages = createStages(parts, { telemetry, detection, desk }, faculties);
  const self = { service: "healer", replica: parts.self };
  const opening = new Set<Promise<void>>();
  void serveCases(parts, stages, (flow, found) => heal({ stages, telemetry }, flow, found));

  function turn(): void {
    const memory = { kind: "state" as const, at: clock.now(), scope: self, trouble: parts.selfTrouble() };
    const suspicions = detection.take([...telemetry.look(), memory]);
    stages.keepWell();
    for (const suspicion of desk.admit(stages.heed(suspicions), clock.now())) {
      const one: Promise<void> = open(suspicion).finally(() => opening.delete(one));
      opening.add(one);
    }
  }

  async function open(suspicion: Suspicion): Promise<void> {
    try {
      const found = await stages.confirm(suspicion);
      if (found !== null) await engine.start(found.incident.id, found);
    } catch (error) {
      stages.giveUp(suspicion, error);
    }
  }

  return {
    turn,
    isArmed: () => detection.isArmed(),
    signals: () => detection.signals(),
    opinions: () => detection.opinions(),
    settled: async () => {
      while (opening.size > 0) await Promise.all(opening);
      await engine.settled();
    },
  };
}

interface Healing {
  readonly stages: Stages;
  readonly telemetry: FlapTelemetry;
}

/** A case from its beginning to its end, in a word. */
async function heal({ stages, telemetry }: Healing, flow: Flow, found: Found): Promise<string> {
  const { incident } = found;
  if (!stages.takeUp(flow, incident)) return stages.giveWay(flow, incident);
  await telemetry.seen;
  const first = { flow, incident, number: 0 };
  await stages.tell(first, "detected", { reasons: found.reasons, ...ageOf(incident) });
  const diagnosis = await stages.classify(first);
  await stages.tell(first, "classified", diagnosis);
  let tried: Remedy | null = null;
  for (let number = 1; ; number += 1) {
    const attempt = { flow, incident, number };
    const yielded = tried && (await stages.yieldIfOvertaken(attempt, "before deciding", diagnosis, tried));
    if (yielded !== null) return yielded;
    const decision = await stages.decide(attempt, diagnosis);
    if (decision.remedy === null) return stages.leave(attempt, decision);
    const refusal = await stages.approve(attempt, decision);
    if (refusal !== null) return stages.leave(attempt, refusal);
    const gone = await stages.waitUntilDue(attempt, decision, diagnosis);
    if (gone !== null) return stages.close(attempt, gone);
    const barred = await stages.allow(attempt, decision, diagnosis);
    if (barred !== null) return stages.leave(attempt, barred);
    const hasWaited = decision.waitMs > 0 || decision.needs !== undefined;
    const ended = hasWaited ? await stages.yieldIfOvertaken(attempt, "before acting", diagnosis, tried) : null;
    if (ended !== null) return ended;
    await stages.act(attempt, decision.remedy, diagnosis, decision.tier);
    const proof = await stages.verify(attempt, decision.remedy, diagnosis);
    if (proof.healed) await stages.learn(attempt, found, diagnosis);
    if (proof.healed) return stages.close(attempt, proof.reasons);
    tried = decision.remedy;
  }
}

/** Goes on with the cases that an earlier life of the healer left, and takes new ones from then on. Never rejects. */
async function serveCases(
  { engine, trouble }: LoopParts,
  stages: Stages,
  heal: (flow: Flow, found: Found) => Promise<string>,
): Promise<void> {
  try {
    await engine.serve((flow, found) =>
      heal(flow, found).catch((error: unknown) => stages.giveUp(found.incident, error)),
    );
    stages.recall();
  } catch (error) {
    trouble("the engine that keeps the cases", error);
  }
}

/** The same, and what it said last. */
function withSignals(detection: Detection): Detection & { signals(): readonly Signal[] } {
  let last: readonly Signal[] = [];
  return {
    ...detection,
    signals: () => last,
    take(observations) {
      const suspicions = detection.take(observations);
      last = suspicions.flatMap(({ signals }) => signals);
      return suspicions;
    },
  };
}

/** The greatest age that one of its signals may have had. */
function ageOf({ signals }: Incident): { readonly freshMs?: number } {
  const ages = signals.flatMap(({ freshMs }) => freshMs ?? []);
  return ages.length === 0 ? {} : { freshMs: Math.max(...ages) };
}
