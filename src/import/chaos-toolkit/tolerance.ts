// What a tolerance of Chaos Toolkit 1.45 asks of a number, as a condition; and which statuses it lets an HTTP probe
// have. A list of two means a closed range of a plain number, and membership of the status of an answer.

import { field } from "../values.ts";

export type Asks = { readonly expression: string; readonly by: string } | { readonly why: string };

/** A condition on the probe `name`, which reads one number; or why there is none. */
export function asksOfNumber(tolerance: unknown, name: string): Asks {
  if (typeof tolerance === "number") {
    if (!Number.isInteger(tolerance)) return { why: "a tolerance that is no whole number is refused there, too" };
    return { expression: `${name} == ${tolerance}`, by: "an equal number" };
  }
  const range = rangeOf(tolerance);
  if (range !== undefined) return within(range, name);
  if (isNumbers(tolerance) && tolerance.length > 0) {
    const each = tolerance.map((value) => `${name} == ${value}`);
    return { expression: each.join(" or "), by: `one of ${tolerance.length} numbers` };
  }
  return { why: whyNone(tolerance) };
}

function within([least, most]: readonly [number, number], name: string): Asks {
  if (least > most) return { why: `a range from ${least} down to ${most} is never met` };
  return { expression: `${least} <= ${name} and ${name} <= ${most}`, by: "a closed range" };
}

function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => typeof item === "number");
}

function rangeOf(tolerance: unknown): readonly [number, number] | undefined {
  const list = field(tolerance, "type") === "range" ? field(tolerance, "range") : tolerance;
  if (!isNumbers(list)) return undefined;
  const [least, most, ...more] = list;
  return least === undefined || most === undefined || more.length > 0 ? undefined : [least, most];
}

function whyNone(tolerance: unknown): string {
  if (tolerance === undefined) return "a probe without a tolerance asks for nothing";
  if (typeof tolerance === "boolean" || typeof tolerance === "string") return "conditions here are on numbers";
  const type = field(tolerance, "type");
  if (type === "regex") return "conditions here are on numbers, and a pattern asks for a text";
  if (type === "jsonpath") return "it asks for more than one number at one place";
  if (type === "probe")
    return "it asks the truth of what a second probe returns; of a process that is always true there";
  return "it is no number, range or list of numbers";
}

/** Does it let an HTTP probe pass with statuses that mean an answer (200 to 399), and with no other? */
export function asksForAnAnswer(tolerance: unknown): boolean {
  const range = field(tolerance, "type") === "range" ? rangeOf(tolerance) : undefined;
  const statuses = range ?? (Array.isArray(tolerance) ? tolerance : [tolerance]);
  return statuses.length > 0 && statuses.every((status) => typeof status === "number" && status >= 200 && status < 400);
}

/** `$.a.b[0]` as the JSON pointer `/a/b/0`; undefined of a path that may find several things. */
export function pointerOfPath(path: unknown): string | undefined {
  if (typeof path !== "string" || !/^\$(?:\.[A-Za-z_][\w-]*|\[\d+\])+$/.test(path)) return undefined;
  return [...path.matchAll(/\.([A-Za-z_][\w-]*)|\[(\d+)\]/g)]
    .map(([, key, index]) => `/${key ?? index ?? ""}`)
    .join("");
}

/** The one number that a jsonpath tolerance expects at its path; `expect` overrides `count` there. */
export function expectedNumber(tolerance: unknown): number | undefined {
  const expect = field(tolerance, "expect");
  const [only, ...more]: readonly unknown[] = Array.isArray(expect) ? expect : [expect];
  return typeof only === "number" && more.length === 0 ? only : undefined;
}
