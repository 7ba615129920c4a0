import { join } from "node:path";
import { expect, test } from "vitest";
import { choose } from "../../../src/run/select.ts";
import { HarnessError } from "../../../src/core/errors.ts";

const root = join(import.meta.dirname, "../../..");
const kill = join(root, "experiments/process/replica-kill.yaml");
const placebo = join(root, "experiments/control/placebo.yaml");

test("--trials runs so many in each arm, and nobody looks before the last", async () => {
  const { plans, intents } = await choose([kill], { trials: 3 });
  expect(plans).toHaveLength(6);
  expect(plans.map(({ sequential }) => sequential)).toEqual(Array.from({ length: 6 }, () => undefined));
  expect(intents[0]?.stopping).toBeUndefined();
});

test("--most plans so many, and tells whoever judges how often the results may be looked at", async () => {
  const { plans, intents } = await choose([kill], { most: 6 });
  expect(plans).toHaveLength(12);
  expect(intents[0]?.stopping).toEqual({ least: 2, most: 6 });
  expect(plans[0]?.sequential).toEqual({ most: 6, looks: 5 });
});

test("--most leaves a control its own number: nothing in it tells when there is enough", async () => {
  const { plans } = await choose([placebo], { most: 6 });
  expect(plans).toHaveLength(1);
  expect(plans[0]?.sequential).toBeUndefined();
});

test("--trials and --most together are refused before anything is touched", async () => {
  const refused = await choose([kill], { trials: 3, most: 6 }).catch((thrown: unknown) => thrown);
  expect(refused).toBeInstanceOf(HarnessError);
  expect(refused).toMatchObject({ code: "bad-input", message: "--trials and --most together" });
});
