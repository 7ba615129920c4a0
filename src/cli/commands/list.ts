// `rebound list`: what there is to name in an intent, and what there is to run.

import type { Fault } from "../../core/fault.ts";
import { HarnessError } from "../../core/errors.ts";
import { userProbeMeanings, userProbes } from "../../core/user-probes.ts";
import { loadSources } from "../../load/index.ts";
import { platforms } from "../../platforms/index.ts";
import { presetTexts } from "../../probes/metrics/presets.ts";
import { loadIntents, loadTargets } from "../../run/select.ts";
import { listNames } from "../list-names.ts";
import { faultTable } from "../../run/compose/trial-stack.ts";

interface Param {
  readonly description?: string;
}

/** Parameters below their fault, as the schema describes them. */
function paramRows({ paramsSchema: { properties = {}, required = [] } }: Fault): Row[] {
  return Object.entries(properties as Readonly<Record<string, Param>>).map(([name, { description = "" }]) => {
    const must = Array.isArray(required) && required.includes(name) ? " (required)" : "";
    return [`  ${name}${must}`, description];
  });
}

type Row = readonly [name: string, says: string];

const lists: Readonly<Record<(typeof listNames)[number], () => Promise<Row[]>>> = {
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
        `${probe.signal?.preset ?? probe.kind} of ${probe.service} every ${probe.everyMs} ms (${target.name})`,
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
};

/** Prints one list, name and meaning; throws on a word that names none. */
export async function list(what: string | undefined): Promise<number> {
  const name = listNames.find((each) => each === what);
  if (name === undefined) {
    throw new HarnessError("bad-input", what === undefined ? "a list of what?" : `there is no list of "${what}"`, {
      hint: `expected one of: ${listNames.join(", ")}`,
    });
  }
  const rows = await lists[name]();
  const width = Math.max(0, ...rows.map(([key]) => key.length));
  for (const [key, says] of rows) process.stdout.write(`${key.padEnd(width)}  ${says}\n`);
  return 0;
}
