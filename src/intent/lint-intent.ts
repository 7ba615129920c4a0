// The linter of intents: YAML text in, an intent out, or every problem at once with its place. Nothing is touched.

import type { z } from "zod";
import type { Place, CodedProblem } from "../core/errors.ts";
import type { Intent } from "../core/intent.ts";
import { checkBlastRadius } from "./blast-radius-rules.ts";
import { checkDisturbances } from "./disturb-rules.ts";
import type { Draft, IntentContext } from "./draft.ts";
import { leastHoldMs, msOf, slowestProbe } from "./draft.ts";
import { checkExpectation } from "./expect-rules.ts";
import { intentSchema } from "./intent-schema.ts";
import type { IntentFile } from "./intent-schema.ts";
import { suggestName } from "../core/nearest.ts";
import { inOrder } from "../language/problems-in-order.ts";
import { partsTornApart, schemaProblems } from "../language/schema-problems.ts";
import { checkOutage } from "./outage-rules.ts";
import { checkOperator, checkSettings } from "./people-rules.ts";
import { checkSteadyState } from "./steady-rules.ts";
import { checkStreams } from "./stream-rules.ts";
import { checkTimes } from "./time-rules.ts";
import { toIntent } from "./to-intent.ts";
import { checkTrials } from "./trials-rules.ts";
import { checkWeaknesses } from "./weakness-rules.ts";
import { readYaml } from "../language/yaml-source.ts";
import type { YamlSource } from "../language/yaml-source.ts";

/** An intent when there is no problem; else the problems, sorted by place. */
export interface IntentLint {
  readonly intent?: Intent;
  readonly problems: readonly CodedProblem[];
}

/** Checks one intent file. `file` is its path as it shall be shown; its id is the part below `experiments/`. */
export function lintIntentText(text: string, file: string, context: IntentContext): IntentLint {
  const source = readYaml(text, file);
  if (source.value === undefined) return { problems: inOrder([...source.problems, ...idProblems(file)]) };
  const parsed = intentSchema.safeParse(source.value, { reportInput: true });
  const problems = [...source.problems, ...idProblems(file)];
  if (!parsed.success) problems.push(...schemaProblems(intentSchema, parsed.error.issues, source));
  const torn = partsTornApart(intentSchema, parsed.error?.issues ?? []);
  const draft = draftOf({ file, source, context, problems, torn, whole: parsed.data });
  checkTarget(draft);
  checkStreams(draft);
  checkSteadyState(draft);
  checkOutage(draft);
  checkTimes(draft);
  checkDisturbances(draft);
  checkBlastRadius(draft);
  checkExpectation(draft);
  checkTrials(draft);
  checkOperator(draft);
  checkSettings(draft);
  checkWeaknesses(draft);
  const { target } = draft;
  if (problems.length > 0 || !parsed.success || !target) return { problems: inOrder(problems) };
  const windowMs = msOf(parsed.data.steady.window) ?? 0;
  const holdMs = leastHoldMs(windowMs, slowestProbe(draft)?.everyMs ?? 0);
  return {
    intent: toIntent(parsed.data, {
      id: intentId(file),
      file,
      holdMs,
      faults: context.faultTable,
      streams: target.streams,
    }),
    problems: [],
  };
}

/** `…/experiments/network/inference-latency.yaml` → `network/inference-latency`; elsewhere: last folder and name. */
export function intentId(file: string): string {
  const parts = file
    .replaceAll("\\", "/")
    .replace(/\.ya?ml$/, "")
    .split("/");
  const root = parts.lastIndexOf("experiments");
  return (root === -1 ? parts.slice(-2) : parts.slice(root + 1)).join("/");
}

function idProblems(file: string): CodedProblem[] {
  const id = intentId(file);
  if (/^[a-z0-9]+(?:-[a-z0-9]+)*\/[a-z0-9]+(?:-[a-z0-9]+)*$/.test(id)) return [];
  const expected = "experiments/<theme>/<name>.yaml in lower-case letters, digits and hyphens";
  return [{ place: { file, line: 1, column: 1 }, code: "RB0008", found: `the path "${id}"`, expected }];
}

interface DraftParts {
  readonly file: string;
  readonly source: YamlSource;
  readonly context: IntentContext;
  readonly problems: CodedProblem[];
  readonly torn: ReadonlySet<string>;
  /** The file, where its shape is sound. */
  readonly whole: IntentFile | undefined;
}

function draftOf({ file, source, context, problems, torn, whole }: DraftParts): Draft {
  const parts = whole ?? withoutTorn(readableParts(source.value), torn);
  const seen = new Set(problems.map((problem) => `${placeKey(problem.place)} ${problem.found}`));
  const report = (place: Place, problem: Omit<CodedProblem, "place">): void => {
    // One thing that is wrong is told once, by whoever sees it first; rules after the schema only repeat it.
    const key = `${placeKey(place)} ${problem.found}`;
    if (seen.has(key)) return;
    seen.add(key);
    problems.push({ place, ...problem });
  };
  return {
    file,
    parts,
    target: parts.target === undefined ? undefined : context.targets.get(parts.target),
    context,
    source,
    report: (path, problem, what = "value") => report(source.placeOf(path, what), problem),
    reportInside: (path, column, problem) => report(source.placeInside(path, column), problem),
  };
}

function withoutTorn(parts: Partial<IntentFile>, torn: ReadonlySet<string>): Partial<IntentFile> {
  return Object.fromEntries(Object.entries(parts).filter(([part]) => !torn.has(part)));
}

function placeKey(place: Place | undefined): string {
  return `${place?.line ?? 0}:${place?.column ?? 0}`;
}

/** Each top-level part that is well-formed on its own, so that one mistake does not hide the others. */
function readableParts(value: unknown): Partial<IntentFile> {
  const input = new Map(typeof value === "object" && value !== null ? Object.entries(value) : []);
  const read = <T>(key: keyof IntentFile, schema: z.ZodType<T>): T | undefined => {
    const parsed = schema.safeParse(input.get(key));
    return parsed.success ? parsed.data : undefined;
  };
  const { shape } = intentSchema;
  const parts = {
    target: read("target", shape.target),
    trials: read("trials", shape.trials),
    arms: read("arms", shape.arms),
    ablate: read("ablate", shape.ablate),
    load: read("load", shape.load),
    steady: read("steady", shape.steady),
    disturb: read("disturb", shape.disturb),
    expect: read("expect", shape.expect),
    operator: read("operator", shape.operator),
    settings: read("settings", shape.settings),
    limits: read("limits", shape.limits),
    known_weaknesses: read("known_weaknesses", shape.known_weaknesses),
    abort_if: read("abort_if", shape.abort_if),
    watch: read("watch", shape.watch),
  };
  return Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== undefined));
}

function checkTarget(draft: Draft): void {
  const name = draft.parts.target;
  if (draft.target && !draft.target.chaosAllowed) {
    const found = `the target ${draft.target.name}, which does not allow chaos`;
    draft.report(["target"], {
      code: "RB0403",
      found,
      expected: `"chaos: allowed" in ${draft.target.file} before Rebound touches it`,
    });
  }
  const { told, untold } = draft.context.brokenTargets ?? {};
  if (name === undefined || draft.target || told?.has(name)) return;
  const broken = untold?.get(name);
  if (broken !== undefined) {
    const expected = `a sound target: see \`rebound lint ${broken}\``;
    draft.report(["target"], { code: "RB0402", found: `the target "${name}", whose file has problems`, expected });
    return;
  }
  const hint = suggestName(name, [...draft.context.targets.keys()]);
  const problem = {
    code: "RB0401" as const,
    found: `unknown target "${name}"`,
    expected: "a folder under targets/ with a sound target.yaml",
  };
  draft.report(["target"], hint === undefined ? problem : { ...problem, suggestion: hint });
}
