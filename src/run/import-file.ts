// `rebound import`: another tool's file as an intent that lints, and a list of all that has no place in one. It reads
// two files, writes one, and starts nothing.

import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { HarnessError, type Problem } from "../core/errors.ts";
import type { Target } from "../core/target.ts";
import { suggestName } from "../core/nearest.ts";
import { counted } from "../core/text.ts";
import { slug } from "../import/values.ts";
import type { Fate, Imported, Note } from "../import/imported.ts";
import { edgesBetween } from "../import/reader.ts";
import { importers } from "../import/index.ts";
import { intentText } from "../import/write-intent.ts";
import { readText } from "../store/read-experiments.ts";
import { asEnvironment } from "../store/whole-file.ts";
import { lintNewIntent, loadTarget } from "./select.ts";

export interface ImportOptions {
  /** Name of the target, or the path of its file. */
  readonly target: string;
  /** What names of the file are in the target. */
  readonly map?: ReadonlyMap<string, string>;
  readonly var?: ReadonlyMap<string, unknown>;
  readonly pathway?: string;
  /** A duration, as it is written. */
  readonly within?: string;
  readonly rate: string;
  /** Where the intent is written; absent: `experiments/KIND/TITLE.yaml`. */
  readonly out?: string;
}

/**
 * Writes the intent and returns what to tell. Throws HarnessError "bad-input" with every problem, and everything that
 * was dropped, when the file is wrong in its own terms, when nothing is left to disturb or to ask for, or when what
 * came of it does not lint: then nothing is written.
 */
export async function importFile(kind: string, file: string, options: ImportOptions): Promise<readonly string[]> {
  const importer = importers.find((one) => one.kind === kind);
  if (importer === undefined) {
    const kinds = importers.map((one) => `${one.kind} (${one.about})`).join(", ");
    throw new HarnessError("bad-input", `nothing is known of the kind "${kind}"`, {
      hint: `expected one of: ${kinds}`,
    });
  }
  if (importer.isSteadyOnly === true && options.pathway !== undefined) {
    const problem = { found: "--pathway", expected: `no recovery: a file of ${kind} breaks nothing` };
    refuse("nothing was read", [problem]);
  }
  const target = await loadTarget(options.target);
  const { map = new Map<string, string>(), var: variables = new Map<string, unknown>() } = options;
  refuse("nothing was read", [...mapProblems(map, target), ...recoveryProblems(options, target)]);
  const imported = importer.read(await readText(file), file, { target, map, variables });
  refuse(`${file} cannot be imported; nothing was written`, imported.problems);
  const left = [
    ...(imported.disturbances.length === 0 && importer.isSteadyOnly !== true
      ? [{ found: "nothing that disturbs", expected: "one fault at least" }]
      : []),
    ...(imported.conditions.length === 0 ? [{ found: "no condition", expected: "one steady state at least" }] : []),
  ];
  // What was dropped says why too little is left, and only then.
  const dropped = left.length === 0 ? [] : imported.notes.filter(isDropped).map(asProblem);
  refuse(`too little is left of ${file}; nothing was written`, [...left, ...dropped]);
  return written(kind, imported, { file, target, options });
}

interface Writing {
  readonly file: string;
  readonly target: Target;
  readonly options: ImportOptions;
}

async function written(kind: string, imported: Imported, { file, target, options }: Writing): Promise<string[]> {
  const { pathway, within, rate } = options;
  const out = options.out ?? join("experiments", kind, `${slug(imported.title) || "imported"}.yaml`);
  const recovery = pathway !== undefined && within !== undefined ? { recovery: { pathway, within } } : {};
  const text = intentText(imported, { target: target.name, from: file, rate, ...recovery });
  if (existsSync(out)) {
    throw new HarnessError("bad-input", `${out} is there already; nothing was written`, {
      hint: "--out names another file",
    });
  }
  refuse(`what came of ${file} is no sound intent; nothing was written`, await lintNewIntent(text, out));
  await asEnvironment(`cannot write ${out}`, async () => {
    await mkdir(dirname(out), { recursive: true });
    await writeFile(out, text, { flag: "wx" });
  });
  return told(imported, out);
}

function refuse(message: string, problems: readonly Problem[]): void {
  if (problems.length > 0) throw new HarnessError("bad-input", message, { problems });
}

const isDropped = ({ fate }: Note): boolean => fate === "dropped";

function asProblem({ place, pointer, found, because }: Note): Problem {
  return {
    place,
    found: `${pointer}: ${found} was dropped`,
    expected: "a part that has a place here",
    suggestion: because,
  };
}

const fates: Readonly<Record<Fate, string>> = { kept: "kept", changed: "CHANGED", dropped: "DROPPED" };

function told({ notes, undecided, conditions, disturbances }: Imported, out: string): string[] {
  const inOrder = notes.toSorted((a, b) => a.place.line - b.place.line || a.place.column - b.place.column);
  const rows = inOrder.map(
    ({ pointer, fate, found, because }) => `  ${fates[fate].padEnd(7)}  ${pointer}  ${found}: ${because}`,
  );
  return [
    `${out}: ${counted(conditions.length, "condition")}, ${counted(disturbances.length, "disturbance")}; it lints`,
    ...rows,
    ...undecided.map((sentence) => `  to decide: ${sentence}`),
    `next: read ${out}, then \`npx rebound plan ${out}\``,
  ];
}

function mapProblems(map: ReadonlyMap<string, string>, target: Target): Problem[] {
  const services = target.services.map(({ name }) => name);
  const known = ["users", ...services, ...edgesBetween(target)];
  return [...map]
    .filter(([, what]) => !known.includes(what))
    .map(([word, what]) => ({
      found: `--map ${word}=${what}`,
      expected: `a service of ${target.name}, an edge of it, or users`,
      suggestion: suggestName(what, known) ?? `it has ${known.join(", ")}`,
    }));
}

/** A pathway without a time says nothing that could turn out false, nor does a time without a pathway. */
function recoveryProblems({ pathway, within }: ImportOptions, target: Target): Problem[] {
  const names = target.pathways.map(({ name }) => name);
  if (pathway === undefined && within === undefined) return [];
  if (pathway === undefined) return [{ found: "--within alone", expected: "--pathway, too: who repairs it" }];
  if (within === undefined) return [{ found: "--pathway alone", expected: "--within, too: how soon it is repaired" }];
  if (names.includes(pathway)) return [];
  const suggestion = suggestName(pathway, names) ?? `it has ${names.join(", ") || "none"}`;
  return [{ found: `--pathway ${pathway}`, expected: `a pathway of ${target.name}`, suggestion }];
}
