// Runs one script as one stream of the load.

import { Pool } from "undici";
import { messageOf } from "../../../core/errors.ts";
import type { SenderEvent } from "../../../core/load-source.ts";
import type { Clock, Ms } from "../../../core/units.ts";
import { seededRandom } from "../../../core/random.ts";
import { makeSchedule, type Schedule } from "../../schedule.ts";
import type { ScriptStream } from "../messages.ts";
import type { Script } from "../script/read-script.ts";
import type { Scenario } from "../script/scenarios.ts";
import { runArrivals, type Running } from "./arrival.ts";
import { Crowd } from "./crowd.ts";
import { usualLimits, type EngineLimits } from "./engine.ts";
import { Metrics } from "./metrics.ts";
import { makeRamp } from "./ramp.ts";
import { User } from "./user.ts";
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

  constructor(options: RunnerOptions) {
    const { clock, spec, env, name, read, emit } = options;
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
      metrics: new Metrics(read.options.thresholds),
      nextId: () => (last += 1),
      emit: (event) => emit(event.kind === "trouble" ? event : { ...event, ...named }),
      fail: (reason) => this.#fail(reason),
    };
  }

  /** Makes all users that the script wants from the begin. Rejects when its top level fails. */
  async prepare(): Promise<void> {
    const { read, env } = this.#options;
    let vu = 0;
    for (const scenario of read.options.scenarios) {
      const own = { ...env, ...scenario.env };
      const make = async (): Promise<User> => User.start(this.#world, read, { __ENV: own, __VU: (vu += 1) });
      const onTrouble = (thrown: unknown): void => this.#world.fail(messageOf(thrown));
      const crowd = new Crowd(make, scenario.mostVus, onTrouble);
      await crowd.fill(scenario.vus);
      this.#crowds.set(scenario, crowd);
    }
  }

  begin(at: Ms): void {
    this.#beganAt = at;
    const { seed, name = "" } = this.#options;
    this.#running = [...this.#crowds].map(([scenario, crowd]) => {
      const schedule = scheduleOf(scenario, at + scenario.startMs, seed, `${name}/${scenario.name}`);
      return runArrivals(scenario, { schedule, at, crowd, world: this.#world });
    });
  }

  setRate(times: number, at: Ms): void {
    for (const running of this.#running) running.setRate(times, at);
  }

  /** Begins nothing more, and waits for what is under way. */
  async stop(graceMs: Ms): Promise<void> {
    for (const running of this.#running) running.stop();
    const limitMs = this.#hasFailed ? 0 : graceMs;
    await Promise.all([...this.#crowds.values()].map(async (crowd) => crowd.drain(limitMs)));
    for (const crowd of this.#crowds.values()) crowd.end();
    await this.#pool.destroy();
    this.#tellThresholds();
  }

  /** Once, when nothing is under way any more. */
  #tellThresholds(): void {
    const { clock } = this.#options;
    const [beganAt, at] = [this.#beganAt, clock.now()];
    this.#beganAt = undefined;
    if (beganAt === undefined || this.#hasFailed) return;
    for (const outcome of this.#world.metrics.outcomes(at, at - beganAt)) this.#world.emit(outcome);
  }

  #fail(reason: string): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    for (const running of this.#running) running.stop();
    for (const crowd of this.#crowds.values()) crowd.end();
    const { clock, emit } = this.#options;
    emit({ kind: "trouble", at: clock.now(), where: "load", reason, fatal: true });
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
