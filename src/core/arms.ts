// The arms of an intent: what each of them does to the stack and leaves of the healer. Code asks for a property of an
// arm, never for its name. To add one: a line here, and what a new word of `disturbs` or `healer` asks for.

/** What an arm is, and the words for it. */
interface Arm {
  /** fault: what the intent disturbs with · nothing: only the fault that does nothing · load: a benign change. */
  readonly disturbs: "fault" | "nothing" | "load";
  /**
   * on: as it is · pathway-off: the actions under `ablate` are no-ops · actions-off: every action is a no-op, the loop
   * still detects, decides and talks · off: the stack is started without it.
   */
  readonly healer: "on" | "pathway-off" | "actions-off" | "off";
  /**
   * Of a second occurrence, on another replica and by another seed, what is left of what the healer learned in the
   * treatment trial of the same index: all of it, or nothing. Absent: there is no first occurrence.
   */
  readonly memory?: "kept" | "emptied";
  /** Of an arm that treatment is compared with: in what it differs. */
  readonly without?: string;
  /** What a plan expects of it, where that is not the intent's own expectation. */
  readonly expects?: string;
  /** A clause for authors of intents. */
  readonly about: string;
  /** A sentence for readers of a report. */
  readonly means: string;
}

/** Every arm there is, in the order in which they are listed everywhere. */
const arms = {
  treatment: {
    disturbs: "fault",
    healer: "on",
    about: "the fault with the healer on",
    means: "The arm with the fault and the healer as it is.",
  },
  ablation: {
    disturbs: "fault",
    healer: "pathway-off",
    without: "without the action",
    expects: "no recovery by the ablated pathway",
    about: "the same with the declared pathway (or those under `ablate`) made a no-op",
    means: "The same fault, but the action under test does nothing. It passes when the stack stays broken.",
  },
  "loop-ablation": {
    disturbs: "fault",
    healer: "actions-off",
    without: "without any action of the loop",
    expects: "no recovery, since no action of the healer does anything",
    about: "the same with every action made a no-op, while the loop still detects, decides and talks",
    means: "The same fault, and no action of the healer does anything, while it still detects, decides and talks.",
  },
  unhealed: {
    disturbs: "fault",
    healer: "off",
    without: "without the healer",
    expects: "nothing; whether the stack recovers by itself is measured",
    about: "the same without the healer",
    means:
      "The same fault without the healer: whether the stack recovers by itself, for the gain. Either way it passes.",
  },
  learned: {
    disturbs: "fault",
    healer: "on",
    memory: "kept",
    about: "the same fault once more on another replica, with what the healer learned in the treatment trial",
    means: "The same fault once more, elsewhere, by a healer that has kept what it learned of the first time.",
  },
  forgotten: {
    disturbs: "fault",
    healer: "on",
    memory: "emptied",
    about: "the same as learned, with the healer's learning store emptied",
    means: "The same fault once more, elsewhere, by a healer whose learning store was emptied in between.",
  },
  placebo: {
    disturbs: "nothing",
    healer: "on",
    about: "no fault",
    means: "No fault at all: the healer must leave a healthy system alone.",
  },
  "look-alike": {
    disturbs: "load",
    healer: "on",
    about: "a benign change",
    means: "A benign anomaly, such as more traffic: the healer must hold its fire.",
  },
} as const satisfies Readonly<Record<string, Arm>>;

export type ArmName = keyof typeof arms;

/** Arms that treatment is compared with: the same fault, with less of the healer. */
export type ComparisonArm = {
  [Name in ArmName]: (typeof arms)[Name] extends { readonly without: string } ? Name : never;
}[ArmName];

type AtLeastOne<T> = [T, ...T[]];

export const armNames = Object.keys(arms) as AtLeastOne<ArmName>;

export const comparisonArms = armNames.filter(isComparison) as AtLeastOne<ComparisonArm>;

/** The arm that the others are compared with, and the only one in which the intent's expectation is asked in full. */
export const treatmentArm: ArmName = "treatment";

/** The comparison that an attribution rests on: the declared action alone is off. */
export const ablationArm: ComparisonArm = "ablation";

/** The arm's properties and words. */
export function armOf(name: ArmName): Arm {
  return arms[name];
}

/** True for the arms that treatment is compared with. */
export function isComparison(arm: ArmName): arm is ComparisonArm {
  return armOf(arm).without !== undefined;
}

/** True for an arm with the intent's fault and the whole healer. */
export function isTreated(arm: ArmName): boolean {
  const { disturbs, healer } = armOf(arm);
  return disturbs === "fault" && healer === "on";
}

/** True for the arm that attribution and scores rest on: the first occurrence of the fault. */
export function isTreatment(arm: ArmName): boolean {
  return arm === treatmentArm;
}

/** What of its learning store the healer has at the second occurrence; undefined where there is no first one. */
export function memoryOf(arm: ArmName): "kept" | "emptied" | undefined {
  return armOf(arm).memory;
}

/** True for an arm with nothing to repair: the healer must hold its fire. */
export function isControl(arm: ArmName): boolean {
  return armOf(arm).disturbs !== "fault";
}

/** True where actions under test are no-ops, so that a stack which stays broken is the evidence asked for. */
export function hasNoOps(arm: ArmName): boolean {
  const { healer } = armOf(arm);
  return healer === "pathway-off" || healer === "actions-off";
}

/** True for an arm in which the pathways that the intent names under `ablate` are no-ops. */
export function namesPathways(arm: ArmName): boolean {
  return armOf(arm).healer === "pathway-off";
}

/** True where the stack is started without its healer: no feed is expected then. */
export function isUnhealed(arm: ArmName): boolean {
  return armOf(arm).healer === "off";
}
