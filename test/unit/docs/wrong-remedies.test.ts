// For each fault a remedy that looks right and is not: the intents name it, so that a recovery by it is no success.
import { readFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { faults } from "../../../src/faults/index.ts";
import { isOfClusters } from "../../support/faults-index.ts";
import { findExperiments } from "../../../src/store/read-experiments.ts";

const root = resolve(import.meta.dirname, "../../..");

interface Written {
  readonly target: string;
  readonly arms: readonly string[];
  readonly disturb: readonly { readonly fault?: string; readonly load?: object }[];
  readonly expect: { readonly recovered?: { readonly by?: string } };
}

/** What a loop might do instead. */
const remedies = /\b(?:restart|scale|replicas|restor|clear|roll|version back|raise|limit|queue|memory|wait|again)/i;

/** The sentence that speaks of it, with its line breaks taken out; undefined: none does. */
function wrongRemedyIn(text: string): string | undefined {
  const plain = text.replaceAll(/\n#? */g, " ");
  return plain.split(/(?<=[.:])\s/).find((sentence, n, all) => {
    const isIt = /\btempting\b|\bwrong remed/i.test(sentence);
    return isIt && remedies.test(`${all[n - 1] ?? ""} ${sentence} ${all[n + 1] ?? ""}`);
  });
}

const intents = (await findExperiments(root)).map((file) => {
  const text = readFileSync(file, "utf8");
  return { name: relative(root, file), text, written: parse(text) as Written };
});
const onReference = intents.filter(({ written }) => written.target === "reference-ai-stack");

it("every intent that declares a repair of the reference stack names a tempting wrong one", () => {
  const repaired = onReference.filter(({ written }) => written.expect.recovered?.by !== undefined);
  expect(repaired.length).toBeGreaterThan(30);
  expect(repaired.filter(({ text }) => wrongRemedyIn(text) === undefined).map(({ name }) => name)).toEqual([]);
});

it("every fault that does harm is in such an intent, or has nothing that should be repaired", () => {
  // The reference stack has no containers: what is done to one is tried on another target.
  const named = new Set(
    intents
      .filter(({ written }) => ["reference-ai-stack", "echo-containers"].includes(written.target))
      .filter(({ text }) => wrongRemedyIn(text) !== undefined)
      .flatMap(({ written }) => written.disturb.map(({ fault = "load.change" }) => fault)),
  );
  const held = new Set(
    onReference
      .filter(({ written }) => !written.arms.includes("treatment"))
      .flatMap(({ written }) => written.disturb.map(({ fault = "load.change" }) => fault)),
  );
  // The reference stack runs on one machine.
  const harming = faults.filter((fault) => !isOfClusters(fault));
  const lacking = harming.map(({ name }) => name).filter((name) => !named.has(name) && !held.has(name));
  // Of a replica that is misrouted to another service users of this stack feel nothing, and no trial can judge it;
  // gateway/misrouted.test.ts shows that the healer's detector sees it.
  expect(lacking).toEqual([]);
});
