// What there is to name in an intent, and what there is to run: rows of a name and its meaning.

import { HarnessError } from "../core/errors.ts";
import type { Fault } from "../core/fault.ts";
import { userProbeMeanings, userProbes } from "../core/user-probes.ts";
import { loadSources } from "../load/index.ts";
import { platforms } from "../platforms/index.ts";
import { presetTexts } from "../probes/metrics/presets.ts";
import { faultTable } from "./compose/trial-stack.ts";
import { listNames, type ListName } from "./list-names.ts";
import { loadIntents, loadTargets } from "./select.ts";

interface Param {
  readonly description?: string;
}

/** Parameters below their fault, as the schema describes them. */
function paramRows({ dose, paramsSchema: { properties = {}, required = [] } }: Fault): Row[] {
  return Object.entries(properties as Readonly<Record<string, Param>>).map(([name, { description = "" }]) => {
    const must = Array.isArray(required) && required.includes(name) ? " (required)" : "";
    return [`  ${name}${must}${name === dose?.param ? " (its dose)" : ""}`, description];
  });
}

/** A name and its meaning. */
type Row = readonly [name: string, says: string];

const lists = {
  async faults() {
    return [...faultTable.values()].flatMap((fault): Row[] => [[fault.name, fault.about], ...paramRows(fault)]);
  },
  async probes() {
    const users = userProbes.map((name): Row => [name, userProbeMeanings[name]]);
    const targets = await loadTargets();
    const named = targets.flatMap(({ name: target, streams: [, ...others] }) =>
      others.map((stream): Row => [`users.${stream.name}.*`, `the same of the stream ${stream.name} (${target})`]),
    );
    const state = targets.flatMap((target) =>
      target.probes.map((probe): Row => [
        probe.name,
        probe.ofStream === undefined
          ? `${probe.signal?.preset ?? probe.kind} of ${probe.service} every ${probe.everyMs} ms (${target.name})`
          : `${probe.kind}, at each beat of the stream ${probe.ofStream} (${target.name})`,
      ]),
    );
    return [...users, ...named, ...state];
  },
  async presets() {
    return presetTexts();
  },
  async pathways() {
    const targets = await loadTargets();
    return targets.flatMap((target) =>
      target.pathways.map(({ name, summary, tier }): Row => {
        const risk = tier === undefined ? "" : `, ${tier} risk`;
        return [name, `${summary} (${target.name}${risk})`];
      }),
    );
  },
  async sources() {
    return loadSources.map(({ name, about }) => [name, about]);
  },
  async platforms() {
    return platforms.map(({ name, about }) => [name, about]);
  },
  async targets() {
    return (await loadTargets()).map((target) => [target.name, target.summary]);
  },
  async intents() {
    return (await loadIntents()).map((intent) => [intent.id, `${intent.title} [${intent.tags.join(" ")}]`]);
  },
} as const satisfies Readonly<Record<ListName, () => Promise<readonly Row[]>>>;

/**
 * Targets and intents are those of the workspace. Throws HarnessError "bad-input" with their problems, or for a word
 * that names no list.
 */
export async function rowsOf(what: string | undefined): Promise<readonly Row[]> {
  const name = listNames.find((each) => each === what);
  if (name === undefined) {
    throw new HarnessError("bad-input", what === undefined ? "a list of what?" : `there is no list of "${what}"`, {
      hint: `expected one of: ${listNames.join(", ")}`,
    });
  }
  return lists[name]();
}
