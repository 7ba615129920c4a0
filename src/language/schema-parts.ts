// The pieces both schemas are made of. A custom message on a schema says what is expected there; it becomes the
// "expected …".

import { z } from "zod";
import { durationPattern, durationWords, parseDuration, parseRate, ratePattern } from "../core/duration.ts";

const rateWords = "a rate such as 20/s";
const textWords = "a text that is not empty";

/** A duration as text; `parseDuration` reads it. */
export function duration(description: string): z.ZodString {
  return z
    .string(durationWords)
    .regex(durationPattern, durationWords)
    .refine((text) => !durationPattern.test(text) || parseDuration(text) !== undefined, durationWords)
    .describe(description);
}

/** A rate as text; `parseRate` reads it. */
export function rate(description: string): z.ZodString {
  return z
    .string(rateWords)
    .regex(ratePattern, rateWords)
    .refine((text) => !ratePattern.test(text) || parseRate(text) !== undefined, rateWords)
    .describe(description);
}

/** A text of at least one character that is not a space. */
export function words(description: string): z.ZodString {
  return z.string(textWords).regex(/\S/, textWords).max(2000, "at most 2000 characters").describe(description);
}

const kebabWords = "a name in lower-case letters, digits and hyphens";

/** A name in kebab-case. */
export function kebab(description: string): z.ZodString {
  return z
    .string(kebabWords)
    .regex(/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/, kebabWords)
    .max(80, "at most 80 characters")
    .describe(description);
}

const pathWords = "a path that begins with one /";
/** After // or /\ comes a host: such a path would lead elsewhere. */
const pathPattern = /^\/(?![/\\])\S*$/;

/** A path of a URL, at whichever replica it is asked. */
export function path(description: string): z.ZodString {
  return z.string(pathWords).regex(pathPattern, pathWords).describe(description);
}
