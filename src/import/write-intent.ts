// An imported intent as YAML, with a comment at each thing that its author has to decide.

import { armNames, armOf, treatmentArm } from "../core/arms.ts";
import type { Ms } from "../core/units.ts";
import { importedTimeoutMs } from "./imported.ts";
import type { Condition, Disturbance, Imported } from "./imported.ts";

/** What the command line says of the recovery; without it the intent only watches. */
interface Recovery {
  readonly pathway: string;
  readonly within: string;
}

interface Around {
  readonly target: string;
  /** File that it came from. */
  readonly from: string;
  readonly rate: string;
  readonly recovery?: Recovery;
}

/** The arm of what breaks nothing. */
const controlArm = armNames.find((arm) => armOf(arm).disturbs === "nothing");
const longestTitle = 120;
/** How long is watched after the last harm where the file tells no wait, ms. */
const usualSettleMs = 30_000;

/** The text of an intent file. What a colleague must decide stands in comments that begin with "to decide". */
export function intentText(imported: Imported, { target, from, rate, recovery }: Around): string {
  const { title, belief, tags, conditions, disturbances, baselineMs, settleMs = usualSettleMs, undecided } = imported;
  const hitsAll = disturbances.some(({ many }) => "count" in many && many.count === "all");
  const lastMs = Math.max(0, ...disturbances.map(({ atMs = 0, forMs = 0 }) => atMs + forMs));
  const isControl = disturbances.length === 0;
  const expect = isControl
    ? `watch: ${written(settleMs)}\n\nexpect:\n  hold_fire: true\n`
    : recovery === undefined
      ? `watch: ${written(lastMs + settleMs)}\n\nexpect:\n  never:\n    total-outage: users.error_share > 0.9\n`
      : `expect:\n  recovered: { within: ${recovery.within}, by: ${recovery.pathway}, hold: 5s }\n`;
  const open = [
    ...undecided,
    `How many users come, and how late an answer may be: ${rate} and 1s were taken.`,
    ...(recovery === undefined && !isControl
      ? ["Who repairs it, and by when: without expect.recovered this only watches."]
      : []),
  ];
  return `# From ${from.replaceAll(/\s+/g, " ")}. ${isControl ? "It breaks nothing." : "It tells neither who repairs what was broken nor by when."}
${open.map((sentence) => `# to decide: ${sentence.replaceAll(/\s+/g, " ")}`).join("\n")}
version: 1
title: ${JSON.stringify(oneLine(title).slice(0, longestTitle))}
belief: ${JSON.stringify(oneLine(belief))}
target: ${target}
${tags.length === 0 ? "" : `tags: [${tags.map((tag) => JSON.stringify(tag)).join(", ")}]\n`}arms: [${isControl ? controlArm : treatmentArm}]

load: { arrival: constant, rate: ${rate}, slow_over: 1s, timeout: ${written(importedTimeoutMs)}, warmup: 2s, baseline: ${written(baselineMs)} }

steady:
  window: 1s
  bad_after: 2
  where:
${named(conditions)
  .map(({ name, expression }) => `    ${name}: ${JSON.stringify(expression)}`)
  .join("\n")}

disturb:
${isControl ? "  - fault: nothing\n" : disturbances.map(disturbanceText).join("")}${hitsAll ? "limits: { max_share: 1 }\n" : ""}
${expect}`;
}

/** As intents have it; `2m 5s` of formatted ones is none. */
function written(ms: Ms): string {
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${Math.round(ms)}ms`;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}

/** Conditions under names that differ, of the letters that names may have. */
function named(conditions: readonly Condition[]): readonly Condition[] {
  const taken = new Set<string>();
  return conditions.map(({ name, expression }) => {
    const slug = name
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, "-")
      .replaceAll(/^[^a-z]+|-+$/g, "")
      .slice(0, 40)
      .replace(/-+$/, "");
    const stem = slug === "" ? "condition" : slug;
    let unique = stem;
    for (let n = 2; taken.has(unique); n += 1) unique = `${stem}-${n}`;
    taken.add(unique);
    return { name: unique, expression };
  });
}

function disturbanceText({ fault, on, many, params, atMs = 0, forMs = 0 }: Disturbance): string {
  const where = "service" in on ? `replica_of: ${on.service}` : `edge: { from: ${on.from}, to: ${on.to} }`;
  const much = "count" in many ? `count: ${many.count}` : `share: ${many.share}`;
  const given = Object.entries(params ?? {}).map(([key, value]) => `${key}: ${value}`);
  return [
    `  - fault: ${fault}`,
    `    on: { ${where}, ${much} }`,
    ...(given.length > 0 ? [`    with: { ${given.join(", ")} }`] : []),
    ...(atMs > 0 ? [`    at: ${written(atMs)}`] : []),
    ...(forMs > 0 ? [`    for: ${written(forMs)}`] : []),
    "",
  ].join("\n");
}
