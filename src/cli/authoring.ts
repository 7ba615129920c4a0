// Commands of who writes intents: first files of a stack, from what there is of it elsewhere.

import type { Command } from "commander";
import { act } from "./act.ts";
import {
  durationArgument,
  mapArgument,
  mostArgument,
  seedArgument,
  settingArgument,
  variableArgument,
  writtenDurationArgument,
  writtenRateArgument,
} from "./arguments.ts";

/** Commands that look for a dose. */
function addDoses(program: Command): void {
  program
    .command("sweep")
    .description("raise the dose of an intent's fault until recovery breaks; says at which dose, with an interval")
    .argument("<intent>", "its file; the fault must have a dose, see `rebound list faults`")
    .option("--most <n>", "trials at most", mostArgument, 12)
    .option("--budget <time>", "begin no further trial after this time, e.g. 20m", durationArgument)
    .option("--seed <n>", "seed of sites, schedules and harm, instead of what the intent says", seedArgument)
    .option("--setting <name=value>", "a setting of the target; may be repeated", settingArgument)
    .option("--disturbance <n>", "which of the intent's disturbances is dosed, from 1", mostArgument)
    .option("--out <dir>", "folder that the runs' folders lie in; the sweep goes below sweeps/ there", "reports")
    .action(act(async () => (await import("./commands/sweep.ts")).sweep));

  program
    .command("calibrate")
    .description("find the dose that has the level which an intent asks for, by measured impact; it is remembered")
    .argument("<intent>", "its file; a disturbance says `level: significant` in place of a dose")
    .option("--most <n>", "trials at most", mostArgument, 10)
    .option("--budget <time>", "begin no further trial after this time, e.g. 20m", durationArgument)
    .option("--seed <n>", "seed of sites, schedules and harm, instead of what the intent says", seedArgument)
    .option("--setting <name=value>", "a setting of the target; may be repeated", settingArgument)
    .option("--out <dir>", "folder that the runs' folders lie in; what is measured goes into its history", "reports")
    .action(act(async () => (await import("./commands/calibrate.ts")).calibrate));
}

export function addAuthoring(program: Command): void {
  addDoses(program);
  program
    .command("init")
    .description("look at what supervises a stack here; write a first target.yaml and two intents, guesses marked")
    .argument("<name>", "name of the target")
    .option("--from <kind=where>", "supervisord, runit, pm2, containers, swarm or systemd, and where; none: looked for")
    .action(act(async () => (await import("./commands/init.ts")).init));

  program
    .command("new")
    .description("write a first intent that lints; what is not said is asked, at a terminal")
    .argument("<id>", "THEME/NAME: it becomes experiments/THEME/NAME.yaml")
    .option("--target <name>", "the stack")
    .option("--fault <name>", "what breaks, of `rebound list faults`")
    .option("--on <place>", "a service, or for faults of edges from->to")
    .option("--by <pathway>", "who repairs it, of `rebound list pathways`")
    .option("--within <time>", "how soon", writtenDurationArgument, "15s")
    .action(act(async () => (await import("./commands/init.ts")).making));

  program
    .command("import")
    .description("make an intent of another tool's file; what has no place in one is listed, with the reason")
    .argument("<kind>", "chaostoolkit, chaos-mesh, litmus or openslo")
    .argument("<file>", "the file")
    .requiredOption("--target <name>", "target that it is about")
    .option(
      "--map <word=what>",
      "what a URL, label, proxy or command is in the target: a service, users, or an edge from->to; may be repeated",
      mapArgument,
    )
    .option("--var <name=value>", "value of one of the file's variables; may be repeated", variableArgument)
    .option("--pathway <name>", "who repairs it; goes with --within")
    .option("--within <time>", "how soon, e.g. 10s", writtenDurationArgument)
    .option("--rate <rate>", "requests of users", writtenRateArgument, "20/s")
    .option("--out <file>", "the intent; none: experiments/KIND/TITLE.yaml")
    .action(act(async () => (await import("./commands/init.ts")).importing));

  program
    .command("export")
    .description("write an intent as a file of another tool; what has no place there is listed, with the reason")
    .argument("<kind>", "chaostoolkit")
    .argument("<file>", "the intent")
    .option("--out <file>", "the file; none: exported/ID.json")
    .action(act(async () => (await import("./commands/init.ts")).exporting));

  program
    .command("watch")
    .description("say on each save what is wrong with a file, or what would be done, until Ctrl-C; starts nothing")
    .argument("<file>", "an intent or a target.yaml")
    .action(act(async () => (await import("./commands/watch.ts")).watching));
}
