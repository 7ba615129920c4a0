// The keys that targets name, looked for before anything is started.

import { hiderOf, keysOf, shortestKey } from "../core/keys.ts";
import { HarnessError } from "../core/errors.ts";
import type { Target } from "../core/target.ts";
import { counted } from "../core/text.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Throws HarnessError "bad-input" with every variable that is not there or cannot be sent in a header; no value is
 * repeated.
 */
export function refuseWithoutKeys(targets: readonly Target[], env: Environment = process.env): void {
  const problems = targets.flatMap((target) =>
    keysOf(target).flatMap((name) => {
      const found = troubleWith(env[name]);
      if (found === undefined) return [];
      const expected = `the key that ${target.name} asks for, in the environment of rebound`;
      const suggestion = `export ${name}=…; the file holds its name, and no log its value`;
      return [{ place: { file: target.file, line: 1, column: 1 }, found: `${name} ${found}`, expected, suggestion }];
    }),
  );
  if (problems.length === 0) return;
  const what = `${counted(problems.length, "key")} missing or unfit; nothing was started`;
  throw new HarnessError("bad-input", what, { problems, hint: "targets/README.md says how keys are named" });
}

function troubleWith(value: string | undefined): string | undefined {
  if (value === undefined || value === "") return "is not set";
  if (value.length < shortestKey) return `has fewer than ${shortestKey} characters, and could not be hidden`;
  return /^[\u0021-\u007E]+(?: [\u0021-\u007E]+)*$/.test(value)
    ? undefined
    : "holds a line break, or other characters that a header cannot hold";
}

/** Takes the values of the target's keys out of what is written down. */
export function hideKeysOf(target: Target, env: Environment = process.env): <T>(value: T) => T {
  return hiderOf(keysOf(target).flatMap((name) => env[name] ?? []));
}
