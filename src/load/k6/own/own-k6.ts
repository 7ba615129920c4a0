// Runs one script as one stream of the load on the k6 that the user has, and reads what it says. Whatever may mean that
// the load was not the one that was asked for is trouble, and the trial says nothing of the target.

import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { messageOf } from "../../../core/errors.ts";
import { textHiderOf } from "../../../core/hide-keys.ts";
import type { Ms } from "../../../core/units.ts";
import { isGone } from "../../../lib/proc.ts";
import { Metrics } from "../engine/metrics.ts";
import { Runner, type RunnerOptions } from "../engine/runner.ts";
import { argumentsFor, environmentFor } from "./command.ts";
import { endedBy, type Ended } from "./exit-codes.ts";
import { writeFiles, type K6Files } from "./files.ts";
import { logIn, type Log } from "./log-lines.ts";
import { Pace } from "./pace.ts";
import { pointIn, Requests, type Asked, type Point } from "./points.ts";
import { mostMemoryMiB, watchMemory } from "./process-limits.ts";
import { RequestEvents } from "./request-events.ts";
import { crossedIn, crossedInData } from "./summary-export.ts";
import { shiftTo } from "./shift.ts";
import { tailFile, type Tail } from "./tail-file.ts";
import { judgeRequest } from "./judge-request.ts";
import { isKnown, knownVersions, versionIn } from "./versions.ts";

/** k6 makes its users, and calls `setup`, before the first iteration begins. */
const firstIterationMs: Ms = 20_000;
/** Beside teardown: for requests under way, and its summary. */
const endMs: Ms = 10_000;
const versionMs: Ms = 10_000;

interface OwnK6Options extends RunnerOptions {
  /** The executable; absolute. */
  readonly k6: string;
  /** Is gone with the trial, and not there yet. */
  readonly workDir: string;
}

export class OwnK6 {
  readonly #options: OwnK6Options;
  readonly #metrics: Metrics;
  readonly #paces: ReadonlyMap<string, Pace>;
  readonly #requests: Requests;
  readonly #events: RequestEvents;
  readonly #hide: (text: string) => string;
  #files: K6Files | undefined;
  #child: ChildProcess | undefined;
  #tail: Tail | undefined;
  #unwatch: () => void = () => undefined;
  #log: Log | undefined;
  #beganAt: Ms | undefined;
  #shiftMs: Ms = 0;
  #hasFailed = false;
  #first: NodeJS.Timeout | undefined;
  #ended: Ended | undefined;
  /** ms since the epoch; what is over later is none of the load. */
  #askedToEndAt = Infinity;

  constructor(options: OwnK6Options) {
    const { read, env, name, emit } = options;
    this.#options = options;
    this.#metrics = new Metrics(read.options.thresholds);
    this.#paces = new Map(
      read.options.scenarios.map((one) => [
        one.name,
        new Pace(1_000 / ("ratePerSecond" in one ? one.ratePerSecond : 1)),
      ]),
    );
    this.#requests = new Requests((asked) => this.#over(asked));
    const named = name === undefined ? {} : { stream: name };
    this.#events = new RequestEvents({
      shiftMs: () => this.#shiftMs,
      emit: (event) => emit({ ...event, ...named }),
    });
    const secrets = Object.entries(env).filter(([key, value]) => key !== "TARGET" && value.length >= 6);
    this.#hide = textHiderOf(secrets.map(([, value]) => value));
  }

  /** Writes what k6 is to run. Rejects where it is of no version that is known. */
  async prepare(): Promise<void> {
    const { k6, workDir, read, env } = this.#options;
    this.#files = await writeFiles(read, workDir);
    const ran = promisify(execFile)(k6, ["version"], {
      timeout: versionMs,
      env: environmentFor(env, process.env, workDir),
    });
    const { stdout } = await ran.catch((thrown: unknown) => {
      throw new Error(`${k6} does not say its version: ${this.#hide(messageOf(thrown))}`, { cause: thrown });
    });
    const version = versionIn(stdout);
    if (version === undefined)
      throw new Error(`${k6} is no k6: \`version\` prints ${JSON.stringify(stdout.slice(0, 80))}`);
    if (!isKnown(version)) throw new Error(`${k6} is k6 ${version}; what is known are ${knownVersions}`);
    this.#tail = await tailFile(
      this.#files.samples,
      (line) => this.#take(line),
      (thrown) => this.#fail(`k6 writes what is not known of it: ${messageOf(thrown)}`),
    );
  }

  /** k6 begins as soon as it is up, which takes it a second or more. */
  begin(at: Ms): void {
    const { k6, workDir, env, read, clock } = this.#options;
    if (this.#hasFailed || this.#files === undefined) return;
    this.#beganAt = at;
    this.#shiftMs = shiftTo(clock);
    const child = spawn(k6, argumentsFor(this.#files), {
      cwd: workDir,
      env: environmentFor(env, process.env, workDir),
      stdio: ["ignore", "ignore", "pipe"],
    });
    this.#child = child;
    child.once("error", (error) => this.#fail(`k6 could not be started: ${error.message}`));
    // Once all that it said has been read.
    child.once("close", (code, signal) => this.#isOver(code, signal));
    this.#log = logIn(child, (thrown) => {
      // What our own end cut off may throw.
      if (this.#askedToEndAt === Infinity) this.#fail(`the script threw: ${this.#hide(thrown).slice(0, 300)}`);
    });
    if (child.pid !== undefined) {
      this.#unwatch = watchMemory(child.pid, () => this.#fail(`k6 needs more than ${mostMemoryMiB} MiB`));
    }
    const limitMs = firstIterationMs + (read.options.once.setup ?? 0);
    this.#first = setTimeout(() => this.#fail(`k6 sent nothing within ${limitMs / 1_000} s`), limitMs);
  }

  /** k6 cannot be told so. */
  setRate(): void {
    this.#fail("a k6 cannot change its rate while it runs: leave `run_by: k6` out for faults of the load");
  }

  /** Ends k6, waits for its teardown and its summary, and says what became of the thresholds. */
  async stop(graceMs: Ms): Promise<void> {
    const { read, clock } = this.#options;
    const { teardown = 0 } = read.options.once;
    if (this.#beganAt === undefined) return this.end();
    const [beganAt, at] = [this.#beganAt, clock.now()];
    this.#beganAt = undefined;
    this.#askedToEndAt = Date.now();
    await this.#endChild("SIGTERM", graceMs + teardown + endMs);
    await this.#close();
    const shift = Math.abs(shiftTo(clock) - this.#shiftMs);
    if (shift > 10) this.#fail(`the machine's clock was set by ${Math.round(shift)} ms meanwhile`, "script");
    if (this.#hasFailed) return;
    await this.#conclude(at, at - beganAt).catch((thrown: unknown) =>
      this.#fail(`k6 left no summary that can be read: ${this.#hide(messageOf(thrown))}`, "script"),
    );
  }

  /** Ends it, and waits for nothing. */
  async end(): Promise<void> {
    this.#askedToEndAt = Math.min(this.#askedToEndAt, Date.now());
    await this.#endChild("SIGKILL", endMs);
    await this.#close();
  }

  async #endChild(signal: "SIGTERM" | "SIGKILL", limitMs: Ms): Promise<void> {
    const child = this.#child;
    if (child === undefined || isGone(child)) return;
    const closed = once(child, "close");
    child.kill(signal);
    const timer = setTimeout(() => {
      this.#fail(`k6 did not end within ${limitMs / 1_000} s`, "script");
      child.kill("SIGKILL");
    }, limitMs);
    await closed;
    clearTimeout(timer);
  }

  async #close(): Promise<void> {
    clearTimeout(this.#first);
    this.#unwatch();
    const tail = this.#tail;
    this.#tail = undefined;
    await tail?.end();
    try {
      this.#requests.close();
    } catch (thrown) {
      this.#fail(messageOf(thrown), "script");
    }
    this.#events.close();
  }

  /** Before we asked it to end, it has nothing to end for: load ends with the trial. */
  #isOver(code: number | null, signal: string | null): void {
    this.#ended = endedBy(code, signal, this.#askedToEndAt !== Infinity);
    if (typeof this.#ended === "object") return this.#fail(this.#withWords(this.#ended.why), "script");
    if (this.#askedToEndAt === Infinity) this.#fail(this.#withWords("k6 ended before the trial did"));
  }

  #withWords(why: string): string {
    const said = this.#log?.lastError() ?? "";
    return said === "" ? why : `${why}; it said: ${this.#hide(said).slice(0, 300)}`;
  }

  #take(line: string): void {
    const point = pointIn(line);
    if (point === undefined || this.#hasFailed) return;
    clearTimeout(this.#first);
    const { metric, time, value, tags } = point;
    this.#metrics.add(metric, value, tags);
    this.#requests.take(point);
    if (metric === "dropped_iterations" && value > 0 && time < this.#askedToEndAt)
      this.#fail(`k6 dropped iterations of ${tags["scenario"] ?? "?"}: no user was free (preAllocatedVUs)`);
    if (metric === "checks") this.#events.check(point);
    if (metric === "iteration_duration") this.#iterated(point);
  }

  #iterated({ time, value, tags }: Point): void {
    this.#paces.get(tags["scenario"] ?? "")?.began(time - value);
  }

  #over(asked: Asked): void {
    const { spec, env } = this.#options;
    const bounds = { timeoutMs: spec.timeoutMs, askedToEndAt: this.#askedToEndAt, target: env["TARGET"] ?? "" };
    const judged = judgeRequest(asked, { ...bounds, hide: this.#hide });
    if (judged === "take") this.#events.request(asked);
    else if (judged !== "pass") this.#fail(judged.why, judged.where);
  }

  async #conclude(at: Ms, spanMs: Ms): Promise<void> {
    const { read, emit, name } = this.#options;
    const { thresholds, once: exported } = read.options;
    const files = this.#files;
    if (files === undefined) return;
    const [old, data] = await Promise.all([readFile(files.exported, "utf8"), readFile(files.data, "utf8")]);
    const [crossed, byData, named] = [crossedIn(old), crossedInData(data), name === undefined ? {} : { stream: name }];
    let someCrossed = false;
    for (const own of this.#metrics.outcomes(at, spanMs)) {
      const isCrossed = crossed(own.metric, own.expression);
      const agrees = isCrossed === byData(own.metric, own.expression);
      const isOpen = own.samples === 0 || isCrossed === undefined || !agrees;
      someCrossed ||= isCrossed === true;
      emit({ ...own, ...named, outcome: isOpen ? "inconclusive" : isCrossed ? "fail" : "pass" });
    }
    if (
      thresholds.length > 0 &&
      ((this.#ended === "thresholds" && !someCrossed) || (this.#child?.exitCode === 0 && someCrossed))
    )
      this.#fail("k6's exit code and its summary do not say the same of thresholds", "script");
    this.#checkPace();
    if (exported.handleSummary !== undefined) await this.#summarise(JSON.parse(data) as object);
  }

  #checkPace(): void {
    for (const scenario of this.#options.read.options.scenarios) {
      const gapMs = 1_000 / ("ratePerSecond" in scenario ? scenario.ratePerSecond : 1);
      const late = this.#paces.get(scenario.name)?.latestMs() ?? 0;
      if (late <= gapMs) continue;
      const gap = `${Math.round(gapMs)} ms between two, by which marks are widened`;
      this.#fail(
        `k6 began iterations of ${scenario.name} up to ${Math.round(late)} ms late: more than the ${gap}`,
        "script",
      );
    }
  }

  /** By our own runtime: k6 would write anywhere. */
  async #summarise(data: object): Promise<void> {
    const runner = new Runner({
      ...this.#options,
      emit: (event) => event.kind === "trouble" && this.#options.emit(event),
    });
    await runner.summarise(data);
    await runner.end();
  }

  #fail(reason: string, where: "load" | "script" = "load"): void {
    clearTimeout(this.#first);
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#options.emit({ kind: "trouble", at: this.#options.clock.now(), where, reason, fatal: true });
    if (this.#child !== undefined && !isGone(this.#child)) this.#child.kill("SIGKILL");
  }
}
