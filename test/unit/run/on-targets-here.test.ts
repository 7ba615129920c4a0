import { expect, test } from "vitest";
import type { Intent } from "../../../src/core/intent.ts";
import type { Target } from "../../../src/core/target.ts";
import type { TrialPlan } from "../../../src/records/plan.ts";
import { onTargetsHere } from "../../../src/run/on-targets-here.ts";
import { loadTarget } from "../../../src/run/select.ts";

/** One intent, `i/NAME`, on each. */
function choiceOn(targets: readonly Target[]) {
  const intents = targets.map(({ name }) => ({ id: `i/${name}`, target: name })) as unknown as Intent[];
  const plans = intents.map(({ id, target }) => ({ intent: id, target })) as unknown as TrialPlan[];
  return { intents, plans, targets };
}

const named = (name: string): Target => ({ name }) as unknown as Target;

test("what cannot run here is left out, and each reason is said once", async () => {
  const choice = choiceOn(["echo", "box", "shop", "swarm"].map(named));
  const why = new Map([
    ["box", "no engine"],
    ["shop", "no engine"],
    ["swarm", "the engine manages no Swarm"],
  ]);
  const { here, cannot } = await onTargetsHere(choice, async ({ name }) => why.get(name));
  expect(here.intents.map(({ id }) => id)).toEqual(["i/echo"]);
  expect(here.plans.map(({ intent }) => intent)).toEqual(["i/echo"]);
  expect(cannot).toEqual([
    "2 intents on box, shop (no engine): i/box, i/shop",
    "1 intent on swarm (the engine manages no Swarm): i/swarm",
  ]);
});

test("a target is asked only where an intent is left for it", async () => {
  const asked: string[] = [];
  const choice = { ...choiceOn([named("echo")]), targets: ["echo", "box"].map(named) };
  const { cannot } = await onTargetsHere(choice, async ({ name }) => void asked.push(name));
  expect([asked, cannot]).toEqual([["echo"], []]);
});

test("what a run would refuse is left out: a target that must not be touched", async () => {
  const echo = await loadTarget("echo");
  expect(await onTargetsHere(choiceOn([echo]))).toMatchObject({ here: { intents: [{ id: "i/echo" }] }, cannot: [] });
  const { cannot } = await onTargetsHere(choiceOn([{ ...echo, chaosAllowed: false }]));
  expect(cannot).toEqual(['1 intent on echo (no "chaos: allowed"): i/echo']);
});
