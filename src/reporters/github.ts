// What a run tells GitHub's runner, where one started us: annotations, and the summary on the front page of the build.

import { randomUUID } from "node:crypto";
import { appendFile, stat } from "node:fs/promises";
import { relative, resolve } from "node:path";
import type { RunDigest } from "../core/digest.ts";
import { messageOf, type Problem } from "../core/errors.ts";
import {
  lintAnnotations,
  runAnnotations,
  workflowCommand,
  type Annotation,
  type IntentPlaces,
} from "../report/annotations.ts";
import { renderSummary } from "../report/summary.ts";

type Out = { write(text: string): unknown };
type Env = Readonly<NodeJS.ProcessEnv>;

/** Where it is printed, on whose orders, and who hears of what cannot be written. */
interface Telling {
  readonly out: Out;
  readonly env?: Env;
  readonly onTrouble: (says: string) => void;
}

/** A step may write so much to its summary, bytes; of more, GitHub shows nothing at all. */
export const mostSummaryBytes = 1024 * 1024;

/**
 * Does the work; until it ends the runner takes nothing that is printed there for a command: what services and healers
 * say is printed too, and the runner heeds `::` at the begin of a line and `##[` anywhere in it.
 */
export function unheard<T>(work: () => T, out: Out, env: Env = process.env): T {
  if (!isRunner(env)) return work();
  const token = randomUUID();
  out.write(`::stop-commands::${token}\n`);
  // On a line of its own, whatever was printed last.
  const heard = (): void => void out.write(`\n::${token}::\n`);
  let result: T | undefined;
  try {
    result = work();
    return result instanceof Promise ? (result.finally(heard) as T) : result;
  } finally {
    if (!(result instanceof Promise)) heard();
  }
}

/** The text with nothing in it that the runner takes for a command, where one started us; for people it is the same. */
export function deaf(text: string, env: Env = process.env): string {
  return isRunner(env) ? text.replaceAll(/^(\s*):(?=:)/gm, "$1:\u200b").replaceAll("##[", "#\u200b#[") : text;
}

/** Annotations on the lines of intents, and the summary; one that cannot be written is said, and harms nothing. */
export async function tellRunner(
  run: RunDigest,
  places: IntentPlaces,
  { out, env = process.env, onTrouble }: Telling,
): Promise<void> {
  if (isRunner(env)) annotate(runAnnotations(run, places), out, env);
  const file = env["GITHUB_STEP_SUMMARY"];
  if (file === undefined || file === "") return;
  try {
    const taken = await stat(file).then(
      ({ size }) => size,
      () => 0,
    );
    const text = withinBytes(renderSummary(run), mostSummaryBytes - taken);
    if (text === "") onTrouble("the step summary is full: nothing of this run is in it");
    await appendFile(file, text);
  } catch (thrown) {
    onTrouble(`the step summary was not written: ${messageOf(thrown)}`);
  }
}

/** Annotations on the lines that have problems. */
export function tellRunnerOfProblems(problems: readonly Problem[], out: Out, env: Env = process.env): void {
  if (isRunner(env)) annotate(lintAnnotations(problems), out, env);
}

function isRunner(env: Env): boolean {
  return env["GITHUB_ACTIONS"] === "true";
}

function annotate(annotations: readonly Annotation[], out: Out, env: Env): void {
  const root = env["GITHUB_WORKSPACE"] ?? process.cwd();
  for (const { place, ...words } of annotations) {
    // The runner finds files below the checkout only.
    const file = place && relative(root, resolve(place.file));
    const inside = place && file !== undefined && !file.startsWith("..") ? { place: { ...place, file } } : {};
    out.write(`${workflowCommand({ ...words, ...inside })}\n`);
  }
}

/** As many whole lines as fit, with a last one that says what was left out. */
export function withinBytes(text: string, most: number): string {
  if (Buffer.byteLength(text) <= most) return text;
  const left = "\n… cut here: the rest did not fit; see summary.md of the run.\n";
  const room = most - Buffer.byteLength(left);
  if (room <= 0) return "";
  const cut = Buffer.from(text).subarray(0, room);
  return `${cut.subarray(0, cut.lastIndexOf("\n") + 1).toString("utf8")}${left}`;
}
