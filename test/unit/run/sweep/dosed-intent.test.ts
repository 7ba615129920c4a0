import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { doseAt } from "../../../../src/core/dose.ts";
import { HarnessError } from "../../../../src/core/errors.ts";
import { doseOf, placesThatLint } from "../../../../src/run/sweep/dosed-intent.ts";
import { lintNewIntents, loadIntents } from "../../../../src/run/select.ts";

const intents = await loadIntents();

function dosed(id: string, chosen?: number) {
  const intent = intents.find((one) => one.id === id);
  if (intent === undefined) throw new Error(`no ${id}`);
  return { intent, dosed: () => doseOf(intent, readFileSync(intent.file, "utf8"), chosen) };
}

function refusal(act: () => unknown): string {
  try {
    act();
  } catch (thrown) {
    if (thrown instanceof HarnessError && thrown.code === "bad-input") {
      return `${thrown.problems.map(({ found, expected }) => `${found}; ${expected}`).join()}; ${thrown.hint}`;
    }
    throw thrown;
  }
  throw new Error("it was accepted");
}

describe("the dose of an intent", () => {
  it("is the one that its fault declares, written where the intent writes it", () => {
    const { fault, dose, textAt, disturbance } = dosed("network/inference-latency").dosed();
    expect({ fault, param: dose.param, disturbance }).toEqual({
      fault: "network.latency",
      param: "latency",
      disturbance: 0,
    });
    expect(textAt(1500)).toContain("with: { latency: 1500ms }");
  });

  it("is found in the short form of a change of load", () => {
    expect(dosed("load/surge-scale-out").dosed().textAt(2.5)).toMatch(/times: 2\.5/);
  });

  it("is refused, with the faults that have one, where the fault has none", () => {
    const says = refusal(() => dosed("process/replica-kill").dosed());
    expect(says).toContain("process.kill; a fault that has a dose");
    expect(says).toContain("network.latency");
  });

  it("is refused where no disturbance has the number that was chosen", () => {
    expect(refusal(() => dosed("network/inference-latency", 7).dosed())).toContain("no disturbance 7");
  });

  it("goes no further than the target allows, by the same lint as every intent", async () => {
    const { intent, dosed: find } = dosed("data/vector-index-corruption");
    const found = find();
    const places = await placesThatLint(intent.file, found, lintNewIntents);
    expect(doseAt(found.dose, places.at(-1) ?? 1)).toBeLessThanOrEqual(0.75);
    expect(doseAt(found.dose, places.at(-1) ?? 1)).toBeGreaterThan(0.7);
    expect(places.length).toBeGreaterThan(20);
  });
});
