// The keys that targets name, looked for before anything is started.

import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { hiderOf } from "../core/hide-keys.ts";
import { keysOf, shortestKey } from "../core/keys.ts";
import { HarnessError } from "../core/errors.ts";
import type { Target } from "../core/target.ts";
import { counted } from "../core/text.ts";
import { wordsOfEvents } from "../records/timeline/words.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Throws HarnessError "bad-input" with every variable that is not there or cannot be sent in a header; no value is
 * repeated.
 */
export function refuseWithoutKeys(targets: readonly Target[], env: Environment = process.env): void {
  const problems = targets.flatMap((target) =>
    keysOf(target).flatMap((name) => {
      const found = troubleWith(env[name], target);
      if (found === undefined) return [];
      const expected = `the key that ${target.name} asks for, in the environment of rebound`;
      const suggestion = env[name] ? `give ${target.name} another key, and export it as ${name}` : exported(name);
      return [{ place: placeOf(name, target), found: `${name} ${found}`, expected, suggestion }];
    }),
  );
  if (problems.length === 0) return;
  const what = `${counted(problems.length, "key")} missing or unfit; nothing was started`;
  throw new HarnessError("bad-input", what, { problems, hint: "targets/README.md says how keys are named" });
}

const exported = (name: string): string => `export ${name}=…; the file holds its name, and no log its value`;

/** Where the file names it first, outside comments. A file that cannot be read again is shown at its beginning. */
function placeOf(name: string, { file, dir }: Target): { file: string; line: number; column: number } {
  const lines = linesOf(join(dir, basename(file)));
  const line = lines.findIndex((text) => text.replace(/(?:^|\s)#.*$/, "").includes(`{env:${name}}`));
  if (line === -1) return { file, line: 1, column: 1 };
  return { file, line: line + 1, column: (lines[line] ?? "").indexOf(`{env:${name}}`) + 1 };
}

function linesOf(path: string): readonly string[] {
  try {
    return readFileSync(path, "utf8").split("\n");
  } catch {
    return [];
  }
}

/** Whatever must be read as it is: a key with the same letters would hide it. */
function namesOf({ name, services, streams, probes, classes, pathways }: Target): readonly string[] {
  const replicas = services.flatMap((service) => service.replicas.map(({ id }) => id));
  return [name, ...replicas, ...classes, ...[services, streams, probes, pathways].flat().map((each) => each.name)];
}

/** Each key that the target names and that could not be used, with why; no value is repeated. */
export function unfitKeys(target: Target, env: Environment = process.env): readonly string[] {
  return keysOf(target).flatMap((name) => {
    const found = troubleWith(env[name], target);
    return found === undefined ? [] : [`${name} ${found}`];
  });
}

function troubleWith(value: string | undefined, target: Target): string | undefined {
  if (value === undefined || value === "") return "is not set";
  if (value.length < shortestKey) return `has fewer than ${shortestKey} characters, and could not be hidden`;
  if (/[{}]/.test(value)) return "holds a brace, and would be filled in as a template";
  if (namesOf(target).some((name) => name.includes(value))) {
    return "is part of a name of this target (a service, replica, probe, stream, class or pathway), which it would hide";
  }
  if (wordsOfEvents().some((word) => word.includes(value))) return "is a word of the timeline, which it would hide";
  return /^[\u0021-\u007E]+(?: [\u0021-\u007E]+)*$/.test(value)
    ? undefined
    : "holds a line break, or other characters that a header cannot hold";
}

/** Takes the values of the target's keys out of what is written down. */
export function hideKeysOf(target: Target, env: Environment = process.env): <T>(value: T) => T {
  return hiderOf(keysOf(target).flatMap((name) => env[name] ?? []));
}
