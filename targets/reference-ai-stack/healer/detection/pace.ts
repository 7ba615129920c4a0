// Does the healer itself come too late? Then the machine is starved, everybody is late, and lateness says nothing about
// one replica: what was seen then, and shortly after, is not judged.
import { NUMBERS } from "../numbers.ts";

export interface Pace {
  /** The last look at traffic, ms. */
  readonly at: number;
  /** The last look that came too late, ms. */
  readonly lateAt: number;
}

export const AT_REST: Pace = { at: -Infinity, lateAt: -Infinity };

const RULE = NUMBERS.pace;

/** The pace after one more look. The first one is never late. */
export function afterLook(before: Pace, at: number): Pace {
  const late = at - before.at > NUMBERS.look.trafficMs + RULE.lateMs && before.at > -Infinity;
  return { at, lateAt: late ? at : before.lateAt };
}

/** May the last look be judged? */
export function isJudged({ at, lateAt }: Pace): boolean {
  return at - lateAt > RULE.restMs;
}
