// What must be true of arms and expectation together: every arm has something to do, and everything expected can be seen.

import type { Draft } from "./draft.ts";
import { hasHealer } from "./draft.ts";
import type { IntentFile } from "./intent-schema.ts";
import { suggestName } from "./nearest.ts";

type Disturbances = IntentFile["disturb"];

/** Checks arms against disturbances and expectation, and classes and pathways against the target. */
export function checkExpectation(draft: Draft): void {
  const { arms, disturb, expect } = draft.parts;
  if (arms && disturb) checkArms(draft, arms, disturb);
  if (!expect) return;
  checkNames(draft, expect);
  if (arms) checkReachable(draft, arms, expect);
  checkSomethingExpected(draft, expect);
}

function isFault(item: Disturbances[number]): boolean {
  return "fault" in item && item.fault !== "nothing";
}

function checkArms(draft: Draft, arms: IntentFile["arms"], disturb: Disturbances): void {
  const faulty = disturb.findIndex(isFault);
  const changesLoad = disturb.some((item) => "load" in item);
  for (const [index, arm] of arms.entries()) {
    const path = ["arms", index];
    if (arms.indexOf(arm) !== index) draft.report(path, { found: `the arm ${arm} again`, expected: "each arm once" });
    else if ((arm === "treatment" || arm === "ablation") && faulty === -1) {
      draft.report(path, {
        found: `the arm ${arm} without a fault`,
        expected: "a disturbance that is a fault",
        suggestion: changesLoad
          ? "a benign change belongs in the arm look-alike"
          : "no fault belongs in the arm placebo",
      });
    } else if (arm === "placebo" && (faulty !== -1 || changesLoad)) {
      draft.report(path, {
        found: "the arm placebo with a disturbance",
        expected: "only `fault: nothing` under disturb",
        suggestion: "controls are intents of their own",
      });
    } else if (arm === "look-alike" && (faulty !== -1 || !changesLoad)) {
      draft.report(path, {
        found: faulty === -1 ? "the arm look-alike without a change" : "the arm look-alike with a fault",
        expected: "a benign change under disturb, such as `load: { times: 1.5 }`",
      });
    }
  }
  const ablation = arms.indexOf("ablation");
  if (ablation === -1) return;
  if (draft.target && draft.target.ablationEnv === undefined) {
    draft.report(["arms", ablation], {
      found: "the arm ablation",
      expected: `a target with ablation_env; ${draft.target.name} has none`,
      suggestion: "leave this arm out",
    });
  }
}

function checkNames(draft: Draft, expect: IntentFile["expect"]): void {
  const { target } = draft;
  if (!target || !hasHealer(target)) return;
  for (const [index, name] of (expect.detected?.as ?? []).entries()) {
    if (target.classes.includes(name)) continue;
    const hint = suggestName(name, target.classes);
    draft.report(["expect", "detected", "as", index], {
      found: `unknown class "${name}"`,
      expected: `a class of ${target.name}`,
      ...(hint === undefined ? {} : { suggestion: hint }),
    });
  }
  const by = expect.recovered?.by;
  const pathways = target.pathways.map(({ name }) => name);
  if (by === undefined || pathways.includes(by)) return;
  const hint = suggestName(by, pathways);
  draft.report(["expect", "recovered", "by"], {
    found: `unknown pathway "${by}"`,
    expected: `a pathway of ${target.name}`,
    ...(hint === undefined ? {} : { suggestion: hint }),
  });
}

function checkReachable(draft: Draft, arms: IntentFile["arms"], expect: IntentFile["expect"]): void {
  const treated = arms.includes("treatment");
  for (const key of ["detected", "recovered"] as const) {
    if (expect[key] && !treated) {
      draft.report(
        ["expect", key],
        { found: `${key} without the arm treatment`, expected: "treatment among arms" },
        "key",
      );
    }
  }
  if (arms.includes("ablation") && (!treated || !expect.recovered)) {
    draft.report(["arms", arms.indexOf("ablation")], {
      found: treated ? "the arm ablation without expect.recovered" : "the arm ablation without treatment",
      expected: "the arm treatment and a pathway in expect.recovered.by to make a no-op",
    });
  }
  const control = arms.find((arm) => arm === "placebo" || arm === "look-alike");
  if (control && !expect.hold_fire) {
    draft.report(["expect"], { found: `the arm ${control} without hold_fire`, expected: "`hold_fire: true`" }, "key");
  }
}

function checkSomethingExpected(draft: Draft, expect: IntentFile["expect"]): void {
  const { watch } = draft.parts;
  if (Object.keys(expect).length === 0) {
    draft.report(
      ["expect"],
      { found: "no expectation", expected: "detected, recovered, hold_fire, budget or never" },
      "key",
    );
  }
  if (expect.hold_fire && (expect.detected || expect.recovered)) {
    const key = expect.detected ? "detected" : "recovered";
    draft.report(["expect", "hold_fire"], { found: `hold_fire beside ${key}`, expected: "one or the other" }, "key");
  }
  if (expect.recovered && watch !== undefined) {
    draft.report(
      ["watch"],
      {
        found: "watch beside expect.recovered",
        expected: "one or the other",
        suggestion: "recovered.within ends the watching",
      },
      "key",
    );
  }
  if (!expect.recovered && watch === undefined && !draft.source.has(["watch"])) {
    draft.report(
      ["expect"],
      { found: 'neither recovered nor "watch"', expected: "how long to watch, e.g. `watch: 12s`" },
      "key",
    );
  }
}
