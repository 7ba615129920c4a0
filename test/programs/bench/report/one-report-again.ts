// The reports of a recorded run, written again in a process of its own, as `rebound report DIR` does. Prints what that
// took.

import { makeReporters } from "../../../../src/reporters/index.ts";
import { reportAgain } from "../../../../src/run/report-again.ts";
import { timed } from "./taken.ts";

const [dir = ""] = process.argv.slice(2);
const taken = await timed(async () => {
  const reporters = makeReporters(process.stderr).slice(1);
  const note = (says: string): void => void process.stderr.write(`${says}\n`);
  const { failure } = await reportAgain(dir, { reporters, note });
  if (failure !== undefined) throw failure;
});
process.stdout.write(`${JSON.stringify(taken)}\n`);
