// `rebound new`: a first intent that lints, from a few words: what breaks, where, who repairs it, by when. What is not
// said is asked, where somebody can answer.

import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { HarnessError, type Problem } from "../core/errors.ts";
import type { Fault } from "../core/fault.ts";
import { whyNoRun } from "../core/may-begin.ts";
import { nearest } from "../core/nearest.ts";
import type { Target } from "../core/target.ts";
import { counted } from "../core/text.ts";
import { edgesBetween } from "../import/reader.ts";
import { offeredBy } from "../platforms/index.ts";
import { asEnvironment } from "../store/whole-file.ts";
import { faultTable } from "./compose/trial-stack.ts";
import { lintNewIntent, loadTargets } from "./select.ts";

export interface NewOptions {
  readonly target?: string;
  readonly fault?: string;
  readonly on?: string;
  readonly by?: string;
  /** As it is written, such as 15s. */
  readonly within: string;
  /** Folder that holds experiments/; absent: where the user stands. */
  readonly root?: string;
}

/** One thing that there is to choose, and what it means. */
interface Choice {
  readonly name: string;
  readonly about: string;
}

/** Asks a person to choose one; undefined: nobody can answer. */
export type Ask = ((question: string, choices: readonly Choice[]) => Promise<string>) | undefined;

/** Where a fault can act: a service, or an edge `from->to`. */
interface Place {
  readonly name: string;
  readonly service: string;
  readonly from?: string;
}

/**
 * Writes `experiments/THEME/NAME.yaml` and returns what to tell. Throws HarnessError "bad-input" for words that name
 * nothing, with what there is, for missing ones where nobody can be asked, and where the file is there already.
 */
export async function newIntent(id: string, options: NewOptions, ask: Ask): Promise<readonly string[]> {
  const out = join(options.root ?? ".", "experiments", `${id}.yaml`);
  if (!/^[a-z0-9]+(?:-[a-z0-9]+)*\/[a-z0-9]+(?:-[a-z0-9]+)*$/.test(id)) {
    refuse([{ found: `the name "${id}"`, expected: "THEME/NAME in lower-case letters, digits and hyphens" }]);
  }
  if (existsSync(out)) refuse([{ found: `${out} is there already`, expected: "a name that is free" }]);
  const targets = await loadTargets();
  const choose = chooser(options, ask);
  const name = await choose("target", "Which stack is it about?", targets.filter(isHealed).map(asChoice));
  const target = targets.find((one) => one.name === name);
  if (target === undefined) throw new HarnessError("bug", `the target ${name} was chosen and is not there`);
  const fitting = [...faultTable.values()].filter((fault) => placesOf(fault, target).length > 0);
  const kind = await choose(
    "fault",
    "What breaks?",
    fitting.map(({ name: word, about }) => ({ name: word, about })),
  );
  const fault = fitting.find((one) => one.name === kind);
  if (fault === undefined) throw new HarnessError("bug", `the fault ${kind} was chosen and is not there`);
  const places = placesOf(fault, target);
  const on = await choose(
    "on",
    "Where?",
    places.map(({ name: word }) => ({ name: word, about: aboutPlace(word, target) })),
  );
  const healers = healersOf(target).map(asChoice);
  const by = await choose("by", "Who repairs it?", healers);
  const place = places.find((one) => one.name === on);
  if (place === undefined) throw new HarnessError("bug", `the place ${on} was chosen and is not there`);
  return write(out, { id, target, fault, place, by, within: options.within });
}

function refuse(problems: readonly Problem[]): void {
  throw new HarnessError("bad-input", "nothing was written", { problems });
}

const asChoice = ({ name, summary }: { readonly name: string; readonly summary: string }): Choice => ({
  name,
  about: summary,
});

const healersOf = ({ pathways }: Target): Target["pathways"] => pathways.filter(({ name }) => name !== "hold");

/** It can be run, and it names somebody who repairs it. */
export const isHealed = (target: Target): boolean => whyNoRun(target).length === 0 && healersOf(target).length > 0;

type Wish = "target" | "fault" | "on" | "by";

/** Takes the word that was given, or asks; refuses a word that is none of the choices, with those there are. */
function chooser(options: NewOptions, ask: Ask) {
  return async (wish: Wish, question: string, choices: readonly Choice[]): Promise<string> => {
    const names = choices.map(({ name }) => name);
    const expected = `one of ${names.join(", ") || "(nothing fits)"}`;
    if (names.length === 0) refuse([{ found: `nothing to choose for --${wish}`, expected: "at least one" }]);
    const word = options[wish] ?? (ask === undefined ? undefined : await ask(question, choices));
    if (word === undefined) refuse([{ found: `no --${wish}`, expected, suggestion: question }]);
    else if (!names.includes(word)) {
      const near = nearest(word, names);
      const suggestion = near === undefined ? {} : { suggestion: `did you mean "${near}"?` };
      refuse([{ found: `--${wish} ${word}`, expected, ...suggestion }]);
    }
    return word ?? "";
  };
}

/** Services or edges at which the target's platform offers all that the fault needs. */
export function placesOf(fault: Fault, target: Target): readonly Place[] {
  const isHarm = fault.harmless !== true && fault.byOperator !== true && fault.sharesRequests !== true;
  if (!isHarm || fault.lacks?.(fault.example, target) !== undefined) return [];
  if (fault.acts !== "replica" && fault.acts !== "edge") return [];
  return target.services.flatMap(({ name, replicas: [first] }) => {
    if (first === undefined) return [];
    const callers = edgesBetween(target).flatMap((edge) => {
      const [from, to] = edge.split("->");
      return to === name && from !== undefined ? [from] : [];
    });
    const ways: readonly (string | undefined)[] = fault.acts === "edge" ? callers : [undefined];
    return ways.flatMap((from) => {
      const site = { service: name, replica: first.id, ...(from === undefined ? {} : { edgeFrom: from }) };
      const offered = offeredBy(target, site);
      const fits = fault.needs.every((need) => need === "edge" || offered.includes(need));
      return fits
        ? [{ name: from === undefined ? name : `${from}->${name}`, service: name, ...(from !== undefined && { from }) }]
        : [];
    });
  });
}

function aboutPlace(word: string, { services }: Target): string {
  const service = services.find(({ name }) => name === word.split("->").at(-1));
  return counted(service?.replicas.length ?? 0, "replica");
}

/** What was chosen; `within` as it is written. */
interface Chosen {
  readonly id: string;
  readonly target: Target;
  readonly fault: Fault;
  readonly place: Place;
  readonly by: string;
  readonly within: string;
}

async function write(out: string, chosen: Chosen): Promise<readonly string[]> {
  const text = textOf(chosen);
  const problems = await lintNewIntent(text, out);
  if (problems.length > 0)
    throw new HarnessError("bad-input", "no sound intent comes of it; nothing was written", { problems });
  await asEnvironment(`cannot write ${out}`, async () => {
    await mkdir(dirname(out), { recursive: true });
    await writeFile(out, text, { flag: "wx" });
  });
  return [
    `wrote ${out}; it lints. Each "guess" in it is yours to check.`,
    `  1. npx rebound plan ${out}   what would be touched`,
    `  2. npx rebound run ${out}    the first verdict`,
  ];
}

/** The text of the file. */
export function textOf({ id, target, fault, place, by, within }: Chosen): string {
  const { service, from } = place;
  const isLonely = target.services.find(({ name }) => name === service)?.replicas.length === 1;
  const count = isLonely ? "all" : "1";
  const on = from === undefined ? `replica_of: ${service}` : `edge: { from: ${from}, to: ${service} }`;
  const counted = target.probes.find((probe) => probe.kind === "healthy-replicas" && probe.service === service);
  // As the linter asks: ten periods of the slowest probe at least.
  const holdMs = Math.max(3000, 10 * (counted?.everyMs ?? 0));
  const canAblate = target.ablationEnv !== undefined || target.ablations?.[by] !== undefined;
  const whole = counted === undefined ? "" : `    ${service}-whole: ${counted.name} >= baseline.${counted.name}\n`;
  const given = Object.keys(fault.example).length === 0 ? "" : `    with: ${JSON.stringify(fault.example)}\n`;
  const title = id.split("/").at(-1)?.replaceAll("-", " ") ?? id;
  return `version: 1
title: ${JSON.stringify(title[0]?.toUpperCase() + title.slice(1))}
# guess: say in a sentence what you believe; it must be able to turn out false.
belief: ${JSON.stringify(`When ${fault.name} hits ${place.name}, ${by} makes users well again within ${within}.`)}
target: ${target.name}
arms: [treatment${canAblate ? ", ablation" : ""}]

# guess: so many users; check what the stack carries, and how late an answer may be.
load: { arrival: constant, rate: 20/s, slow_over: 400ms, timeout: 5s, warmup: 2s, baseline: 5s }

# guess: what is normal. These hold in every window before the fault, and again once it is repaired.
steady:
  window: 1s
  bad_after: 2
  where:
    users-answered: users.error_share <= 0.15
    users-fast: users.slow_share <= max(0.3, baseline.users.slow_share + 0.25)
${whole}
disturb:
  - fault: ${fault.name}
    on: { ${on}, count: ${count} }
${given}${isLonely ? "limits: { max_share: 1 }\n" : ""}
expect:
  # guess: so soon, and so long it must stay well.
  recovered: { within: ${within}, by: ${by}, hold: ${holdMs / 1000}s }
  never:
    total-outage: users.error_share > 0.9
`;
}
