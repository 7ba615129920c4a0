// Stacks that nobody here wrote, each healed by what it has: a trial each, whose verdict says who recovered it and who
// did not see it. What they do in full is for the intents of experiments/foreign.

import { expect, it } from "vitest";
import { noEngine, openEngine } from "../support/engine.ts";
import { isForeignInstalled } from "../support/foreign-stacks.ts";
import { isBlurred, rulesThat, trialsOf } from "../support/main-job.ts";
import { makeSandbox, markersIn, processesOf, rebound, resultOf } from "../support/rebound-process.ts";

async function trialsOn(name: string, env: Readonly<Record<string, string>> = {}) {
  await using sandbox = await makeSandbox(env);
  const run = await rebound(["run", `experiments/foreign/${name}.yaml`, "--out", sandbox.out], sandbox);
  expect(processesOf(markersIn(sandbox.out))).toEqual([]);
  return { trials: trialsOf(resultOf(sandbox)), text: run.text };
}

async function trialOf(name: string, env: Readonly<Record<string, string>> = {}) {
  const { trials, text } = await trialsOn(name, env);
  const [trial] = trials;
  if (trial === undefined) throw new Error(text);
  return { trial, text };
}

/** Nobody recovered it; where it could be measured the verdict says so, with the words of why. */
function expectUnrecovered({ trial, text }: Awaited<ReturnType<typeof trialOf>>, words: string): void {
  expect(trial.facts.recovery, text).not.toBe("healed");
  if (isBlurred(trial)) return;
  expect(rulesThat(trial.verdict, "fail"), text).toContain("recovered-in-time");
  // Lines are broken as the terminal is wide.
  expect(text.replaceAll(/\s+/g, " ")).toContain(words);
}

it.skipIf(!isForeignInstalled("supervisord-watched"))(
  "a hang that supervisord calls RUNNING is told of by a real Alertmanager, and is recovered by nobody",
  async () => {
    const told = await trialOf("watched-app-hangs");
    const { mttd } = told.trial.facts;
    if (mttd === undefined) throw new Error(told.text);
    // What is heard may have been known a scrape and an evaluation earlier, but not before there was a fault.
    expect(mttd.hi - mttd.lo).toBeGreaterThanOrEqual(Math.min(1_000, mttd.hi));
    expectUnrecovered(told, "supervisord says RUNNING all the while and hears no alerts");
  },
);

it.skipIf(!isForeignInstalled("supervisord"))(
  "wrong answers with status 200 are seen by the truth beside each question, and not by supervisord",
  async () => {
    const told = await trialOf("supervisord-wrong-answers");
    const effect = told.trial.verdict.findings.find(({ rule }) => rule === "effect-confirmed");
    expect(effect?.says, told.text).toMatch(/self-retrieval 1\.000 before, 0\.500 after/);
    expectUnrecovered(told, "users get wrong answers to the end");
  },
);

it.skipIf(!isForeignInstalled("runit"))(
  "damaged pages of PostgreSQL are seen by what users find, and neither by runit nor by HAProxy",
  async () => expectUnrecovered(await trialOf("runit-pages-damaged"), "so runit says run and HAProxy up"),
);

it.skipIf(noEngine !== undefined)(
  "a container that hangs is recovered by nobody, whatever its restart policy",
  async () => {
    await using engine = await openEngine();
    expectUnrecovered(await trialOf("container-hangs", { DOCKER_HOST: engine.host }), "a hang ends nothing");
  },
);

it.skipIf(noEngine !== undefined)(
  "the engine's events tell of a crash and of its repair, and of no repair where its restart policy is off",
  async () => {
    await using engine = await openEngine();
    const { trials, text } = await trialsOn("told-container-killed", { DOCKER_HOST: engine.host });
    const [healed, left] = ["treatment", "ablation"].map((arm) => trials.find(({ plan }) => plan.arm === arm));
    if (healed === undefined || left === undefined) throw new Error(text);
    expect(healed.facts.pathway, text).toBe("restart-replica");
    expect(healed.facts.mttd?.hi, text).toBeLessThan(1_000);
    // What we start ourselves on the way back is told by the engine, too, and is nobody's repair.
    expect(left.facts.pathway, text).toBeNull();
    expect(left.facts.recovery, text).not.toBe("healed");
    if (isBlurred(healed)) return;
    expect(healed.facts.recovery, text).toBe("healed");
    expect(rulesThat(healed.verdict, "fail"), text).toEqual([]);
  },
);
