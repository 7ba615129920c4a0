// Sources that nobody may have turned away, because more would be turned away than somebody who guesses.
import { isIP } from "node:net";

/** The stack's services, the healer's questions and whoever sits at the machine come from there. */
const OWN: ReadonlySet<string> = new Set(["127.0.0.1", "::1"]);

/** Why, in words; null: it may be turned away. */
export function whySpared(source: string, trustedHops: readonly string[]): string | null {
  if (isIP(source) === 0) return "it is no address";
  if (trustedHops.includes(source)) return "everybody comes through it";
  return OWN.has(source) ? "the stack's own questions come from it" : null;
}
