// The healing loop on one screen: telemetry → detection → classification → decision → orchestration → verification →
// learning. Each stage is a room of this folder; what joins them (journal, guards' memory, lock) is in stages.ts.
import { FACULTIES } from "./faculties.ts";
import type { Faculties } from "./faculties.ts";
import type { Suspicion } from "./nouns.ts";
import { createCaseDesk } from "./orchestration/case-desk.ts";
import { createStages } from "./stages.ts";
import type { LoopParts } from "./stages.ts";
import { watchStack } from "./telemetry/watch.ts";

export interface Loop {
  /**
   * One turn: takes in what was seen and starts a case for everything that is newly suspected. To be called every tick.
   */
  turn(): void;
  /** Resolves when no case is under way. */
  settled(): Promise<void>;
}

/** The loop over a stack that is seen through `parts.eyes` and touched through `parts.hand`. */
export function createLoop(parts: LoopParts, faculties: Faculties = FACULTIES): Loop {
  const telemetry = watchStack(parts.eyes, parts.clock, parts.self);
  const detection = faculties.createDetection();
  const desk = createCaseDesk();
  const stages = createStages(parts, { telemetry, detection, desk }, faculties);
  const cases = new Set<Promise<void>>();

  function turn(): void {
    const suspicions = detection.take(telemetry.look());
    for (const suspicion of desk.admit(suspicions, parts.clock.now())) {
      const one = heal(suspicion).catch((error: unknown) => stages.giveUp(suspicion, error));
      cases.add(one);
      void one.finally(() => cases.delete(one));
    }
  }

  async function heal(suspicion: Suspicion): Promise<void> {
    const incident = await stages.confirm(suspicion);
    if (incident === null) return;
    const diagnosis = faculties.classify(incident.signals);
    await stages.tell(incident, "classified", diagnosis);
    for (;;) {
      const decision = await stages.decide(incident, diagnosis);
      if (decision.remedy === null) return stages.leave(incident, decision);
      if (!(await stages.isDue(incident, decision)))
        return stages.close(incident, ["the trouble went without a further action"]);
      await stages.act(incident, decision.remedy, diagnosis);
      const proof = await stages.verify(incident, decision.remedy);
      stages.learn(incident, diagnosis, decision.remedy, proof);
      if (proof.healed) return stages.close(incident, proof.reasons);
    }
  }

  return {
    turn,
    settled: async () => {
      while (cases.size > 0) await Promise.all(cases);
    },
  };
}
