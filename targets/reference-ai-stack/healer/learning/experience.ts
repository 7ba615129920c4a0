// Seventh stage, what worked before: how often each way healed a class of fault at a service. Pure.
import type { Tally } from "../decision/rank.ts";

/** `remedies`: key `<class>@<service>`, then `<pathway>/<way>`. */
export interface Experience {
  readonly remedies: Readonly<Record<string, Readonly<Record<string, Tally>>>>;
}

const NEVER: Tally = { healed: 0, failed: 0 };

/** Experience with what the attempts at an incident that is still open have come to. */
export function withAttempts(
  { remedies }: Experience,
  kind: string,
  attempts: readonly { readonly way: string; readonly healed: boolean }[],
): Experience {
  const known: Record<string, Tally> = { ...remedies[kind] };
  for (const { way, healed } of attempts) {
    const tally = known[way] ?? NEVER;
    known[way] = healed ? { ...tally, healed: tally.healed + 1 } : { ...tally, failed: tally.failed + 1 };
  }
  return { remedies: { ...remedies, [kind]: known } };
}

/** How often this way of the pathway helped before against this kind of incident. */
export function tallyOf(experience: Experience, kind: string, pathway: string, means: string): Tally {
  return experience.remedies[kind]?.[`${pathway}/${means}`] ?? NEVER;
}
