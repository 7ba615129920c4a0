// What is killed: one case for each pathway of the table, and two pathways of our own for what none of the table has: a
// step that fails after others, and a question to a person. One that acts is healed at its second attempt.
import { good, pathway, step } from "../../../targets/reference-ai-stack/healer/pathways/pathway.ts";
import type { Pathway } from "../../../targets/reference-ai-stack/healer/pathways/pathway.ts";
import { PATHWAYS } from "../../../targets/reference-ai-stack/healer/pathways/table.ts";
import type { SignalSpec } from "../../../targets/reference-ai-stack/healer/signals/signal.ts";
import { SIGNALS } from "../../../targets/reference-ai-stack/healer/signals/table.ts";

export interface Scenario {
  readonly name: string;
  readonly pathway: Pathway;
  /** Attempts until the check is good; one that touches nothing ends at its first. */
  readonly attempts: 1 | 2;
}

const common = {
  tier: "low",
  says: "for this test",
  ways: [{ name: "at once" }],
  preconditions: [],
  verifiedBy: ["question-answered"],
  check: async () => async () => good("looked"),
  goneBy: "check",
} as const;

const saga = pathway("service", {
  ...common,
  name: "test-saga",
  answers: ["replica-down"],
  steps: [
    step("first", ({ hand }) => hand.do("first", {})),
    step("second", async ({ hand }) => {
      await hand.do("second", { part: "a" });
      return hand.do("second", { part: "b" });
    }),
    step("third", ({ hand }) => hand.do("fails", {})),
  ],
  compensate: ({ hand }, done) => hand.do("undo", { steps: done.join(" and ") }),
});

const asked = pathway("replica", {
  ...common,
  name: "test-approval",
  answers: ["replica-down"],
  tier: "high",
  steps: [step("act", ({ hand }) => hand.do("first", {}))],
});

const tabled: readonly Pathway[] = PATHWAYS;

export const SCENARIOS: readonly Scenario[] = [
  ...tabled.map((one): Scenario => ({ name: one.name, pathway: one, attempts: one.tier === "none" ? 1 : 2 })),
  { name: saga.name, pathway: saga, attempts: 1 },
  { name: asked.name, pathway: asked, attempts: 1 },
];

/** The signal that speaks loudest for what the pathway answers. */
export function signalFor({ answers }: Pathway): string {
  const signals: readonly SignalSpec[] = SIGNALS;
  const weight = ({ speaksFor }: SignalSpec): number =>
    Math.max(...answers.map((one) => (speaksFor as Readonly<Record<string, number>>)[one] ?? 0));
  const loudest = signals.reduce((best, one) => (weight(one) > weight(best) ? one : best));
  return loudest.name;
}
