// The stack under test from outside: its replicas and processes by the process table, its published files by their
// bytes, its edges by the fault proxy.

import { messageOf } from "../../core/errors.ts";
import type { FileDamage } from "../../core/file-damage.ts";
import type { Inventory } from "../../records/inventory.ts";
import type { SeenEdge, StackSurvey } from "../../records/survey.ts";
import { fileWitness } from "./file-witness.ts";
import { processOf } from "./instance.ts";
import { surveyProcesses, type ProcessTies } from "./process-survey.ts";
import { isRunning } from "./process-table.ts";

export interface StackEyes {
  readonly workDir: string;
  readonly ties: () => ProcessTies;
  inventory(signal: AbortSignal): Promise<Inventory>;
  edges(): Promise<readonly SeenEdge[]>;
}

/**
 * Looks at one stack; `damages`: what faults wrote into its files. What cannot be looked at is in `unseen` with the
 * reason.
 */
export function surveyStack(
  eyes: StackEyes,
): (signal: AbortSignal, damages: readonly FileDamage[]) => Promise<StackSurvey> {
  const witness = fileWitness(eyes.workDir);
  return async (signal, damages) => {
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
    const replicas = inventory.map(async ({ service, replica, instance }) => ({
      service,
      replica,
      instance,
      alive: instance !== null && (await isRunning(processOf(instance))),
    }));
    return {
      replicas: await Promise.all(replicas),
      processes: await looked("processes", () => surveyProcesses(eyes.ties())),
      edges: await looked("edges", () => eyes.edges()),
      files: await looked("published files", () => witness.look(inventory, damages)),
      unseen,
    };
  };
}
