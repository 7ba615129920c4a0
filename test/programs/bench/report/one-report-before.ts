// The same end of a run by another build, whose own code judges the same trials: all results and timelines were in
// memory then. Prints what writing the reports took.

import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { TrialRecord } from "../../../../src/core/verdict.ts";
import { intentsOf, nightOf, storiesOfNight } from "./night.ts";
import { timed } from "./taken.ts";

/** What is used of that build, as 58635cc has it. */
interface Build {
  readonly foldTrial: (plan: unknown) => { take: (event: unknown) => void; seen: () => unknown };
  readonly factsOf: (seen: unknown) => unknown;
  readonly judgeTrial: (seen: unknown, facts: unknown) => unknown;
  readonly concludeRun: (meta: unknown, intents: unknown, judged: unknown) => unknown;
  readonly writeReports: (dir: string, result: unknown, records: readonly unknown[]) => Promise<string>;
}

const [count = "", out = "", build = ""] = process.argv.slice(2);
const trials = Number(count);
const modules = ["measure/fold", "measure/measure-trial", "verdict/judge-trial", "cli/finish-run"].map(
  (name) => import(pathToFileURL(join(build, "dist/src", `${name}.js`)).href) as Promise<Partial<Build>>,
);
const { foldTrial, factsOf, judgeTrial, concludeRun, writeReports } = Object.assign(
  {},
  ...(await Promise.all(modules)),
) as Build;

const told = storiesOfNight();
const texts = new Map([...told].map(([name, { timeline }]) => [name, JSON.stringify(timeline)]));
const records: TrialRecord[] = [];
const results: unknown[] = [];
for (const { story, plan } of nightOf(trials, told)) {
  // Through JSON, as each trial of a real run has events of its own.
  const timeline = JSON.parse(texts.get(story) ?? "[]") as TrialRecord["timeline"];
  const fold = foldTrial(plan);
  for (const event of timeline) fold.take(event);
  const seen = fold.seen();
  const facts = factsOf(seen);
  records.push({ plan, timeline });
  results.push({ plan, facts, verdict: judgeTrial(seen, facts) });
}
const [belief, arms] = ["a damaged index is restored", ["treatment", "ablation"]];
const intents = intentsOf(trials).map((id) => ({ id, title: id, belief, target: "simulated", arms }));
const meta = {
  runId: `r${trials}`,
  suite: null,
  startedAt: "2026-11-28T22:00:00.000Z",
  endedAt: "2026-11-29T06:00:00.000Z",
  seed: 1,
  interrupted: false,
  planned: trials,
  machine: { cores: 1, memoryBytes: 1, node: process.versions.node, platform: "simulated" },
  harness: { version: "0.1.0" },
};
const dir = join(out, meta.runId);
await mkdir(dir, { recursive: true });
const taken = await timed(async () => {
  const result = concludeRun(meta, intents, { trials: results, history: { runs: [], unread: [] } });
  await writeReports(dir, result, records);
});
if (!(await readFile(join(dir, "index.html"), "utf8")).includes("simulated-1")) throw new Error("no trial in its page");
process.stdout.write(`${JSON.stringify(taken)}\n`);
