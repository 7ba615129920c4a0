// Seventh stage, the arithmetic. What worked before, per kind of incident, and which suspicions came to nothing. Pure.
import type { Tally } from "../decision/rank.ts";
import { NUMBERS } from "../numbers.ts";

/** `remedies`: key `<class>@<service>`, then `<pathway>/<means>`. `suspicions`: key `<signals>@<service>`. */
export interface Experience {
  readonly remedies: Readonly<Record<string, Readonly<Record<string, Tally>>>>;
  readonly suspicions: Readonly<Record<string, { readonly confirmed: number; readonly unconfirmedInARow: number }>>;
  /** Keys of what was counted last: what a healer does again after it was killed does not count twice. */
  readonly counted?: readonly string[];
}

const COUNTED = 50;

export const NO_EXPERIENCE: Experience = { remedies: {}, suspicions: {} };

const NEVER: Tally = { healed: 0, failed: 0 };

/** Experience with one more remedy tried on this kind of incident. */
export function afterRemedy(
  experience: Experience,
  kind: string,
  remedy: { readonly pathway: string; readonly means: string },
  healed: boolean,
): Experience {
  const known = experience.remedies[kind] ?? {};
  const key = `${remedy.pathway}/${remedy.means}`;
  const tally = known[key] ?? NEVER;
  const next = healed ? { ...tally, healed: tally.healed + 1 } : { ...tally, failed: tally.failed + 1 };
  return { ...experience, remedies: { ...experience.remedies, [kind]: { ...known, [key]: next } } };
}

/** The change, unless it was made under that key before. */
export function countedOnce(
  experience: Experience,
  key: string,
  change: (before: Experience) => Experience,
): Experience {
  const { counted = [] } = experience;
  if (counted.includes(key)) return experience;
  return { ...change(experience), counted: [...counted, key].slice(-COUNTED) };
}

/** Experience with one more suspicion confirmed or not. */
export function afterSuspicion(experience: Experience, kind: string, confirmed: boolean): Experience {
  const known = experience.suspicions[kind] ?? { confirmed: 0, unconfirmedInARow: 0 };
  const next = confirmed
    ? { confirmed: known.confirmed + 1, unconfirmedInARow: 0 }
    : { ...known, unconfirmedInARow: known.unconfirmedInARow + 1 };
  return { ...experience, suspicions: { ...experience.suspicions, [kind]: next } };
}

/** How often this way of the pathway helped before against this kind of incident. */
export function tallyOf(experience: Experience, kind: string, pathway: string, means: string): Tally {
  return experience.remedies[kind]?.[`${pathway}/${means}`] ?? NEVER;
}

/** Was a suspicion of this kind ever confirmed? Then fewer tries confirm the next one. */
export function isKnown(experience: Experience, kind: string): boolean {
  return (experience.suspicions[kind]?.confirmed ?? 0) > 0;
}

/** How long a suspicion that was not confirmed rests, ms: doubling while the same noise comes back. */
export function restMs(experience: Experience, kind: string): number {
  const { restMs: first, restLimitMs } = NUMBERS.confirm;
  const before = experience.suspicions[kind]?.unconfirmedInARow ?? 0;
  return Math.min(restLimitMs, first * 2 ** Math.max(0, before - 1));
}
