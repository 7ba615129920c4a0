// Counts what became of the steps of sessions.

import { notReached } from "../../core/session.ts";
import type { StreamFacts } from "../../records/facts/load.ts";
import type { SettledRequest } from "../windows/requests.ts";

type Steps = NonNullable<StreamFacts["steps"]>;

export interface StepTally {
  /** Requests that stand alone are passed over. */
  add(request: SettledRequest): void;
  copy(): StepTally;
  facts(): Pick<StreamFacts, "steps">;
}

/** A tally that has taken nothing yet, or goes on from one that has. */
export function makeStepTally(known: Steps = {}): StepTally {
  const steps: Record<string, Steps[string]> = { ...known };
  return {
    add({ step, outcome, word }) {
      if (step === undefined) return;
      const { expected = 0, answered = 0, errors = 0, notReached: lost = 0 } = steps[step] ?? {};
      const isError = outcome === "error";
      const isLost = isError && word === notReached;
      steps[step] = {
        expected: expected + 1,
        answered: answered + (outcome === "answered" ? 1 : 0),
        errors: errors + (isError && !isLost ? 1 : 0),
        notReached: lost + (isLost ? 1 : 0),
      };
    },
    copy: () => makeStepTally(steps),
    facts: () => (Object.keys(steps).length === 0 ? {} : { steps: { ...steps } }),
  };
}
