// What the author of an intent knows to be weak for now.

import { z } from "zod";
import { words } from "../language/schema-parts.ts";

const dayWords = 'a day such as "2027-01-31"';

function isDay(text: string): boolean {
  const at = new Date(`${text}T00:00:00Z`);
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
}

/** The key `known_weaknesses` of an intent file. */
export const weaknessesSchema = z
  .array(
    z.strictObject({
      rule: words("The rule that fails by it, e.g. recovered-in-time."),
      because: words("What it is, and where it is followed up."),
      until: z.string(dayWords).refine(isDay, dayWords).describe("Last day on which it counts as known."),
    }),
  )
  .min(1)
  .max(20)
  .describe(
    "What is known to fail for now. The trial fails as before; triage names it as known, as long as nothing else fails.",
  );
