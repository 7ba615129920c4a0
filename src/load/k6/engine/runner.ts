// Runs one script as one stream of the load.

import { Pool } from "undici";
import { messageOf } from "../../../core/errors.ts";
import type { SenderEvent } from "../../../core/load-source.ts";
import type { Clock, Ms } from "../../../core/units.ts";
import { seededRandom } from "../../../core/random.ts";
import { makeSchedule, type Schedule } from "../../schedule.ts";
import type { ScriptStream } from "../messages.ts";
import type { ScriptOptions } from "../script/options.ts";
import type { Script } from "../script/read-script.ts";
import type { Scenario } from "../script/scenarios.ts";
import { runArrivals, type Running } from "./arrival.ts";
import { Crowd } from "./crowd.ts";
import { usualLimits, type EngineLimits } from "./engine.ts";
import { Metrics } from "./metrics.ts";
import { makeRamp } from "./ramp.ts";
import { keepOutputs } from "./keep-outputs.ts";
import { Groups, summaryOf } from "./summary.ts";
import { User } from "./user.ts";
import { ScriptError } from "./script-error.ts";
import type { World } from "./world.ts";

/** What a stream is run with. */
export interface RunnerOptions extends ScriptStream {
  readonly read: Script;
  readonly seed: number;
  readonly clock: Clock;
  readonly emit: (event: SenderEvent) => void;
  /** Of each engine; absent: two seconds of a processor, and a share of 1 GiB. */
  readonly limits?: EngineLimits;
}

/** Memory of all users of a script together, bytes; each has its share of it. */
const memoryOfAll = 1024 * 1024 * 1024;
const leastMemory = 8 * 1024 * 1024;

export class Runner {
  readonly #options: RunnerOptions;
  readonly #world: World;
  readonly #pool: Pool;
  readonly #crowds = new Map<Scenario, Crowd>();
  #running: Running[] = [];
  #hasFailed = false;
  #beganAt: Ms | undefined;
  /** What `setup` returned. */
  #data: unknown;
  /** `setup` went well, and `teardown` was not yet called. */
  #isSetUp = false;

  constructor(options: RunnerOptions) {
    const { clock, spec, env, name, read, emit } = options;
    const { thresholds, once, metrics } = read.options;
    this.#options = options;
    const origin = new URL(env["TARGET"] ?? "").origin;
    // One connection for each request under way: a request never waits behind another.
    const limits = { connections: null, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 } as const;
    this.#pool = new Pool(origin, { ...limits, connect: { timeout: spec.timeoutMs } });
    let last = 0;
    const named = name === undefined ? {} : { stream: name };
    this.#world = {
      clock,
      spec,
      origin,
      dispatcher: this.#pool,
      limits: options.limits ?? limitsFor(read),
      metrics: new Metrics(thresholds, once.handleSummary === undefined ? [] : [...metrics.keys()]),
      groups: new Groups(),
      tags: read.options.tags,
      nextId: () => (last += 1),
      emit: (event) => emit(event.kind === "trouble" ? event : { ...event, ...named }),
      fail: (reason) => this.#fail(reason),
    };
  }

  /** Sets up, and makes all users that the script wants from the begin. Rejects when `setup` or its top level fails. */
  async prepare(): Promise<void> {
    const { read, env } = this.#options;
    const data = await this.#setUp();
    let vu = 0;
    for (const scenario of read.options.scenarios) {
      const own = { ...env, ...scenario.env };
      const world = this.#worldOf(scenario);
      const make = async (): Promise<User> => User.start(world, read, { __ENV: own, __VU: (vu += 1) }, data);
      const onTrouble = (thrown: unknown): void => this.#world.fail(messageOf(thrown));
      const crowd = new Crowd(make, scenario.mostVus, onTrouble);
      await crowd.fill(scenario.vus);
      this.#crowds.set(scenario, crowd);
    }
  }

  #worldOf(scenario: Scenario): World {
    return { ...this.#world, tags: { ...this.#world.tags, scenario: scenario.name, ...scenario.tags } };
  }

  /** What users are handed. */
  async #setUp(): Promise<unknown> {
    const limitMs = this.#options.read.options.once.setup;
    this.#data = limitMs === undefined ? undefined : await this.#once("setup", limitMs);
    this.#isSetUp = true;
    return this.#data;
  }

  /** In an engine of its own, as in k6; its requests are none of the stream's. Rejects with why it failed. */
  async #once(name: keyof ScriptOptions["once"], limitMs: Ms): Promise<unknown> {
    const { read, env } = this.#options;
    let last = 0;
    const tags = { ...this.#world.tags, group: `::${name}` };
    const world: World = { ...this.#world, tags, emit: () => undefined, nextId: () => (last += 1) };
    const user = await User.start(world, read, { __ENV: env, __VU: 0 }, this.#data);
    try {
      return await user.once(name, limitMs);
    } catch (thrown) {
      const kind = thrown instanceof ScriptError && thrown.kind === "thrown" ? "threw" : "failed";
      throw new Error(`the script's ${name} ${kind}: ${messageOf(thrown)}`, { cause: thrown });
    }
  }

  begin(at: Ms): void {
    if (this.#hasFailed) return;
    this.#beganAt = at;
    const { seed, name = "" } = this.#options;
    this.#running = [...this.#crowds].map(([scenario, crowd]) => {
      const schedule = scheduleOf(scenario, at + scenario.startMs, seed, `${name}/${scenario.name}`);
      return runArrivals(scenario, { schedule, at, crowd, world: this.#worldOf(scenario) });
    });
  }

  setRate(times: number, at: Ms): void {
    for (const running of this.#running) running.setRate(times, at);
  }

  /** Begins nothing more, waits for what is under way, and tears down. */
  async stop(graceMs: Ms): Promise<void> {
    await this.#drain(graceMs);
    // What teardown takes is no time of the load.
    const at = this.#options.clock.now();
    await this.#tearDown();
    await this.#pool.destroy();
    await this.#conclude(at);
  }

  /** Begins nothing more, and waits for nothing. */
  async end(): Promise<void> {
    await this.#drain(0);
    await this.#pool.destroy();
  }

  async #drain(graceMs: Ms): Promise<void> {
    for (const running of this.#running) running.stop();
    const limitMs = this.#hasFailed ? 0 : graceMs;
    await Promise.all([...this.#crowds.values()].map(async (crowd) => crowd.drain(limitMs)));
    for (const crowd of this.#crowds.values()) crowd.end();
  }

  /** Once, where `setup` went well; not after trouble that ended the load. */
  async #tearDown(): Promise<void> {
    const limitMs = this.#options.read.options.once.teardown;
    if (limitMs === undefined || this.#hasFailed || !this.#isSetUp) return;
    this.#isSetUp = false;
    await this.#once("teardown", limitMs).catch((thrown: unknown) => this.#fail(messageOf(thrown), "script"));
  }

  /** Once, when nothing is under way any more: thresholds, and the script's own summary. */
  async #conclude(at: Ms): Promise<void> {
    const { read } = this.#options;
    const beganAt = this.#beganAt;
    this.#beganAt = undefined;
    if (beganAt === undefined || this.#hasFailed) return;
    const { metrics, groups, emit } = this.#world;
    const outcomes = metrics.outcomes(at, at - beganAt);
    for (const outcome of outcomes) emit(outcome);
    await this.summarise(summaryOf({ options: read.options, metrics, groups, outcomes, spanMs: at - beganAt }));
  }

  /** Calls `handleSummary`, where the script has one, and keeps what it returns. */
  async summarise(data: object): Promise<void> {
    const limitMs = this.#options.read.options.once.handleSummary;
    if (limitMs === undefined) return;
    await this.#keep(data, limitMs).catch((thrown: unknown) => this.#fail(messageOf(thrown), "script"));
  }

  async #keep(summary: object, limitMs: Ms): Promise<void> {
    const { keptDir, env } = this.#options;
    this.#data = summary;
    const outputs = await this.#once("handleSummary", limitMs);
    const secrets = Object.entries(env).flatMap(([key, value]) => (key === "TARGET" ? [] : [value]));
    await keepOutputs(outputs, keptDir, secrets).catch((thrown: unknown) => {
      throw new Error(`the script's handleSummary failed: ${messageOf(thrown)}`, { cause: thrown });
    });
  }

  #fail(reason: string, where: "load" | "script" = "load"): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    for (const running of this.#running) running.stop();
    for (const crowd of this.#crowds.values()) crowd.end();
    const { clock, emit } = this.#options;
    emit({ kind: "trouble", at: clock.now(), where, reason, fatal: true });
  }
}

function scheduleOf(scenario: Scenario, at: Ms, seed: number, purpose: string): Schedule {
  if (scenario.executor === "ramping-arrival-rate") {
    const first = seededRandom(seed, `${purpose}/arrivals`).next();
    return makeRamp(scenario.startRate, scenario.stages, at, first);
  }
  return makeSchedule({ arrival: "constant", ratePerSecond: scenario.ratePerSecond }, at, seed, purpose);
}

function limitsFor({ options: { scenarios } }: Script): EngineLimits {
  const users = scenarios.reduce((sum, { mostVus }) => sum + mostVus, 0);
  const memoryBytes = Math.max(leastMemory, Math.min(usualLimits.memoryBytes, Math.floor(memoryOfAll / users)));
  return { ...usualLimits, memoryBytes };
}
