// `npm run docs`: does what README.md says in a fresh clone, and writes what each console block printed into the page.
// Best on a machine that does nothing else, since a busy one makes trials inconclusive.

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { doStep, freshClone, stepsOf, withOutput, type RunStep } from "../../support/readme-steps.ts";

const root = resolve(import.meta.dirname, "../../../..");
const page = join(root, "README.md");
const folder = await mkdtemp(join(tmpdir(), "rebound-docs-"));
const env = { ...process.env, REBOUND_STATE_DIR: join(folder, "state"), NO_COLOR: "1", COLUMNS: "100" };
try {
  let text = await readFile(page, "utf8");
  await freshClone(root, join(folder, "clone"));
  const shown: { readonly step: RunStep; readonly output: string }[] = [];
  for (const step of stepsOf(text)) {
    const what = step.do === "run" ? step.command : `write ${step.path}`;
    console.log(`README.md:${step.line}: ${what}`);
    const { code, output } = await doStep(step, join(folder, "clone"), env);
    const promised = step.do === "run" ? step.exit : 0;
    if (code !== promised) throw new Error(`ended with ${code}, the page promises ${promised}:\n${output}`);
    if (step.do === "run" && step.shown !== undefined) shown.push({ step, output });
  }
  // From the end, so that the places of those before stay right.
  for (const { step, output } of shown.toSorted((a, b) => b.step.line - a.step.line))
    text = withOutput(text, step, output);
  await writeFile(page, text);
} finally {
  await rm(folder, { recursive: true, force: true });
}
