// Annotations of a build: each intent that did not pass, on the line of its file that it is about.

import type { IntentDigest, RunDigest } from "../core/digest.ts";
import type { Place, Problem } from "../core/errors.ts";
import { oneLine } from "./text.ts";

/** One remark of a build, and where it belongs. */
export interface Annotation {
  readonly place?: Place;
  readonly title: string;
  readonly message: string;
}

/** The build server shows so many of a step and drops the rest without a word. */
export const mostAnnotations = 10;
/** Longest message, in characters; the whole of it stands in the report. */
const longestMessage = 1000;

/** Where each intent is written, by its id. */
export type IntentPlaces = ReadonlyMap<string, Place>;

/** One for each intent that did not pass, in the order of the run; the last one of too many tells of the others. */
export function runAnnotations(run: RunDigest, places: IntentPlaces): readonly Annotation[] {
  const all = run.intents.filter(({ outcome }) => outcome !== "pass").map((intent) => annotationOf(intent, places));
  if (all.length <= mostAnnotations) return all;
  const shown = all.slice(0, mostAnnotations - 1);
  const rest = all.length - shown.length;
  return [...shown, { title: `${rest} more intents did not pass`, message: "See the report of this run." }];
}

/** One for each problem of intent and target files, bounded like those of a run. */
export function lintAnnotations(problems: readonly Problem[]): readonly Annotation[] {
  const all = problems.map(({ code, place, found, expected, suggestion }) => ({
    ...(place && { place }),
    title: code === undefined ? "lint" : `lint ${code}`,
    message: oneLine(`${found}; expected ${expected}${suggestion === undefined ? "" : `; ${suggestion}`}`),
  }));
  if (all.length <= mostAnnotations) return all;
  const shown = all.slice(0, mostAnnotations - 1);
  return [...shown, { title: "lint", message: `${all.length - shown.length} more problems; see the output of lint.` }];
}

function annotationOf({ intent, outcome, says }: IntentDigest, places: IntentPlaces): Annotation {
  const place = places.get(intent);
  const message = oneLine(says);
  return {
    ...(place && { place }),
    title: `${outcome}: ${intent}`,
    message: message.length > longestMessage ? `${message.slice(0, longestMessage - 1)}…` : message,
  };
}

/**
 * As GitHub's runner reads it: `::error file=…,line=…,col=…,title=…::message`. In values percent signs and line ends
 * are escaped, in properties colons and commas too.
 */
export function workflowCommand({ place, title, message }: Annotation): string {
  const where = place && [`file=${property(place.file)}`, `line=${place.line}`, `col=${place.column}`];
  return `::error ${[...(where ?? []), `title=${property(oneLine(title))}`].join(",")}::${data(oneLine(message))}`;
}

function data(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
