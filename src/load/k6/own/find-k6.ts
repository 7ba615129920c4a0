// The k6 that a user has: the one named in K6_BIN, or the first in PATH. Rebound brings none, and downloads none.

import { accessSync, constants } from "node:fs";
import { delimiter, isAbsolute, join, resolve } from "node:path";

type Environment = Readonly<Record<string, string | undefined>>;

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Absolute path of the executable; undefined: there is none. */
export function k6Path(env: Environment = process.env): string | undefined {
  const named = env["K6_BIN"] ?? "";
  if (named !== "") return isExecutable(resolve(named)) ? resolve(named) : undefined;
  const folders = (env["PATH"] ?? "").split(delimiter).filter((folder) => isAbsolute(folder));
  return folders.map((folder) => join(folder, "k6")).find(isExecutable);
}

/** Why there is none, and what to do; undefined: there is one. */
export function k6Missing(env: Environment = process.env): string | undefined {
  if (k6Path(env) !== undefined) return undefined;
  const named = env["K6_BIN"] ?? "";
  const where = named === "" ? "no k6 in PATH" : `K6_BIN is ${named}, which is no executable file`;
  return `${where}; install one, set K6_BIN, or leave \`run_by\` out: Rebound runs the script itself then`;
}
