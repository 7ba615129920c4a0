// What a text in a request must be: what the record store gives back as it came. It ends a text at its first NUL, and
// half a character comes back as another one, so that two names could become one.
import { z } from "zod";

/** A name without characters that nobody sees, and without halves of one. */
export const nameSchema = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}\p{Cs}]+$/u, "expected a name without control characters");

/** Whole characters, and no NUL. */
export const wholeTextSchema = z.string().regex(/^[^\0\p{Cs}]*$/u, "expected whole characters and no NUL");
