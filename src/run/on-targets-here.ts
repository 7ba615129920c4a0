// What of a choice can run here and now, by its targets: one that cannot would end a whole run before it begins.

import type { Target } from "../core/target.ts";
import { counted } from "../core/text.ts";
import type { Choice } from "./choose.ts";
import { unfitKeys } from "./keys.ts";
import { unfitOf } from "./unfit.ts";

interface OnTargetsHere {
  readonly here: Pick<Choice, "intents" | "plans">;
  /** Which intents cannot, and why, a clause for each reason. */
  readonly cannot: readonly string[];
}

/**
 * Without the intents whose target a run would refuse: a key that it names is missing, its owner does not allow chaos,
 * or its platform cannot run it here. Its prepare command is not tried.
 */
export async function onTargetsHere(
  { intents, plans, targets }: Pick<Choice, "intents" | "plans" | "targets">,
  whyNot: (target: Target) => Promise<string | undefined> = whyNotHere,
): Promise<OnTargetsHere> {
  const used = new Set(intents.map(({ target }) => target));
  const lacking = new Map<string, string>();
  for (const target of targets.filter(({ name }) => used.has(name))) {
    const why = await whyNot(target);
    if (why !== undefined) lacking.set(target.name, why);
  }
  const reasons = [...new Set(lacking.values())];
  return {
    here: {
      intents: intents.filter(({ target }) => !lacking.has(target)),
      plans: plans.filter(({ target }) => !lacking.has(target)),
    },
    cannot: reasons.map((says) => {
      const unfit = [...lacking].flatMap(([target, why]) => (why === says ? [target] : []));
      const ids = intents.flatMap(({ id, target }) => (unfit.includes(target) ? [id] : []));
      return `${counted(ids.length, "intent")} on ${unfit.join(", ")} (${says}): ${ids.join(", ")}`;
    }),
  };
}

/** Every reason; undefined: there is none. */
async function whyNotHere(target: Target): Promise<string | undefined> {
  const unfit = await unfitOf(target);
  const reasons = [...unfitKeys(target), ...unfit.map(({ found }) => found)];
  return reasons.length === 0 ? undefined : reasons.join("; ");
}
