// What must be true of arms: each has something to do, a target that can do it, and an expectation that it can answer.

import {
  armNames,
  comparisonArms,
  isTreatment,
  isControl,
  memoryOf,
  namesPathways,
  armOf,
  treatmentArm,
  ablationArm,
  type ArmName,
} from "../core/arms.ts";
import type { Target } from "../core/target.ts";
import { isBenign, isHarmless, itemOf, mayBeBenign } from "./disturbance-items.ts";
import type { Draft } from "./draft.ts";
import { hasHealer } from "./draft.ts";
import type { IntentFile } from "./intent-schema.ts";
import { suggestName } from "../core/nearest.ts";

type Disturbances = IntentFile["disturb"];

type Healer = ReturnType<typeof armOf>["healer"];

/** Which key of target.yaml an arm needs, by what it leaves of the healer. */
const neededKeys: Readonly<Partial<Record<Healer, readonly [string, keyof Target]>>> = {
  "pathway-off": ["ablation_env", "ablationEnv"],
  "actions-off": ["ablation_env", "ablationEnv"],
  off: ["unhealed_env", "unhealedEnv"],
};

/** Checks arms against disturbances, expectation and target, and `ablate` against all of them. */
export function checkArms(draft: Draft): void {
  const { arms, disturb, expect } = draft.parts;
  if (arms && disturb) checkDisturbed(draft, arms, disturb);
  if (arms) checkTarget(draft, arms);
  if (arms) checkSecond(draft, arms);
  if (arms && expect) checkReachable(draft, arms, expect);
  checkAblate(draft);
}

function armThatDisturbs(what: ReturnType<typeof armOf>["disturbs"]): string {
  return armNames.find((arm) => armOf(arm).disturbs === what) ?? "";
}

function checkDisturbed(draft: Draft, arms: IntentFile["arms"], disturb: Disturbances): void {
  const { faultTable } = draft.context;
  const items = disturb.map((written) => itemOf(written, []).item);
  const changes = items.some((item) => isBenign(item, faultTable));
  const faulty = items.findIndex((item) => !isHarmless(item, faultTable) && !isBenign(item, faultTable));
  const hasBenign = items.some((item) => mayBeBenign(item, faultTable));
  const isHarmful = items.some((item) => !isHarmless(item, faultTable) && !mayBeBenign(item, faultTable));
  for (const [index, arm] of arms.entries()) {
    const path = ["arms", index];
    if (arms.indexOf(arm) !== index)
      draft.report(path, { code: "RB0701", found: `the arm ${arm} again`, expected: "each arm once" });
    else if (armOf(arm).disturbs === "fault" && faulty === -1) {
      draft.report(path, {
        code: "RB0702",
        found: `the arm ${arm} without a fault`,
        expected: "a disturbance that is a fault",
        suggestion: changes
          ? `a benign change belongs in the arm ${armThatDisturbs("load")}`
          : `no fault belongs in the arm ${armThatDisturbs("nothing")}`,
      });
    } else if (armOf(arm).disturbs === "nothing" && (faulty !== -1 || changes)) {
      draft.report(path, {
        code: "RB0702",
        found: `the arm ${arm} with a disturbance`,
        expected: "only `fault: nothing` under disturb",
        suggestion: "controls are intents of their own",
      });
    } else if (armOf(arm).disturbs === "load" && (isHarmful || !hasBenign)) {
      draft.report(path, {
        code: "RB0702",
        found: isHarmful ? `the arm ${arm} with a fault` : `the arm ${arm} without a change`,
        expected: "a benign change under disturb, such as `load: { times: 1.5 }`",
      });
    }
  }
}

function checkTarget(draft: Draft, arms: IntentFile["arms"]): void {
  const { target } = draft;
  for (const [index, arm] of arms.entries()) {
    const needed = neededKeys[armOf(arm).healer];
    if (target === undefined || needed === undefined || target[needed[1]] !== undefined) continue;
    const unswitched = withoutSwitch(draft, target, arm);
    if (unswitched?.length === 0) continue;
    const lacks = unswitched === undefined ? "none" : `no switch for ${unswitched.join(", ")} under ablate`;
    draft.report(["arms", index], {
      code: "RB0703",
      found: `the arm ${arm}`,
      expected: `a target with ${needed[0]}; ${target.name} has ${lacks}`,
      suggestion: "leave this arm out",
    });
  }
}

/** Pathways that the arm switches off, and the target has no switch for; undefined where it has no switches at all. */
function withoutSwitch(draft: Draft, { ablations, pathways }: Target, arm: ArmName): readonly string[] | undefined {
  const { healer } = armOf(arm);
  if (ablations === undefined || healer === "off") return undefined;
  const { ablate, expect } = draft.parts;
  const by = expect?.recovered?.by;
  const named = ablate ?? (by === undefined ? [] : [by]);
  const off = healer === "pathway-off" ? named : pathways.map(({ name }) => name);
  return off.filter((name) => ablations[name] === undefined);
}

/** A second occurrence needs a first one, a target whose learning store can be kept, and a learned arm its bounds. */
function checkSecond(draft: Draft, arms: IntentFile["arms"]): void {
  const { target } = draft;
  const { expect } = draft.parts;
  for (const [index, arm] of arms.entries()) {
    if (memoryOf(arm) === undefined) continue;
    if (!arms.some(isTreatment)) {
      draft.report(["arms", index], {
        code: "RB0704",
        found: `the arm ${arm} without ${treatmentArm}`,
        expected: treatmentArm,
      });
    }
    if (target !== undefined && target.learningEnv === undefined) {
      draft.report(["arms", index], {
        code: "RB0703",
        found: `the arm ${arm}`,
        expected: `a target with learning_env; ${target.name} has none`,
        suggestion: "leave this arm out",
      });
    }
  }
  if (expect?.again === undefined || arms.some((arm) => memoryOf(arm) === "kept")) return;
  const kept = armNames.find((arm) => memoryOf(arm) === "kept");
  draft.report(
    ["expect", "again"],
    { code: "RB0704", found: `again without the arm ${kept}`, expected: `${kept} among arms` },
    "key",
  );
}

function checkReachable(draft: Draft, arms: IntentFile["arms"], expect: IntentFile["expect"]): void {
  const treated = arms.some(isTreatment);
  for (const key of ["detected", "recovered"] as const) {
    if (expect[key] && !treated) {
      draft.report(
        ["expect", key],
        { code: "RB0704", found: `${key} without the arm ${treatmentArm}`, expected: `${treatmentArm} among arms` },
        "key",
      );
    }
  }
  for (const arm of comparisonArms) {
    if (!arms.includes(arm) || (treated && expect.recovered)) continue;
    draft.report(["arms", arms.indexOf(arm)], {
      code: "RB0704",
      found: treated ? `the arm ${arm} without expect.recovered` : `the arm ${arm} without ${treatmentArm}`,
      expected: namesPathways(arm)
        ? `the arm ${treatmentArm} and a pathway in expect.recovered.by to make a no-op`
        : `the arm ${treatmentArm} and expect.recovered to compare with`,
    });
  }
  const control = arms.find(isControl);
  if (control && !expect.hold_fire) {
    draft.report(
      ["expect"],
      { code: "RB0705", found: `the arm ${control} without hold_fire`, expected: "`hold_fire: true`" },
      "key",
    );
  }
}

/** Pathways of the target, each once, the declared one among them: leaving that on would prove nothing of it. */
function checkAblate(draft: Draft): void {
  const { arms, ablate, expect } = draft.parts;
  const { target } = draft;
  if (ablate === undefined) return;
  if (arms && !arms.some(namesPathways)) {
    draft.report(
      ["ablate"],
      { code: "RB0704", found: `ablate without the arm ${ablationArm}`, expected: `${ablationArm} among arms` },
      "key",
    );
  }
  const pathways = target?.pathways.map(({ name }) => name) ?? [];
  for (const [index, name] of ablate.entries()) {
    const path = ["ablate", index];
    if (ablate.indexOf(name) !== index) {
      draft.report(path, { code: "RB0701", found: `the pathway "${name}" again`, expected: "each pathway once" });
    } else if (target && hasHealer(target) && !pathways.includes(name)) {
      const hint = suggestName(name, pathways);
      draft.report(path, {
        code: "RB0412",
        found: `unknown pathway "${name}"`,
        expected: `a pathway of ${target.name}`,
        ...(hint === undefined ? {} : { suggestion: hint }),
      });
    }
  }
  const by = expect?.recovered?.by;
  if (by === undefined || ablate.includes(by)) return;
  draft.report(
    ["ablate"],
    {
      code: "RB0706",
      found: `ablate without "${by}", the pathway in expect.recovered.by`,
      expected: "that pathway among them, or no `ablate` at all",
      suggestion: "an ablation that leaves it on proves nothing of it",
    },
    "key",
  );
}
