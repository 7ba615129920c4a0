// The command line: words and options only. Each command's code is loaded when it is called, so that --help is quick.

import { Command, CommanderError } from "commander";
import { loopbackHost } from "../core/addresses.ts";
import {
  allowArgument,
  coverageArgument,
  durationArgument,
  failOnArgument,
  jobsArgument,
  mostArgument,
  placeArgument,
  planFormatArgument,
  portArgument,
  seedArgument,
  settingArgument,
  shardArgument,
  trialsArgument,
  waitArgument,
} from "./arguments.ts";
import { act } from "./act.ts";
import { addAuthoring } from "./authoring.ts";
import { addHistory } from "./kept-runs.ts";
import { exitCodes, reportError } from "./exit.ts";
import { agentHelp, exitCodeHelp, limitsHelp, restoreHelp, stopHelp } from "../run/help-texts.ts";
import { listNames } from "../run/list-names.ts";
import { failOnNames } from "../verdict/build-gates.ts";
import { version } from "../store/package.ts";

function selecting(command: Command): Command {
  return command
    .argument("[files...]", "intent files, or folders of them; none: those of the suite")
    .option("--suite <name>", "run the intents that carry this tag")
    .option("--trials <n>", "trials per arm, instead of what the intents say", trialsArgument)
    .option("--most <n>", "as many trials per arm as are needed, at most this many", mostArgument)
    .option("--seed <n>", "seed of sites, schedules and harm, instead of what the intents say", seedArgument)
    .option("--target <name>", "target to break, instead of what the intents say")
    .option("--platform <name>", "platform to run it on, instead of its own: docker, where start.compose says how")
    .option(
      "--setting <name=value>",
      "a setting of the target, instead of what the intents say; may be repeated",
      settingArgument,
    )
    .option("--shard <i/n>", "only the i-th of n parts, each with whole intents; see `rebound merge`", shardArgument);
}

/** What a build wants to be stopped by. */
function gated(command: Command): Command {
  return command
    .option(
      "--fail-on <kinds>",
      `exit with 1 for these and for what was invalid, with 0 for the others: some of ${failOnNames.join(",")}; ` +
        "regression: everything that failed and is neither known nor a flake",
      failOnArgument,
    )
    .option(
      "--min-coverage <share>",
      "exit with 1 when fewer of the declared pathways have evidence in this run, e.g. 0.8",
      coverageArgument,
    );
}

/** Where metrics and traces go besides the run's folder. */
function measured(command: Command): Command {
  return command
    .option(
      "--textfile <file>",
      "write metrics.prom there too, for the textfile collector of Prometheus' node exporter",
    )
    .option("--otlp <url>", "send metrics and a trace for each trial there, by OTLP/HTTP, e.g. http://collector:4318");
}

/** Commands about trials that are to come. */
function addTrials(program: Command): void {
  measured(gated(selecting(program.command("run"))))
    .description("break the stack, measure its recovery, judge it, leave a report")
    .option("--jobs <n>", "trials side by side, each on a stack of its own", jobsArgument, 1)
    .option("--budget <time>", "begin no further block of trials after this time, e.g. 20m", durationArgument)
    .option("--out <dir>", "folder for the run's folder", "reports")
    .option("--load-from <host:port>", "have the `rebound agent` that listens there send the requests", placeArgument)
    .option("--ui", "show the run in a browser of this machine while it goes on; prints the address")
    .option("--ui-port <n>", "the same, on this port instead of any free one", portArgument)
    .addHelpText("after", stopHelp)
    .action(act(async () => (await import("./commands/run.ts")).run));

  selecting(program.command("plan"))
    .description("print what would be touched, what ends it and what is spared, then every trial; touches nothing")
    .addHelpText("after", limitsHelp)
    .option("--format <kind>", "text, json, or mermaid: a timeline diagram for Markdown pages", planFormatArgument)
    .option("--json", "short for --format json")
    .option("--out <dir>", "folder that the runs' folders lie in, whose history knows the doses of levels", "reports")
    .option("--claim <claim>", 'say how many trials a claim takes, such as "MTTR <= 10 s in 95 %"')
    .action(act(async () => (await import("./commands/plan.ts")).plan));
}

/** What to run in the time that there is. */
function addTonight(program: Command): void {
  selecting(program.command("tonight"))
    .description("choose what to run in the time that there is, by what the history knows; say why; start nothing")
    .requiredOption("--budget <time>", "for the planned time of all of it, e.g. 60m", durationArgument)
    .option("--out <dir>", "folder that the runs' folders lie in, with their history", "reports")
    .option("--run", "run it, too")
    .option("--json", "print the choice as JSON")
    .action(act(async () => (await import("./commands/tonight.ts")).tonight));
}

/** Commands that read files and start nothing. */
function addReading(program: Command): void {
  program
    .command("lint")
    .description("check intent and target files; reports every problem at once and starts nothing")
    .argument("[files...]", "intent or target files, or folders; none: all of experiments/ and targets/")
    .option("--sarif <file>", "write the problems as SARIF 2.1.0 too, for code scanning and editors")
    .action(act(async () => (await import("./commands/lint.ts")).lint));

  program
    .command("explain")
    .description("say what a code of lint means, why it is refused and what to do, with a wrong and a right example")
    .argument("[code]", "such as RB0107; none: lists all codes")
    .action(act(async () => (await import("./commands/explain.ts")).explain));

  program
    .command("list")
    .description(`list ${listNames.slice(0, -1).join(", ")} or ${listNames.at(-1)}`)
    .argument("[what]", listNames.join(" | "))
    .action(act(async () => (await import("./commands/list.ts")).list));

  program
    .command("judge")
    .description("judge an old run again with today's rules; touches no machine")
    .argument("<dir>", "run folder")
    .action(act(async () => (await import("./commands/judge.ts")).judge));

  measured(program.command("report"))
    .description("write the reports of a run folder again")
    .argument("<dir>", "run folder")
    .option("--trace", "also write trial.trace.json beside each trial, which ui.perfetto.dev opens")
    .option("--pages <which>", "trials that get a page in a long run, too: all, or the folder of one below trials/")
    .action(act(async () => (await import("./commands/report.ts")).report));
}

/** Commands about the runs of several machines. */
function addMerge(program: Command): void {
  measured(gated(program.command("merge")))
    .description("put the runs of all shards together: one result, one report; see run --shard")
    .argument("<dirs...>", "run folders")
    .option("--out <dir>", "folder for the new run's folder", "reports")
    .action(act(async () => (await import("./commands/merge.ts")).merge));
}

/** Commands that take back and end. */
function addWaysBack(program: Command): void {
  program
    .command("restore")
    .description("take back what a killed run left and its watchdog could not: faults, processes, work folders")
    .addHelpText("after", restoreHelp)
    .argument("[dir]", "run folder; none: every run whose harness is gone")
    .option("--forget", "take what remains of that run as done: you have looked yourself")
    .option("--trust", "act on the undo log of a folder that this user's state folder does not know")
    .action(act(async () => (await import("./commands/restore.ts")).restore));

  program
    .command("stop")
    .description("end running trials at once: faults taken back, stacks ended, partial reports written")
    .argument("[dir]", "run folder; none: every run of this user")
    .option("--wait <seconds>", "wait this long for them to end", waitArgument, 60)
    .option("--clear", "take the stop file away, so that runs may start again")
    .addHelpText("after", stopHelp)
    .action(act(async () => (await import("./commands/stop.ts")).stop));
}

/** Commands that keep something up, or look at the machine. */
function addTools(program: Command): void {
  program
    .command("up")
    .description("start a target and keep it up until Ctrl-C or `rebound stop`")
    .argument("<target>", "name of the target")
    .option("--setting <name=value>", "a setting of the target, instead of its default", settingArgument)
    .option("--platform <name>", "platform to run it on, instead of its own; see run")
    .action(act(async () => (await import("./commands/up.ts")).up));

  program
    .command("proxy")
    .description("run the fault proxy alone, with Toxiproxy's API, until Ctrl-C")
    .option("--port <n>", "port of the API; 0: a free one", portArgument, 8474)
    .option("--host <address>", "address of the API", loopbackHost)
    .option("--config <file>", "JSON list of proxies to begin with")
    .option("--seed <n>", "makes toxicity, jitter and loss repeat; none: by chance", seedArgument)
    .option("--listen-anywhere", "the API and the proxies may listen beyond loopback")
    .action(act(async () => (await import("./commands/proxy.ts")).proxy));

  program
    .command("agent")
    .description("send the requests of runs on other machines from here, until Ctrl-C; see run --load-from")
    .option("--listen <host:port>", "where it listens; port 0: a free one; none: on this machine alone", placeArgument)
    .option("--allow <address>", "a host or block that may be loaded, too; may be repeated", allowArgument, [])
    .addHelpText("after", agentHelp)
    .action(act(async () => (await import("./commands/agent.ts")).agent));

  program
    .command("doctor")
    .description("check that this machine can run Rebound; of a target, what it does not tell and what that costs")
    .argument("[target]", "name of a target, or the path of its file: what is missing in its target.yaml")
    .option("--out <dir>", "folder that runs shall leave theirs in", "reports")
    .action(act(async () => (await import("./commands/doctor.ts")).doctor));
}

function build(): Command {
  const program = new Command("rebound")
    .description(
      "Breaks a self-healing AI stack on purpose, measures its recovery from outside, and proves which repair did it.",
    )
    .version(version())
    .addHelpText("after", exitCodeHelp)
    .showSuggestionAfterError(true)
    .showHelpAfterError("`rebound --help` lists the commands, `rebound <command> --help` what one takes")
    .exitOverride();

  for (const add of [addTrials, addTonight, addReading, addMerge, addHistory, addWaysBack, addAuthoring, addTools])
    add(program);
  for (const command of program.commands) for (const one of [command, ...command.commands]) one.exitOverride();
  return program;
}

// A reader that went away (a closed pipe or terminal) is no reason to drop what is under way: cleaning up goes on
// unseen.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);

try {
  await build().parseAsync();
} catch (thrown) {
  if (!(thrown instanceof CommanderError)) process.exitCode = reportError(thrown);
  else process.exitCode = thrown.exitCode === 0 ? 0 : exitCodes.badInput;
}
