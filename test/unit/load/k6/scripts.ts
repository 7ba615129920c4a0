// Scripts of tests, read from texts by name.

import { formatProblem } from "../../../../src/core/errors.ts";
import { readScript, type ReadScript, type Script } from "../../../../src/load/k6/script/read-script.ts";

const target = "http://127.0.0.1:9";

/** Options of one scenario that sends so many iterations a second. */
export const steady = (rate = 20, more = "", users = 2): string =>
  `export const options = { scenarios: { s: { executor: "constant-arrival-rate", rate: ${rate}, duration: "1m", preAllocatedVUs: ${users}${more} } } };`;

/** Reads the script `/s/main.ts` beside other files. */
export function read(text: string, others: Readonly<Record<string, string>> = {}, env = {}): ReadScript {
  const files = new Map(Object.entries({ "/s/main.ts": text, ...others }));
  return readScript(
    "/s/main.ts",
    { TARGET: target, ...env },
    {
      exists: (path) => files.has(path),
      read: (path) => files.get(path) ?? "",
      shown: (path) => path.replace("/s/", ""),
    },
  );
}

/** What is wrong with it, as people are told. */
export function told(text: string, others?: Readonly<Record<string, string>>): readonly string[] {
  return read(text, others).problems.map(formatProblem);
}

/** A script that may run; throws what is wrong with it otherwise. */
export function scriptOf(text: string, others?: Readonly<Record<string, string>>, env = {}): Script {
  const { script, problems } = read(text, others, env);
  if (script === undefined) throw new Error(problems.map(formatProblem).join("\n"));
  return script;
}
