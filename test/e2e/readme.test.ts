// What README.md says, done in order in a fresh clone by somebody who has nothing but the page.

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RunResult } from "../../src/records/results/run-result.ts";
import { readPage } from "../support/markdown.ts";
import { isBlurred, rulesThat, trialsOf } from "../support/main-job.ts";
import { doStep, freshClone, shapeOf, stepsOf, type Done } from "../support/readme-steps.ts";
import { markersIn, processesOf, projectRoot } from "../support/rebound-process.ts";

const steps = stepsOf(readPage("README.md"));
let folder = "";
let env: NodeJS.ProcessEnv = {};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rebound-readme-"));
  env = { ...process.env, REBOUND_STATE_DIR: join(folder, "state"), NO_COLOR: "1", COLUMNS: "100" };
  await freshClone(projectRoot, join(folder, "clone"));
});
afterAll(async () => {
  expect(processesOf(markersIn(join(folder, "clone/reports")))).toEqual([]);
  await rm(folder, { recursive: true, force: true });
});

async function latestRun(): Promise<RunResult> {
  return JSON.parse(await readFile(join(folder, "clone/reports/latest/run.json"), "utf8")) as RunResult;
}

/** True where the machine was too busy for a verdict; the page promises what comes on a quiet one. */
async function couldNotBeMeasured({ code }: Done, command: string): Promise<boolean> {
  if (code !== 2 || !/npm start|rebound (?:run|judge)/.test(command)) return false;
  return trialsOf(await latestRun()).some(isBlurred);
}

const pathways: Readonly<Record<string, string | null>> = {
  "control/placebo": null,
  "control/traffic-bump": null,
  "data/vector-index-corruption": "restore-index",
  "network/inference-latency": "redistribute-traffic",
  "process/replica-kill": "restart-replica",
};

describe("README.md", () => {
  it("has steps to do", () => expect(steps.length).toBeGreaterThan(8));

  it.each(steps.map((step) => ({ step, what: step.do === "run" ? step.command : `write ${step.path}` })))(
    "line $step.line: $what",
    async ({ step, what }) => {
      const done = await doStep(step, join(folder, "clone"), env);
      if (step.do === "write") return;
      if (await couldNotBeMeasured(done, what)) {
        // What the page shows comes on a quiet machine only; what was measured must be right on any.
        process.stderr.write(`\n!!! NOT COMPARED: the machine starved trials of \`${what}\`\n\n`);
        if (what === "npm start") await expectMainJob();
        return;
      }
      expect(done.code, done.output).toBe(step.exit);
      if (step.shown !== undefined) expect(shapeOf(done.output)).toBe(shapeOf(step.shown));
      if (what === "npm start") await expectMainJob();
    },
    600_000,
  );
});

/** Every trial that could be measured came out as believed, by the pathway that was declared. */
async function expectMainJob(): Promise<void> {
  const result = await latestRun();
  expect(result.intents.map(({ intent }) => intent).sort()).toEqual(Object.keys(pathways));
  expect(trialsOf(result)).toHaveLength(8);
  for (const { plan, verdict, facts } of trialsOf(result).filter((trial) => !isBlurred(trial))) {
    expect([plan.intent, plan.arm, verdict.outcome, rulesThat(verdict, "fail")]).toEqual([
      plan.intent,
      plan.arm,
      "pass",
      [],
    ]);
    if (plan.arm === "treatment") expect(facts.pathway).toBe(pathways[plan.intent]);
  }
}
