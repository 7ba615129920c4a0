// What every fault shares when it reads its parameters and its undo: mistakes are told with the list of what is
// accepted.

import { z } from "zod";
import { HarnessError, type Problem } from "../../core/errors.ts";
import type { Controls, Site } from "../../core/controls.ts";
import { siteName } from "../../core/controls.ts";
import { durationWords, parseDuration } from "../../core/duration.ts";
import { nearest } from "../../core/nearest.ts";
import type { Ms } from "../../core/units.ts";

/**
 * A duration as intents write it (`400ms`, `1.5s`, `1m`), in ms then; a number alone says nothing, because nobody knows
 * of what.
 */
const duration = z.string(durationWords).transform((text, context): Ms => {
  const ms = parseDuration(text);
  if (ms !== undefined) return ms;
  context.issues.push({ code: "custom", message: durationWords, input: text });
  return z.NEVER;
});

/** A duration between two bounds, as they are written. */
export function durationWithin(least: string, most: string): z.ZodType<Ms, string> {
  const [from = 0, to = 0] = [least, most].map((text) => parseDuration(text));
  return duration.refine((ms) => ms >= from && ms <= to, {
    message: `a duration from ${least} to ${most}`,
    abort: true,
  });
}

const shareWords = "a share of answers, above 0 and at most 1";

/** The share of answers that a fault strikes; all when absent. */
export const shareOfAnswers = z
  .number(shareWords)
  .gt(0, shareWords)
  .max(1, shareWords)
  .default(1)
  .describe("The share of answers that it strikes, above 0 and at most 1; 1 when absent.");

/** How long an answer stands still, in ms; as long as the fault is there when absent. */
export const stallOfAnswer = durationWithin("1ms", "10m")
  .optional()
  .describe("An answer stands still for so long, 1ms to 10m; as long as the fault is there when absent.");

/** Whether health paths and all else that is asked by GET are spared; they are when absent. */
export const postsAlone = z
  .boolean()
  .default(true)
  .describe("Whether only answers to POST are struck, so that health stays green.");

const eventsWords = "a whole number from 0 to 1000";

/** The events of a streamed answer that still arrive; one when absent. */
export const eventsOfAnswer = z
  .int(eventsWords)
  .min(0, eventsWords)
  .max(1000, eventsWords)
  .default(1)
  .describe(`Events that still arrive, ${eventsWords}; 1 when absent.`);

/** Parses parameters; throws HarnessError "bad-input" with every problem and the parameters that are accepted. */
export function parseParams<T extends z.ZodObject>(kind: string, schema: T, input: unknown): z.infer<T> {
  const parsed = schema.safeParse(input ?? {});
  if (parsed.success) return parsed.data;
  const problems = problemsOf(kind, Object.keys(schema.shape), { input: input ?? {}, issues: parsed.error.issues });
  const first = problems.map(({ found, expected }) => `${found}, expected ${expected}`).join("; ");
  throw new HarnessError("bad-input", `${kind}: ${first}`, { problems });
}

interface Refused {
  readonly input: object;
  readonly issues: readonly z.core.$ZodIssue[];
}

/** One problem for each slip: a parameter that is missing because it was misspelt is told at the misspelling. */
function problemsOf(kind: string, known: readonly string[], { input, issues }: Refused): readonly Problem[] {
  const accepted = known.length === 0 ? "no parameters at all" : `parameters of ${kind}: ${known.join(", ")}`;
  const unknown = issues.flatMap((issue) => (issue.code === "unrecognized_keys" ? issue.keys : []));
  const meant = new Set(unknown.map((name) => nearest(name, known)));
  return issues.flatMap((issue): Problem[] => {
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((name) => ({
        found: `unknown parameter "${name}"`,
        expected: accepted,
        ...hintFor(name, known),
      }));
    }
    const name = issue.path.map(String).join(".");
    const value = new Map(Object.entries(input)).get(name);
    if (value !== undefined) return [{ found: `${name}: ${shown(value)}`, expected: expectedOf(issue) }];
    return meant.has(name) ? [] : [{ found: `no "${name}"`, expected: accepted }];
  });
}

function hintFor(name: string, known: readonly string[]): { suggestion?: string } {
  const near = nearest(name, known);
  return near === undefined ? {} : { suggestion: `did you mean "${near}"?` };
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

function expectedOf(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_value") return `one of ${issue.values.map(String).join(", ")}`;
  if (issue.code === "too_small") return `at least ${issue.minimum}`;
  if (issue.code === "too_big") return `at most ${issue.maximum}`;
  return issue.code === "invalid_type" && issue.expected === "number" ? "a number" : issue.message;
}

/**
 * The control a fault asked for in `needs`; throws HarnessError "environment" when the platform does not have it here.
 */
export function need<K extends keyof Controls>(site: Site, kind: string, control: K): NonNullable<Controls[K]> {
  const found = site.controls[control];
  if (found) return found;
  throw new HarnessError("environment", `${kind} needs the control "${control}" at ${siteName(site)}, which has none`);
}
