// `rebound export`: an intent as a file of another tool, and a list of all that has no place there. Starts nothing.

import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { HarnessError } from "../core/errors.ts";
import { slug } from "../import/values.ts";
import { writeExperiment } from "../import/chaos-toolkit/write-experiment.ts";
import { asEnvironment } from "../store/whole-file.ts";
import { choose } from "./select.ts";

/** Tools that an intent can be written for. */
const kinds: readonly string[] = ["chaostoolkit"];

/**
 * Writes the file and returns what to tell. Throws HarnessError "bad-input" for an unknown kind, a file that is no
 * sound intent, where nothing is left to disturb or to ask for, and where `out` is there already: then nothing is
 * written.
 */
export async function exportFile(
  kind: string,
  file: string,
  options: { readonly out?: string },
): Promise<readonly string[]> {
  if (!kinds.includes(kind)) {
    throw new HarnessError("bad-input", `nothing is known of the kind "${kind}"`, { hint: `expected ${kinds.join()}` });
  }
  const { intents, targets } = await choose([file], {});
  const [intent, ...more] = intents;
  const target = targets.find(({ name }) => name === intent?.target);
  if (intent === undefined || target === undefined || more.length > 0) {
    throw new HarnessError("bad-input", `${file} is not one intent`, { hint: "name the file of one" });
  }
  const { experiment, notes, probes, actions } = writeExperiment(intent, target);
  const told = notes.map(({ part, fate, because }) => `  ${fate.toUpperCase().padEnd(7)}  ${part}: ${because}`);
  if (probes === 0 || actions === 0) {
    const problems = notes
      .filter(({ fate }) => fate === "dropped")
      .map(({ part, because }) => ({
        found: `${part} was dropped`,
        expected: "a part that has a place there",
        suggestion: because,
      }));
    const lacks = actions === 0 ? "nothing that disturbs" : "no condition";
    throw new HarnessError("bad-input", `${lacks} is left of ${file}; nothing was written`, { problems });
  }
  const out = options.out ?? join("exported", `${slug(intent.id)}.json`);
  if (existsSync(out)) {
    throw new HarnessError("bad-input", `${out} is there already; nothing was written`, {
      hint: "--out names another",
    });
  }
  await asEnvironment(`cannot write ${out}`, async () => {
    await mkdir(dirname(out), { recursive: true });
    await writeFile(out, `${JSON.stringify(experiment, null, 2)}\n`, { flag: "wx" });
  });
  return [
    `${out}: ${probes} probe(s), ${actions} action(s); it needs Chaos Toolkit 1.21 and Python 3.12 or later`,
    ...told,
  ];
}
