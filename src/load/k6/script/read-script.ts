// Reads a script with the files that it imports: every mistake at once with its place, or JavaScript without types and
// what its options say. Nothing of it is run here. The parser and the stripper are loaded by whoever calls this alone.

import { dirname, join } from "node:path";
import { parseSync } from "oxc-parser";
import type { SourceFiles } from "../../../core/load-source.ts";
import type { Place, CodedProblem } from "../../../core/errors.ts";
import { messageOf } from "../../../core/errors.ts";
import { onceExports } from "./api.ts";
import { constantOf, NotConstant } from "./constants.ts";
import { exportsOf } from "./exports.ts";
import { metricsOf } from "./metrics.ts";
import type { ScriptFault, SyntaxNode } from "./nodes.ts";
import { childrenOf } from "./nodes.ts";
import { optionsOf, type ScriptOptions } from "./options.ts";
import { faultsOf, importOf } from "./rules.ts";
import { ownMetrics, type KnownMetric } from "./thresholds.ts";
import { stripped } from "./strip.ts";

/** One file of a script. */
interface ScriptModule {
  /** As stack traces show it. */
  readonly file: string;
  /** JavaScript. */
  readonly code: string;
  /** Its source map, as JSON. */
  readonly map: string;
  /** Files that it imports, by what it calls them. */
  readonly imports: ReadonlyMap<string, string>;
}

/** A script that may run. */
export interface Script {
  /** Absolute path of its first file. */
  readonly entry: string;
  /** By absolute path. */
  readonly modules: ReadonlyMap<string, ScriptModule>;
  readonly options: ScriptOptions;
  /** The place of an offset into its first file. */
  readonly placeOf: (at: number) => Place;
}

/** A script, or everything that is wrong with it. */
export interface ReadScript {
  readonly script?: Script;
  readonly problems: readonly CodedProblem[];
}

/** Reads the script at an absolute path; `env` is what it finds in `__ENV`. */
export function readScript(entry: string, env: Readonly<Record<string, string>>, files: SourceFiles): ReadScript {
  const reading = new Reading(env, files);
  reading.read(entry);
  const options = reading.optionsOf(entry);
  const ofScenarios = (options?.scenarios ?? []).flatMap((scenario) => Object.keys(scenario.env));
  reading.check(new Set([...Object.keys(env), ...ofScenarios]));
  const problems = byPlace(reading.problems);
  if (problems.length > 0 || options === undefined) return { problems };
  return {
    script: { entry, modules: reading.modules, options, placeOf: (at) => reading.placeOf(entry, at) },
    problems,
  };
}

/** As they stand in each file, in the order in which the files were come to. */
function byPlace(problems: readonly CodedProblem[]): readonly CodedProblem[] {
  const files = [...new Set(problems.map(({ place }) => place?.file))];
  const key = ({ place }: CodedProblem): readonly number[] => [
    files.indexOf(place?.file),
    place?.line ?? 0,
    place?.column ?? 0,
  ];
  return problems.toSorted((a, b) => {
    const [left, right] = [key(a), key(b)];
    const index = left.findIndex((value, at) => value !== right[at]);
    return (left[index] ?? 0) - (right[index] ?? 0);
  });
}

interface ReadModule {
  readonly program: SyntaxNode;
  readonly text: string;
  readonly isJavaScriptToo: boolean;
}

class Reading {
  readonly problems: CodedProblem[] = [];
  readonly modules = new Map<string, ScriptModule>();
  /** undefined: it cannot be read, which was reported. */
  readonly #programs = new Map<string, ReadModule | undefined>();
  readonly #env: Readonly<Record<string, string>>;
  readonly #files: SourceFiles;

  constructor(env: Readonly<Record<string, string>>, files: SourceFiles) {
    this.#env = env;
    this.#files = files;
  }

  /** Reads a file and whatever it imports, each once. */
  read(path: string, from?: Place): void {
    if (this.#programs.has(path)) return;
    const text = this.#textOf(path, from);
    if (text === undefined) return;
    const parsed = parseSync(path, text, { lang: languageOf(path), sourceType: "module" });
    const program = parsed.program as unknown as SyntaxNode;
    this.#programs.set(path, undefined);
    const report = this.#reporterOf(path, text);
    for (const { message, labels, helpMessage } of parsed.errors) {
      report({
        at: labels[0]?.start ?? 0,
        code: "RB1201",
        found: message,
        expected: helpMessage ?? "a script that can be read",
      });
    }
    if (parsed.errors.length > 0) return;
    const isJavaScriptToo = parseSync(path, text, { lang: "js", sourceType: "module" }).errors.length === 0;
    this.#programs.set(path, { program, text, isJavaScriptToo });
    this.#keep(path, text, this.#importsOf(path, program, text));
  }

  /** Reports what no module may say. `env`: names that `__ENV` has. */
  check(env: ReadonlySet<string>): void {
    for (const [path, read] of this.#programs) {
      if (read === undefined) continue;
      const report = this.#reporterOf(path, read.text);
      for (const fault of faultsOf({ ...read, env })) report(fault);
    }
  }

  /** What the script's options say; undefined when it cannot be told, which was reported. */
  optionsOf(entry: string): ScriptOptions | undefined {
    const read = this.#programs.get(entry);
    if (read === undefined) return undefined;
    const report = this.#reporterOf(entry, read.text);
    const { functions, constants, options, places } = exportsOf(read.program);
    for (const name of onceExports.filter((each) => places.has(each) && !functions.has(each))) {
      const expected = "a function of the script's first file that is no generator";
      report({ at: places.get(name) ?? 0, code: "RB1203", found: `the export ${name}, which is none`, expected });
    }
    if (places.has("*")) {
      const expected = "exports that the first file of a script lists by their names";
      report({ at: places.get("*") ?? 0, code: "RB1203", found: "`export *`", expected });
    }
    if (options === undefined) {
      report({
        at: 0,
        code: "RB1203",
        found: "a script without options",
        expected: "`export const options = { scenarios: { … } }`",
      });
      return undefined;
    }
    try {
      const constant = constantOf(options, { constants, env: this.#env });
      return optionsOf(constant, { functions, metrics: this.#metrics() }, report);
    } catch (thrown) {
      if (!(thrown instanceof NotConstant)) throw thrown;
      report(thrown.fault);
      return undefined;
    }
  }

  /** Metrics that the script's files make. A name that is of another kind already is reported. */
  #metrics(): ReadonlyMap<string, KnownMetric> {
    const known = new Map([...ownMetrics].map(([name, one]) => [name, { ...one, of: "the runtime" }]));
    for (const [path, read] of this.#programs) {
      if (read === undefined) continue;
      const report = this.#reporterOf(path, read.text);
      for (const [name, { kind, isTime, at }] of metricsOf(read.program, report)) {
        const before = known.get(name);
        if (before === undefined) known.set(name, { kind, isTime, of: placeText(this.placeOf(path, at)) });
        else if (before.kind !== kind) {
          const expected = `a name that no metric of another kind has: ${name} is a ${before.kind} of ${before.of}`;
          report({ at, code: "RB1205", found: `the metric ${name} as a ${kind}`, expected });
        }
      }
    }
    return new Map([...known].map(([name, { kind, isTime }]) => [name, { kind, isTime }]));
  }

  /** The place of an offset into a file that was read. */
  placeOf(path: string, at: number): Place {
    return placeIn(this.#files.shown(path), this.#programs.get(path)?.text ?? "", at);
  }

  #textOf(path: string, place: Place | undefined): string | undefined {
    const found = (why: string): undefined => {
      const expected = "a script, with its ending (.ts, .js)";
      this.problems.push({
        ...(place && { place }),
        code: "RB1201",
        found: `${this.#files.shown(path)}, ${why}`,
        expected,
      });
    };
    if (!this.#files.exists(path)) return found("which is not there");
    try {
      return this.#files.read(path);
    } catch (thrown) {
      return found(`which cannot be read: ${messageOf(thrown)}`);
    }
  }

  /** Files that a module imports, which are read as well. */
  #importsOf(path: string, program: SyntaxNode, text: string): ReadonlyMap<string, string> {
    const imports = new Map<string, string>();
    for (const statement of childrenOf(program, "body")) {
      const found = importOf(statement);
      if (found === undefined || !/^\.\.?\//.test(found.specifier)) continue;
      const to = join(dirname(path), found.specifier);
      imports.set(found.specifier, to);
      this.read(to, placeIn(this.#files.shown(path), text, found.at));
    }
    return imports;
  }

  #keep(path: string, text: string, imports: ReadonlyMap<string, string>): void {
    const file = this.#files.shown(path);
    this.modules.set(path, { file, imports, ...stripped(text, path) });
  }

  #reporterOf(path: string, text: string): (fault: ScriptFault) => void {
    const file = this.#files.shown(path);
    return ({ at, ...problem }) => void this.problems.push({ place: placeIn(file, text, at), ...problem });
  }
}

function languageOf(path: string): "ts" | "js" {
  return path.endsWith(".ts") ? "ts" : "js";
}

function placeText({ file, line, column }: Place): string {
  return `${file}:${line}:${column}`;
}

function placeIn(file: string, text: string, at: number): Place {
  const before = text.slice(0, at);
  const lines = before.split("\n");
  return { file, line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}
