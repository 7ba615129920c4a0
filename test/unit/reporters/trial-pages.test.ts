// The pages of a run's trials on the disk: each beside its trial, and one that cannot be made costs no other.

import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { trialsOf } from "../../../src/core/digest.ts";
import type { RunEnd } from "../../../src/reporters/reporter.ts";
import { html } from "../../../src/reporters/html.ts";
import { traceFiles } from "../../../src/reporters/trace-files.ts";
import { trialPages } from "../../../src/reporters/trial-pages.ts";
import { sampleRun } from "../../builders/sample-run.ts";

async function ended(): Promise<RunEnd & AsyncDisposable> {
  const dir = await mkdtemp(join(tmpdir(), "trial-pages-"));
  const { run, records } = sampleRun();
  const timelineOf: RunEnd["timelineOf"] = async (plan) =>
    records.find((record) => record.plan === plan)?.timeline ?? null;
  const end = { dir, result: run, trialOf: trialsOf(run), timelineOf };
  return { ...end, [Symbol.asyncDispose]: () => rm(dir, { recursive: true }) };
}

async function written(dir: string): Promise<readonly string[]> {
  const files = await readdir(dir, { recursive: true });
  return files.filter((name) => /\.(html|json)$/.test(name)).sort();
}

const pages = [
  "trials/control/traffic-bump/look-alike-1/trial.html",
  "trials/data/vector-index-corruption/treatment-1/trial.html",
  "trials/network/inference-latency/treatment-1/trial.html",
  "trials/process/replica-kill/ablation-1/trial.html",
  "trials/process/replica-kill/treatment-1/trial.html",
];

test("each trial has its page in its folder, and a trace when one is asked for", async () => {
  await using end = await ended();
  await trialPages.finish?.(end);
  expect(await written(end.dir)).toEqual(pages);
  await traceFiles.finish?.(end);
  expect(await written(end.dir)).toHaveLength(2 * pages.length);
  const trace = await readFile(join(end.dir, "trials/process/replica-kill/treatment-1/trial.trace.json"), "utf8");
  expect(JSON.parse(trace)).toMatchObject({ displayTimeUnit: "ms" });
});

test("of a long run the pages that its own page leads to are written, and no others", async () => {
  await using end = await ended();
  const [intent] = end.result.intents;
  const digests = intent?.trials ?? [];
  const trials = Array.from({ length: 251 }, (_, at) => at + 1).flatMap((index) =>
    digests.map((trial) => ({ ...trial, plan: { ...trial.plan, index } })),
  );
  const result = { ...end.result, intents: end.result.intents.slice(0, 1).map((each) => ({ ...each, trials })) };
  const trialOf: RunEnd["trialOf"] = async (plan) => {
    const digest = digests.find((trial) => trial.plan.arm === plan.arm);
    if (digest === undefined) throw new Error(`no trial ${plan.arm}`);
    return { ...(await end.trialOf(digest.plan)), plan };
  };
  await trialPages.finish?.({ ...end, result, trialOf });
  await html.finish?.({ ...end, result });
  const index = await readFile(join(end.dir, "index.html"), "utf8");
  const links = [...index.matchAll(/href="(trials\/[^"]*)"/g)].map(([, href]) => href ?? "");
  expect(links).toHaveLength(2);
  expect(await written(end.dir)).toEqual(["index.html", ...links].sort());
  await trialPages.finish?.({ ...end, result, trialOf, pages: "process/replica-kill/ablation-77" });
  expect(await written(end.dir)).toHaveLength(5);
});

test("a trial that cannot be read costs its own page alone, and its failure comes back", async () => {
  await using end = await ended();
  const failure = new Error("verdict.json is not whole");
  const trialOf: RunEnd["trialOf"] = async (plan) => {
    if (plan.intent === "process/replica-kill" && plan.arm === "treatment") throw failure;
    return end.trialOf(plan);
  };
  await expect(trialPages.finish?.({ ...end, trialOf })).rejects.toBe(failure);
  expect(await written(end.dir)).toEqual(pages.slice(0, -1));
});

test("a folder that cannot be made costs the page in it alone", async () => {
  await using end = await ended();
  await trialPages.finish?.(end);
  await rm(join(end.dir, "trials/data"), { recursive: true });
  await writeFile(join(end.dir, "trials/data"), "a file where a folder should be");
  await expect(trialPages.finish?.(end)).rejects.toThrow(/cannot write the results into .*vector-index-corruption/);
  expect(await written(end.dir)).toEqual(pages.filter((name) => !name.includes("/data/")));
});
