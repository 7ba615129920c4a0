// What became of an abandoned run, in lines for people.

import type { Abandoned } from "./abandoned.ts";
import type { RestoreReport } from "./restore.ts";

/** Lines, the first of them the run's folder; `nothingLeft` is false when something of it is left, or may be. */
export function restoreWords(result: Abandoned): { readonly lines: readonly string[]; readonly nothingLeft: boolean } {
  if (result.state === "alive") {
    const lines = [result.runDir, `  left alone: its harness lives (pid ${result.pid})`];
    return { lines, nothingLeft: true };
  }
  if (result.state === "busy") {
    const again = "still taking it back (see watchdog.log there); type `rebound restore` again later";
    return { lines: [result.runDir, `  REMAINS  pid ${result.by.pid} is ${again}`], nothingLeft: false };
  }
  return { lines: [result.runDir, ...reportLines(result.report)], nothingLeft: result.report.remains.length === 0 };
}

function reportLines({ done, remains }: RestoreReport): readonly string[] {
  if (done.length + remains.length === 0) return ["  nothing was left"];
  return [
    ...done.map(({ what, says }) => `  done     ${what}: ${says}`),
    ...remains.map(({ what, says, log }) => `  REMAINS  ${what}: ${says} (${log})`),
  ];
}
