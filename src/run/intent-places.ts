// Where in its file an intent says what was not kept.

import type { IntentDigest, RunDigest } from "../core/digest.ts";
import type { Place } from "../core/errors.ts";
import { readYaml } from "../language/yaml-source.ts";
import type { KeptIntent } from "../records/begun.ts";
import { readBegun } from "../store/begun.ts";
import { isAbout, type TakenRole } from "../verdict/rule-table.ts";

/** Which part of an intent's file a rule speaks of. */
const about: readonly (readonly [key: string, ...roles: TakenRole[]])[] = [
  ["detected", "detection", "classification", "evidence"],
  ["recovered", "recovery", "pathway", "patience", "data"],
  ["budget", "bound"],
  ["hold_fire", "restraint"],
];

/** By the files as the run kept them; of an intent that it did not keep there is none. */
export async function intentPlaces({ intents }: RunDigest, runDir: string): Promise<ReadonlyMap<string, Place>> {
  const kept = new Map((await readBegun(runDir)).intents.map((one) => [one.id, one]));
  return new Map(
    intents.flatMap((intent) => {
      const own = kept.get(intent.intent);
      return own === undefined ? [] : [[intent.intent, placeOf(intent, own)] as const];
    }),
  );
}

/** Of the expectation that was not kept; else of the title. */
export function placeOf(
  { trials }: Pick<IntentDigest, "trials">,
  { file, source }: Pick<KeptIntent, "file" | "source">,
): Place {
  const yaml = readYaml(source, file);
  const against = trials.flatMap(({ verdict }) => verdict.findings.filter(({ outcome }) => outcome !== "pass"));
  for (const finding of against) {
    const key = about.find(([, ...roles]) => isAbout(finding, ...roles))?.[0];
    if (key !== undefined && yaml.has(["expect", key])) return yaml.placeOf(["expect", key], "key");
  }
  return yaml.placeOf(["title"], "key");
}
