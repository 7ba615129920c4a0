import { describe, expect, test } from "vitest";
import { lintIntentText } from "../../../src/intent/lint-intent.ts";
import { context, soundControl, soundIntent } from "../../builders/intent-fixtures.ts";

const file = "experiments/network/slow.yaml";

function linted(trials: string): ReturnType<typeof lintIntentText> {
  return lintIntentText(soundIntent.replace("trials: 2", `trials: ${trials}`), file, context);
}

function problems(trials: string): string[] {
  return linted(trials).problems.map(
    ({ place, found, expected }) => `${place?.line ?? 0}:${place?.column ?? 0} ${found} (${expected})`,
  );
}

describe("trials", () => {
  test("may be a number, which is then run whatever comes out", () => {
    const { intent } = linted("4");
    expect(intent).toMatchObject({ trials: 4 });
    expect(intent).not.toHaveProperty("stopping");
  });

  test("may be as many as are needed, planned up to the most", () => {
    const { intent } = linted("{ least: 4, most: 20, width: 0.4, budget: 20m }");
    expect(intent?.trials).toBe(20);
    expect(intent?.stopping).toEqual({ least: 4, most: 20, width: 0.4, budgetMs: 1_200_000 });
    expect(linted("{ most: 9 }").intent?.stopping).toEqual({ least: 2, most: 9 });
    expect(linted("{ most: 1 }").intent?.stopping?.least).toBe(1);
  });

  test("left open ask for a width where no other arm is compared with treatment", () => {
    const alone = soundIntent
      .replace("trials: 2", "trials: { most: 9 }")
      .replace("[treatment, ablation]", "[treatment]");
    expect(lintIntentText(alone, file, context).intent?.stopping).toEqual({ least: 2, most: 9, width: 0.5 });
  });

  test("left open need a recovery to tell", () => {
    const control = soundControl.replace(/^arms:/m, "trials: { most: 9 }\narms:");
    expect(lintIntentText(control, file, context).problems.map(({ found }) => found)).toEqual([
      "trials that end when there is enough",
    ]);
  });

  test("that cannot be met are told where they stand", () => {
    expect(problems("{ least: 9, most: 4 }")).toEqual(["7:18 9 (at most the most there may be: 4)"]);
    expect(problems("{ most: 4, budget: 5s }")).toEqual([
      "7:28 5s (more than one trial's warmup and baseline (5.5s), up to 1440m)",
    ]);
    expect(problems("{ most: 4, budget: soon }")[0]).toMatch(/^7:28 /);
    expect(problems("{ most: 4, width: 2 }")[0]).toMatch(/^7:27 .*a width above 0 and up to 1/);
    expect(problems("{ least: 3 }")[0]).toMatch(/^7:1 no "most"/);
    expect(problems("{ most: 4, leats: 2 }")[0]).toMatch(/^7:20 unknown key "leats"/);
    expect(problems("0")[0]).toMatch(/^7:9 /);
  });
});
