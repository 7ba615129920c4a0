// What every fault shares when it reads its parameters and its undo: mistakes are told with the list of what is accepted.

import { z } from "zod";
import { HarnessError, type Problem } from "../../core/errors.ts";
import type { Controls, Site } from "../../core/platform.ts";
import { siteName } from "../../core/platform.ts";
import type { Ms } from "../../core/units.ts";

const durationWords = 'a duration with its unit, like "400ms" or "1.5s"';

/** A duration as `"400ms"` or `"1.5s"`, in ms then; a number alone says nothing, because nobody knows of what. */
export const duration = z
  .string(durationWords)
  .regex(/^\d+(\.\d+)?(ms|s)$/, durationWords)
  .transform(inMs);

function inMs(text: string): Ms {
  return text.endsWith("ms") ? Number(text.slice(0, -2)) : Number(text.slice(0, -1)) * 1_000;
}

/** Parses parameters; throws HarnessError "bad-input" with every problem and the parameters that are accepted. */
export function parseParams<T extends z.ZodObject>(kind: string, schema: T, input: unknown): z.infer<T> {
  const parsed = schema.safeParse(input ?? {});
  if (parsed.success) return parsed.data;
  const accepted = Object.keys(schema.shape);
  const expected = accepted.length === 0 ? "no parameters at all" : `parameters of ${kind}: ${accepted.join(", ")}`;
  const problems: Problem[] = parsed.error.issues.map((issue) => ({
    found: issue.path.length === 0 ? issue.message : `${issue.path.join(".")}: ${issue.message}`,
    expected,
  }));
  const first = problems.map((problem) => problem.found).join("; ");
  throw new HarnessError("bad-input", `${kind}: ${first}; expected ${expected}`, { problems });
}

/** The control a fault asked for in `needs`; throws HarnessError "environment" when the platform does not have it here. */
export function need<K extends keyof Controls>(site: Site, kind: string, control: K): NonNullable<Controls[K]> {
  const found = site.controls[control];
  if (found) return found;
  throw new HarnessError("environment", `${kind} needs the control "${control}" at ${siteName(site)}, which has none`);
}
