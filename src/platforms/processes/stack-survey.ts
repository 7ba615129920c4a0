// The stack under test from outside: its replicas and processes by the process table, its published files by their bytes, its edges
// by the fault proxy.

import { messageOf } from "../../core/errors.ts";
import type { Inventory } from "../../core/inventory.ts";
import type { SeenEdge, StackSurvey } from "../../core/survey.ts";
import { fileWitness } from "./file-witness.ts";
import { surveyProcesses, type ProcessTies } from "./process-survey.ts";
import { isRunning } from "./process-table.ts";

export interface StackEyes {
  readonly workDir: string;
  readonly ties: () => ProcessTies;
  inventory(signal: AbortSignal): Promise<Inventory>;
  edges(): Promise<readonly SeenEdge[]>;
}

/** `before` is taken right before the injection, `harmed` right after each fault, `after` once all were taken back. */
export type SurveyMoment = "before" | "harmed" | "after";

/** Looks at one stack; what cannot be looked at is in `unseen` with the reason. */
export function surveyStack(eyes: StackEyes): (moment: SurveyMoment, signal: AbortSignal) => Promise<StackSurvey> {
  const witness = fileWitness(eyes.workDir);
  return async (moment, signal) => {
    const unseen: string[] = [];
    const looked = async <T>(what: string, look: () => Promise<readonly T[]>): Promise<readonly T[]> => {
      try {
        return await look();
      } catch (thrown) {
        unseen.push(`${what}: ${messageOf(thrown)}`);
        return [];
      }
    };
    const inventory = await looked("inventory", async () => (await eyes.inventory(signal)).replicas);
    const replicas = inventory.map(async ({ service, replica, pid }) => ({
      service,
      replica,
      pid,
      alive: pid !== null && (await isRunning(pid)),
    }));
    // Right after a fault only its bytes are of interest: every ms counts there.
    const whole = moment !== "harmed";
    return {
      replicas: await Promise.all(replicas),
      processes: whole ? await looked("processes", () => surveyProcesses(eyes.ties())) : [],
      edges: whole ? await looked("edges", () => eyes.edges()) : [],
      files: await looked("published files", () => witness.look(moment, inventory)),
      unseen,
    };
  };
}
