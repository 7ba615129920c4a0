// Entry of the process of the journeys: starts one runner of Playwright for each stream, gives its workers their turns,
// and makes events of what they tell. Ends with all of them when its parent lets go of the channel, by will or by
// death.

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import { messageOf } from "../../core/errors.ts";
import type { LoadEvent } from "../../core/load-source.ts";
import type { Ms } from "../../core/units.ts";
import { later } from "../../lib/later.ts";
import { lastWords } from "../../lib/proc.ts";
import { endBelow } from "./end-below.ts";
import type { FromJourneys, FromRunner, JourneyOptions, JourneyStream, ToJourneys, WorkerReport } from "./messages.ts";
import { reasonOf } from "./journey-events.ts";
import { Person } from "./person.ts";
import { writeRunnerFiles, type RunnerFiles } from "./runner-files.ts";
import { hiderOfSecrets, scrubTrace } from "./scrub-trace.ts";
import { openWorkersDoor } from "./workers-door.ts";

/** Given to a runner to end its workers and browser by itself, ms. */
const END_MS = 5_000;

interface Running {
  readonly person: Person;
  readonly of: JourneyStream;
  readonly runner: ChildProcess;
}

const running: Running[] = [];
let work: string | undefined;
/** What `init` does until its runners are there. */
let beginning: Promise<void> = Promise.resolve();
let isEnding = false;
/** ms since the trial's epoch of an instant on the machine's monotonic clock, ns; known from `init` on. */
let sinceEpoch: (ns: bigint) => Ms = () => 0;

function tell(message: FromJourneys): void {
  // The parent may let go of us at any moment; what it does not hear then, it does not want to hear.
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}

/** Takes out what was handed to journeys; known from `init` on. */
let hide: (text: string) => string = (text) => text;

function fail(reason: string): void {
  if (!isEnding) tell({ type: "failed", reason: hide(reason) });
}

async function init(options: JourneyOptions): Promise<void> {
  const { streams, seed, epochNs } = options;
  const epoch = BigInt(epochNs);
  sinceEpoch = (ns) => Number((ns - epoch) / 1000n) / 1000;
  const clock = { now: () => sinceEpoch(process.hrtime.bigint()) };
  const emit = (event: LoadEvent): void => tell({ type: "events", events: [event] });
  hide = hiderOfSecrets(streams.flatMap(({ env }) => Object.values(env)));
  const ready = streams.map(() => later());
  beginning = begin(
    options,
    (index) => ready[index]?.resolve(),
    (of, folder) => {
      return new Person({ of, clock, seed, emit, fail, ...keeping(of, folder, options.kept) });
    },
  );
  await beginning;
  await Promise.all(ready.map(({ promise }) => promise));
  tell({ type: "ready" });
}

/** Starts the runners, unless the end comes first: then no further one. */
async function begin(
  { streams, work: folderOfWork, chromium }: JourneyOptions,
  isReady: (index: number) => void,
  personOf: (of: JourneyStream, folder: string) => Person,
): Promise<void> {
  work = join(folderOfWork, "journeys");
  await mkdir(work, { recursive: true, mode: 0o700 });
  process.chdir(work);
  const door = await openWorkersDoor((index, what, body) => answer({ index, what, body }, isReady));
  for (const [index, of] of streams.entries()) {
    const folder = join(work, String(index));
    await mkdir(join(folder, "tmp"), { recursive: true, mode: 0o700 });
    const files = await writeRunnerFiles(
      of,
      { door: `${door.url}/${index}`, origins: of.origins },
      { folder, chromium },
    );
    if (isEnding) return;
    const person = personOf(of, folder);
    running.push({ of, person, runner: startRunner(files, { of, person, folder }) });
  }
}

function keeping(of: JourneyStream, folder: string, kept: string) {
  const pathsFor = (as: string) => ({ trace: join(folder, `${as}.zip`), picture: join(folder, `${as}.png`) });
  return {
    pathsFor,
    /** What cannot be read is not kept: nobody knows what is in it. */
    async keep(as: string, secrets: readonly string[]): Promise<readonly string[]> {
      const from = pathsFor(as);
      const to = join(kept, "journeys", of.name);
      await mkdir(to, { recursive: true });
      const put = async (path: string, name: string, made: (bytes: Buffer) => Buffer): Promise<readonly string[]> => {
        try {
          await writeFile(join(to, name), made(await readFile(path)));
          return [relative(kept, join(to, name))];
        } catch {
          return [];
        } finally {
          await rm(path, { force: true });
        }
      };
      const known = [...Object.values(of.env), ...secrets];
      return [
        ...(await put(from.trace, `${as}.zip`, (bytes) => scrubTrace(bytes, known))),
        ...(await put(from.picture, `${as}.png`, (bytes) => bytes)),
      ];
    },
  };
}

function startRunner(
  { cli, config }: RunnerFiles,
  { of, person, folder }: Pick<Running, "of" | "person"> & { readonly folder: string },
): ChildProcess {
  // Our own folder by a name that is short: a socket's path has 107 bytes at most, and that of a trial is longer.
  const home = `/proc/${process.pid}/cwd/${basename(folder)}/tmp`;
  const runner = spawn(process.execPath, [cli, "test", "--config", config], {
    cwd: home,
    env: { ...process.env, ...of.env, TMPDIR: home, HOME: home, REBOUND_JOURNEYS: folder },
    // Over the last its reporter sees our end, whatever else the runner does.
    stdio: ["ignore", "ignore", "pipe", "ipc", "pipe"],
    detached: true,
  });
  const words = lastWords(runner, hide);
  runner.on("message", (message: FromRunner) => {
    if (message.type === "over") person.told(message);
    if (message.type === "error") fail(`${of.name}: ${reasonOf(message.reason, hide)}`);
    if (message.type === "found" && message.titles.length > 1) {
      fail(
        `${of.name}: ${of.file} has ${message.titles.length} tests (${message.titles.join("; ")}); a journey is one`,
      );
    }
  });
  runner.once("error", (error) => fail(`${of.name}: the runner could not be started (${error.message})`));
  runner.once("close", (code, signal) =>
    fail(`${of.name}: the runner ended by itself (${signal ?? code}) ${words()}`.trim()),
  );
  return runner;
}

interface Asked {
  readonly index: number;
  readonly what: string | undefined;
  readonly body: WorkerReport;
}

async function answer({ index, what, body }: Asked, isReady: (index: number) => void): Promise<unknown> {
  const person = running[index]?.person;
  if (person === undefined) throw new Error("there is no such stream");
  if (what === "turn") {
    isReady(index);
    return person.turn(body.id);
  }
  return what === "over" ? person.over(body, sinceEpoch(BigInt(body.endedNs))) : person.kept(body.id);
}

async function endRunner({ runner }: Running): Promise<void> {
  if (runner.pid === undefined || runner.exitCode !== null || runner.signalCode !== null) return;
  const gone = once(runner, "exit");
  runner.kill("SIGINT");
  const timer = setTimeout(() => runner.kill("SIGKILL"), END_MS);
  await gone;
  clearTimeout(timer);
}

async function end(): Promise<void> {
  if (isEnding) return;
  isEnding = true;
  await beginning.catch(() => undefined);
  await Promise.all(running.map(endRunner));
  if (work !== undefined) {
    // A runner that was ended by force leaves workers and a browser, which work in here.
    await endBelow(work);
    await rm(work, { recursive: true, force: true, maxRetries: 5 }).catch(() => undefined);
  }
  process.exit(0);
}

process.on("message", (message: ToJourneys) => {
  if (message.type === "init") {
    init(message.options).catch((thrown: unknown) => fail(messageOf(thrown)));
  } else if (message.type === "begin") {
    for (const { person } of running) person.begin(message.atMs);
  } else if (message.type === "set-rate") {
    running.find(({ of }) => of.stream === message.stream)?.person.setRate(message.times, message.atMs);
  } else {
    void Promise.all(running.map(({ person }) => person.stop())).then(() => tell({ type: "stopped" }));
  }
});
// A terminal's interrupt reaches us as well; the parent decides.
process.on("SIGINT", () => undefined);
process.on("SIGTERM", () => undefined);
process.once("disconnect", () => void end());
