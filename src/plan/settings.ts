// Which values the settings of a target have in a trial, and what follows from them.

import type { Intent } from "../core/intent.ts";
import type { ProbeBase } from "../core/probe-kind.ts";
import type { Target } from "../core/target.ts";
import type { Tier, TrialPlan } from "../records/plan.ts";

/** The value of every setting of the target: as the intent chooses, else its default. */
export function settingsOf({ settings = {} }: Intent, target: Target): Pick<TrialPlan, "settings"> {
  if (target.settings === undefined) return {};
  const chosen = new Map(Object.entries(settings));
  const values = Object.entries(target.settings).map(([name, { byDefault }]) => [name, chosen.get(name) ?? byDefault]);
  return { settings: Object.fromEntries(values) };
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
