// Looks before and after, so that what a trial leaves behind is found by looking and not by trusting that it was
// cleaned up. The looks go into the timeline; the rule `nothing-left` compares them.

import { messageOf } from "../core/errors.ts";
import type { FileDamage } from "../core/file-damage.ts";
import type { TrialPlan } from "../records/plan.ts";
import type { MachineSurvey, StackSurvey } from "../records/survey.ts";
import type { Ms } from "../core/units.ts";
import { hitReplicas, machineResidue, type Residue } from "../measure/conduct/residue.ts";
import { pause } from "./pause.ts";
import type { RunningStack, TrialDeps } from "./ports.ts";
import type { Recorder } from "./recorder.ts";
import type { Applied } from "./applied.ts";
import { withTimeLimit } from "./time-limit.ts";

/** One look may take this long, ms; it has a clock and a signal of its own, whatever became of the trial. */
const lookBudgetMs: Ms = 10_000;
/** A replica that the healer is just about to start again gets this long to be there, ms. */
const settleMs: Ms = 5_000;
const settleEveryMs: Ms = 100;

/** A fault whose way back is on the disk. */
type Touching = Pick<Applied, "fault" | "site" | "undo">;

/** The looks of one trial. None of them throws: what could not be looked at is written down as unseen. */
export interface Audit {
  beforeBoot(): Promise<void>;
  beforeInjection(stack: RunningStack): Promise<void>;
  /** A fault is about to act: what it writes into files will be looked for. */
  beforeFault(touching: Touching): void;
  /** Once every fault was taken back and the stack still is up; nothing when there was no injection. */
  afterRevert(stack: RunningStack): Promise<void>;
  /** What is left on the machine, besides writing it down. */
  afterTeardown(): Promise<readonly Residue[]>;
}

/** Opens the audit of one trial. */
export function openAudit(plan: TrialPlan, deps: TrialDeps, recorder: Recorder): Audit {
  let machineBefore: MachineSurvey | undefined;
  let stackBefore: StackSurvey | undefined;
  const touched: Touching[] = [];
  return {
    async beforeBoot() {
      machineBefore = await lookAtMachine(deps);
      recorder.record({ kind: "machine-survey", moment: "before", survey: machineBefore });
    },
    async beforeInjection(stack) {
      stackBefore = await lookAtStack(stack, []);
      recorder.record({ kind: "stack-survey", moment: "before", survey: stackBefore });
    },
    beforeFault(touching) {
      touched.push(touching);
    },
    async afterRevert(stack) {
      if (stackBefore === undefined) return;
      const until = performance.now() + settleMs;
      const { damages, unseen } = await damagesOf(touched);
      let survey = await lookAtStack(stack, damages);
      while (hitReplicas(plan.disturbances, stackBefore, survey).length > 0 && performance.now() < until) {
        await pause(settleEveryMs, AbortSignal.timeout(settleMs));
        survey = await lookAtStack(stack, damages);
      }
      const whole = { ...survey, unseen: [...unseen, ...survey.unseen] };
      recorder.record({ kind: "stack-survey", moment: "after", survey: whole });
    },
    async afterTeardown() {
      const survey = await lookAtMachine(deps);
      recorder.record({ kind: "machine-survey", moment: "after", survey });
      return machineBefore === undefined ? [] : machineResidue(machineBefore, survey);
    },
  };
}

async function lookAtMachine(deps: TrialDeps): Promise<MachineSurvey> {
  try {
    return await withTimeLimit(lookBudgetMs, () => deps.lookAtMachine());
  } catch (thrown) {
    return { processes: [], folders: [], files: [], ports: [], unfinished: [], unseen: [messageOf(thrown)] };
  }
}

/** What the faults wrote into files, by their undo logs; read only now, since it may be large. */
async function damagesOf(
  touched: readonly Touching[],
): Promise<{ readonly damages: readonly FileDamage[]; readonly unseen: readonly string[] }> {
  const damages: FileDamage[] = [];
  const unseen: string[] = [];
  for (const { fault, site, undo } of touched) {
    try {
      damages.push(...(await withTimeLimit(lookBudgetMs, async () => (await fault.wrote?.(undo, site)) ?? [])));
    } catch (thrown) {
      unseen.push(`what ${fault.name} wrote: ${messageOf(thrown)}`);
    }
  }
  return { damages, unseen };
}

async function lookAtStack(stack: RunningStack, damages: readonly FileDamage[]): Promise<StackSurvey> {
  try {
    return await withTimeLimit(lookBudgetMs, (signal) => stack.survey(signal, damages));
  } catch (thrown) {
    return { replicas: [], processes: [], edges: [], files: [], unseen: [messageOf(thrown)] };
  }
}
