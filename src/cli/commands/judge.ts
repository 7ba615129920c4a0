// `rebound judge DIR`: today's rules over the timelines of an old run; no machine is touched and nothing is written.

import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { exitCodeOf } from "../exit.ts";
import { printLines, printTable, sayLines } from "../table.ts";
import { conclusionsOf, differences, remembered } from "../../run/differences.ts";
import { judgeAgain } from "../../run/recorded.ts";
import { noteLines, skippedLines } from "../../run/recorded-words.ts";

/** Judges a recorded run again and says where today's verdicts differ from the recorded ones. */
export async function judge(dir: string): Promise<number> {
  // Ten million events leave much garbage behind; V8 would rather let the heap grow to twice what lives than look for
  // it.
  setFlagsFromString("--heap-growing-percent=25");
  const { recorded, before } = await remembered(dir);
  sayLines(noteLines(recorded));
  const { result, skipped } = await judgeAgain(recorded);
  sayLines(skippedLines(skipped));
  printLines(before === undefined ? [] : differences(before, conclusionsOf(result)));
  printTable(result, join(recorded.runDir, "index.html"));
  return exitCodeOf(result.outcome);
}
