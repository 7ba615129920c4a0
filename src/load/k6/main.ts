// Entry of the process of scripts: what users wrote runs here and nowhere else, in engines that reach nothing but their
// target. Started with fork; ends when its parent lets go of the channel, by will or by death.

import { formatProblem, messageOf } from "../../core/errors.ts";
import type { SenderEvent } from "../../core/load-source.ts";
import type { Ms } from "../../core/units.ts";
import type { FromLoad } from "../messages.ts";
import { makeBatch } from "../batch.ts";
import { Runner } from "./engine/runner.ts";
import { filesHere } from "./files-here.ts";
import type { ScriptsOptions, ToScripts } from "./messages.ts";
import { OwnK6 } from "./own/own-k6.ts";
import { readScript } from "./script/read-script.ts";

/** How long ending may take before the process ends itself the hard way, ms. */
const END_TIMEOUT_MS: Ms = 1_000;

const runners = new Map<string | undefined, Runner | OwnK6>();

function tell(message: FromLoad): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}

const batch = makeBatch<SenderEvent>((events) => tell({ type: "events", events }));

async function init({ streams, seed, epochNs }: ScriptsOptions): Promise<void> {
  const epoch = BigInt(epochNs);
  // Whole microseconds: more digits would be noise in the timeline.
  const clock = { now: () => Number((process.hrtime.bigint() - epoch) / 1000n) / 1000 };
  for (const stream of streams) {
    const { script: read, problems } = readScript(stream.script, stream.env, filesHere);
    if (read === undefined) throw new Error(problems.map(formatProblem).join("; "));
    const options = { ...stream, read, seed, clock, emit: (event: SenderEvent) => batch.add(event) };
    const runner = stream.own === undefined ? new Runner(options) : new OwnK6({ ...options, ...stream.own });
    // Before it is ready: a k6 that is up must be ended, whatever comes.
    runners.set(stream.name, runner);
    await runner.prepare();
  }
  tell({ type: "ready" });
}

async function stop(graceMs: Ms): Promise<void> {
  await Promise.all([...runners.values()].map(async (runner) => runner.stop(graceMs)));
  batch.flush();
  tell({ type: "stopped", summaries: [] });
}

async function obey(message: ToScripts): Promise<void> {
  switch (message.type) {
    case "init":
      return init(message.options);
    case "begin":
      for (const runner of runners.values()) runner.begin(message.atMs);
      return;
    case "set-rate":
      return runners.get(message.stream)?.setRate(message.times, message.atMs);
    case "stop":
      return stop(message.graceMs);
  }
}

if (process.send === undefined) {
  process.stderr.write("scripts: to be started by fork, with an IPC channel\n");
  process.exitCode = 70;
} else {
  process.on("message", (message: ToScripts) => {
    obey(message).catch((error: unknown) => tell({ type: "failed", reason: messageOf(error) }));
  });
  process.once("disconnect", () => {
    setTimeout(() => process.kill(process.pid, "SIGKILL"), END_TIMEOUT_MS).unref();
    void Promise.all([...runners.values()].map(async (runner) => runner.end())).finally(() => process.exit());
  });
  // What reaches the whole process group is for the harness, whose end is ours.
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => undefined);
}
