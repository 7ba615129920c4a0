// How many actions a recovery took, and how many new instances of the struck service.

import { isTreated } from "../../core/arms.ts";
import { restartsOf } from "../../measure/conduct/restarts.ts";
import { actionsAreSeen } from "../../measure/marks/acting.ts";
import { eventsOf } from "../../measure/windows/timeline-view.ts";
import { byKey, type ToldTrial } from "./told.ts";

/** Over the treatment trials of one intent that healed, from t0 to the recovery. */
export interface ActionCount {
  readonly intent: string;
  readonly recoveries: number;
  /** Actions that the healer claims to have started; absent where its feed tells of none. */
  readonly claimed?: Span;
  /** New instances of the struck service. */
  readonly instances: Span;
}

/** Fewest and most in one trial. */
interface Span {
  readonly least: number;
  readonly most: number;
}

/** More than this for one recovery are worth a look: one was tried, and another two. */
const few = 3;

/** True where a recovery took more actions, or new instances, than a loop that works needs. */
export function isMany({ claimed, instances }: Pick<ActionCount, "claimed" | "instances">): boolean {
  return Math.max(claimed?.most ?? 0, instances.most) > few;
}

/** In order of intent. */
export function actionsIn(trials: readonly ToldTrial[]): readonly ActionCount[] {
  const healed = trials.flatMap(({ record, facts: { marks, recovery } }) => {
    const { t0, t6 } = marks;
    if (!isTreated(record.plan.arm) || recovery !== "healed" || t0 === undefined || t6 === undefined) return [];
    const [since, until] = [t0.lo, t6.hi];
    const started = eventsOf(record.timeline, "claim").filter(
      ({ at, claim }) => claim.type === "action.started" && at >= since && at <= until,
    );
    const lives = restartsOf(record, { since, until }).reduce((sum, one) => sum + one.lives.length, 0);
    const tells = record.plan.targetFacts.hasFeed && !actionsAreSeen(record.plan);
    return [{ intent: record.plan.intent, claimed: tells ? [started.length] : [], lives }];
  });
  return byKey(healed, ({ intent }) => intent).map(([intent, own]) => {
    const claimed = own.flatMap((one) => one.claimed);
    return {
      intent,
      recoveries: own.length,
      ...(claimed.length > 0 && { claimed: spanOf(claimed) }),
      instances: spanOf(own.map(({ lives }) => lives)),
    };
  });
}

function spanOf(counts: readonly number[]): Span {
  return { least: Math.min(...counts), most: Math.max(...counts) };
}
