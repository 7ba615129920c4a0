// Which values the settings of a target have in a trial, and what follows from them.

import type { Problem } from "../core/errors.ts";
import type { Fault } from "../core/fault.ts";
import type { Intent } from "../core/intent.ts";
import type { ProbeBase } from "../core/probe-kind.ts";
import { refusedInPieces } from "../core/rows-in-pieces.ts";
import type { Target } from "../core/target.ts";
import type { Tier, TrialPlan } from "../records/plan.ts";

/**
 * The value of every setting of the target: as the intent chooses, else its default; and where it does not run on its
 * own platform, which one, so that histories of the two stay apart.
 */
export function settingsOf({ settings = {} }: Intent, target: Target): Pick<TrialPlan, "settings"> {
  const elsewhere = target.isElsewhere === true ? { platform: target.platform } : undefined;
  if (target.settings === undefined) return elsewhere ? { settings: elsewhere } : {};
  const chosen = new Map(Object.entries(settings));
  const values = Object.entries(target.settings).map(([name, { byDefault }]) => [name, chosen.get(name) ?? byDefault]);
  return { settings: { ...Object.fromEntries(values), ...elsewhere } };
}

/** Tiers of pathways that the chosen values change. */
export function chosenTiers(target: Target, intent: Intent): ReadonlyMap<string, Tier> {
  const { settings = {} } = settingsOf(intent, target);
  const tiers = Object.entries(settings).flatMap(([name, value]) =>
    Object.entries(target.settings?.[name]?.values[value]?.tiers ?? {}),
  );
  return new Map(tiers);
}

/** Whether a probe looks at all where the settings have these values. */
export function looksWith({ onlyWith = {} }: ProbeBase, settings: Readonly<Record<string, string>>): boolean {
  return Object.entries(onlyWith).every(([name, value]) => settings[name] === value);
}

/** Faults by their names, as far as they are asked before anything is touched. */
export type AskedFaults = ReadonlyMap<string, Pick<Fault, "needsOnePiece">>;

/**
 * What settings of the command line rule out; where the intent chooses them itself, the linter says so before. Without
 * a table nothing is asked.
 */
export function refusedBySettings(
  intent: Intent,
  target: Target | undefined,
  faultTable: AskedFaults = new Map(),
): Problem | undefined {
  if (target === undefined) return undefined;
  const { settings = {} } = intent;
  for (const { fault: name, params } of intent.disturbances) {
    const fault = faultTable.get(name);
    const refused = fault && refusedInPieces({ fault, params, target, settings });
    if (refused) return { place: { file: intent.file, line: 1, column: 1 }, ...refused };
  }
  return undefined;
}
