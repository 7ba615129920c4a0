// Commands about what is kept of runs: comparisons, dependencies, the history.

import type { Command } from "commander";
import { act } from "./act.ts";
import { daysArgument, lastArgument } from "./arguments.ts";

/** What is kept of all runs. */
export function addHistory(program: Command): void {
  program
    .command("compare")
    .description("say whether detection or recovery became slower: regression, improvement or no evidence")
    .argument(
      "<before>",
      "run folder or id in the history; several with commas; or `baseline`: 90 days before the others",
    )
    .argument("<after>", "the same, without `baseline`")
    .option("--out <dir>", "folder that the runs' folders lie in", "reports")
    .action(act(async () => (await import("./commands/compare.ts")).compare));

  program
    .command("deps")
    .description("list calls between services, services that moved though none leads there, and actions per recovery")
    .argument("<dir>", "run folder")
    .argument("[before]", "an earlier run folder: what came and went since")
    .action(act(async () => (await import("./commands/deps.ts")).deps));

  const history = program.command("history").description("what is kept of all runs: a row for each trial");
  history
    .command("list")
    .description("print the newest runs")
    .option("--out <dir>", "folder that the runs' folders lie in", "reports")
    .option("--last <n>", "so many runs at most", lastArgument, 30)
    .action(act(async () => (await import("./commands/history.ts")).listHistory));
  history
    .command("trend")
    .description("show how MTTR went from run to run: limits, what is outside, and where a new level began")
    .argument("[intent]", "its id, theme/name; none: all")
    .option("--out <dir>", "folder that the runs' folders lie in", "reports")
    .action(act(async () => (await import("./commands/history.ts")).trendOfHistory));
  history
    .command("doses")
    .description("show how the dose at which recovery breaks went from sweep to sweep")
    .argument("[intent]", "its id, theme/name; none: all")
    .option("--out <dir>", "folder that the runs' folders lie in", "reports")
    .action(act(async () => (await import("./commands/history.ts")).dosesOfHistory));
  history
    .command("prune")
    .description("say which old runs would be taken out; with --yes take them out, into a file beside")
    .option("--out <dir>", "folder that the runs' folders lie in", "reports")
    .option("--older-than <days>", "runs that began more than so many days ago", daysArgument)
    .option("--keep <n>", "all but so many of the newest runs", lastArgument)
    .option("--yes", "do it")
    .action(act(async () => (await import("./commands/history.ts")).pruneHistory));
  history
    .command("export")
    .description("write every row to stdout")
    .option("--csv", "as CSV, times in ms; there is no other format yet")
    .option("--out <dir>", "folder that the runs' folders lie in", "reports")
    .action(act(async () => (await import("./commands/history.ts")).exportHistory));
}
