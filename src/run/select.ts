// What commands work on, checked against the faults and the platform that there are here.

import { offeredBy, platformNames } from "../platforms/index.ts";
import * as choosing from "./choose.ts";
import type { Problem } from "../core/errors.ts";
import type { Target } from "../core/target.ts";
import { onPlatform, refuseElsewhere, type SelectOptions } from "./overrides.ts";
import { atLevels } from "./levels/at-levels.ts";
import { loadSources } from "../load/index.ts";
import { probeKinds } from "../probes/table.ts";
import { faultTable } from "./compose/trial-stack.ts";
import { withoutTools } from "./without-tools.ts";

const known: choosing.Known = {
  faultTable,
  probeKinds,
  platformNames,
  loadSources,
  offers: offeredBy,
};

/** Chooses intents and plans their trials; throws with every problem, before anything is touched. */
export async function choose(files: readonly string[], options: SelectOptions): Promise<choosing.Choice> {
  const { out = "reports", levels = "dosed" } = options;
  return choosing.choose(files, options, {
    ...known,
    atLevels: async (intent, target) =>
      levels === "open" ? intent : atLevels(intent, target, { out, lint: lintNewIntents, mayStay: levels === "known" }),
  });
}

/**
 * Without those that need what is not installed here, such as a browser; `says`: which. Throws "environment" where
 * nothing may be left out.
 */
export function fitForHere(choice: choosing.Choice): ReturnType<typeof withoutTools<choosing.Choice>> {
  const isCi = (process.env["CI"] ?? "") !== "";
  return withoutTools(choice, { isCi, sources: loadSources, shown: choosing.shown });
}

export const loadTargets = (): ReturnType<typeof choosing.loadTargets> => choosing.loadTargets(known);
/** See `choosing.loadTarget`; on its own platform, or on that one. */
export async function loadTarget(name: string, platform?: string): Promise<Target> {
  const target = onPlatform(await choosing.loadTarget(name, known), platform);
  refuseElsewhere([target], platform);
  return target;
}

export const loadIntents = (): ReturnType<typeof choosing.loadIntents> => choosing.loadIntents(known);
export const lintNewIntent = async (text: string, file: string): Promise<readonly Problem[]> =>
  (await lintNewIntents([{ text, file }]))[0] ?? [];
/** See `choosing.lintNewIntents`. */
export const lintNewIntents = (
  texts: Parameters<typeof choosing.lintNewIntents>[0],
): ReturnType<typeof choosing.lintNewIntents> => choosing.lintNewIntents(texts, known);
export const lintAll = (): ReturnType<typeof choosing.lintAll> => choosing.lintAll(known);
export const lintFiles = (files: readonly string[]): ReturnType<typeof choosing.lintFiles> =>
  choosing.lintFiles(files, known);
