// One person of a stream, who begins a journey at each beat that finds him idle. He acts on nothing but timers, so that
// tests can be the worker.

import type { LoadEvent } from "../../core/load-source.ts";
import type { Clock, Ms } from "../../core/units.ts";
import { later } from "../../lib/later.ts";
import type { JourneyEvent } from "../../records/timeline/journey.ts";
import { makeSchedule, type Schedule } from "../schedule.ts";
import { eventsOf, reasonOf, type Over } from "./journey-events.ts";
import type { JourneyStream, Keep, Turn, WorkerReport } from "./messages.ts";
import { hiderOfSecrets } from "./scrub-trace.ts";

/** A journey that was not reported so long after its time does not end, ms. */
const BEYOND_MS = 20_000;

type KeptAs = NonNullable<JourneyEvent["kept"]>["as"];

export interface PersonOptions {
  readonly of: JourneyStream;
  readonly clock: Clock;
  readonly seed: number;
  readonly emit: (event: LoadEvent) => void;
  /** What was wrong is not the target's: the trial ends. */
  readonly fail: (reason: string) => void;
  /** Paths of what is kept of a journey. */
  readonly pathsFor: (as: KeptAs) => Required<Keep>;
  /** Takes secrets out of what was kept and puts it where people find it; gives the files' names there. */
  readonly keep: (as: KeptAs, secrets: readonly string[]) => Promise<readonly string[]>;
}

interface UnderWay {
  readonly id: number;
  readonly from: Ms;
  /** `Date.now()` at its begin: the reporter tells times of the day. */
  readonly wallFrom: number;
  readonly timers: readonly NodeJS.Timeout[];
  secrets: readonly string[];
  /** When its body had ended; absent: its worker did not come to say so. */
  endedAt?: Ms;
  kept?: NonNullable<JourneyEvent["kept"]>;
  as?: KeptAs;
}

/** Timers run while a journey is under way; `stop` resolves when none is. */
export class Person {
  readonly #options: PersonOptions;
  readonly #begun = later();
  readonly #stopped = later();
  readonly #wanted: KeptAs[] = ["first-bad", "first-good-again"];
  #schedule: Schedule | undefined;
  #isStopped = false;
  #current: UnderWay | undefined;
  /** Journeys that were waited for long enough: what is said of them later is nobody's. */
  readonly #givenUp = new Set<number>();
  #idle = later();

  constructor(options: PersonOptions) {
    this.#options = options;
    this.#idle.resolve();
  }

  begin(atMs: Ms): void {
    const { of, seed } = this.#options;
    this.#schedule = makeSchedule(of.spec, atMs, seed, `journeys/${of.name}`);
    this.#begun.resolve();
  }

  setRate(times: number, atMs: Ms): void {
    this.#schedule?.changeRate(times, atMs);
  }

  /**
   * A worker is ready: resolves when the next journey is to begin. The runner tells of a journey on another channel
   * than the worker, so a worker may ask here before the one before has been told of: it waits for that.
   */
  async turn(id: number): Promise<Turn> {
    const { of, clock, emit } = this.#options;
    await Promise.race([this.#begun.promise, this.#stopped.promise]);
    await this.#idle.promise;
    await this.#untilBeat();
    if (this.#isStopped) return { go: false, timeoutMs: 0 };
    const { slowOverMs, timeoutMs } = of.spec;
    const named = of.stream === undefined ? {} : { stream: of.stream };
    const late = setTimeout(() => emit({ kind: "late", at: clock.now(), id, ...named }), slowOverMs);
    const endless = `a journey of ${of.name} does not end: ${timeoutMs} ms were its time`;
    const timers = [late, setTimeout(() => this.#giveUp(id, endless), timeoutMs + BEYOND_MS)];
    this.#current = { id, from: clock.now(), wallFrom: Date.now(), timers, secrets: [] };
    this.#idle = later();
    return { go: true, timeoutMs };
  }

  /** A journey's steps were over at `endedAt`; says what is to be kept of it. */
  over({ id, good, foreign, secrets }: Omit<WorkerReport, "endedNs">, endedAt: Ms): Keep {
    const { of, fail, pathsFor } = this.#options;
    const current = this.#underWay(id);
    if (current === undefined) return {};
    clearTimeout(current.timers[0]);
    current.secrets = secrets;
    current.endedAt = endedAt;
    if (foreign.length > 0) {
      fail(
        `a journey of ${of.name} asked ${foreign.join(", ")}, which is none of its origins (${of.origins.join(", ")})`,
      );
    }
    const [next] = this.#wanted;
    if (next === undefined || (next === "first-bad") === good) return {};
    this.#wanted.shift();
    current.as = next;
    return pathsFor(next);
  }

  /** What was to be kept lies at its paths. */
  async kept(id: number): Promise<void> {
    const current = this.#underWay(id);
    if (current?.as === undefined) return;
    current.kept = { as: current.as, files: [...(await this.#options.keep(current.as, current.secrets))] };
  }

  /** The runner's word on a journey, which comes last. Never throws, lest its process ends: the trial does. */
  told(over: Over): void {
    try {
      this.#tell(over);
    } catch {
      // What was thrown may have a secret in its words.
      this.#options.fail(`what the runner said of a journey of ${this.#options.of.name} cannot be told`);
      this.#finish();
    }
  }

  #tell(over: Over): void {
    const { of, clock, emit, fail } = this.#options;
    const current = this.#underWay(over.id);
    if (current === undefined) {
      // No turn was taken: what failed is what stands before every journey.
      const why = reasonOf(over.reason ?? over.status, hiderOfSecrets(Object.values(of.env)));
      const isNews = over.status !== "passed" && over.status !== "skipped" && !this.#givenUp.has(over.id);
      if (isNews) fail(`${of.name}: the journey cannot begin: ${why}`);
      return;
    }
    if (over.status === "skipped") {
      fail(`${of.name}: the journey skips itself, so nothing is seen`);
      this.#finish();
      return;
    }
    const hide = hiderOfSecrets([...Object.values(of.env), ...current.secrets]);
    for (const event of eventsOf(of, over, { endedAt: clock.now(), ...current, at: clock.now(), hide })) {
      emit(event.kind === "journey" && current.kept !== undefined ? { ...event, kept: current.kept } : event);
    }
    this.#finish();
  }

  /** No further journey begins; resolves when none is under way. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#stopped.resolve();
    await this.#idle.promise;
  }

  /** Beats that passed meanwhile are let pass. */
  async #untilBeat(): Promise<void> {
    const { clock } = this.#options;
    if (this.#schedule === undefined) return;
    let due = this.#schedule.take();
    while (due < clock.now()) due = this.#schedule.take();
    let timer: NodeJS.Timeout | undefined;
    const beat = new Promise<void>((resolve) => (timer = setTimeout(resolve, due - clock.now())));
    await Promise.race([beat, this.#stopped.promise]);
    clearTimeout(timer);
  }

  #underWay(id: number): UnderWay | undefined {
    return this.#current?.id === id ? this.#current : undefined;
  }

  #giveUp(id: number, why: string): void {
    this.#givenUp.add(id);
    this.#options.fail(why);
    this.#finish();
  }

  #finish(): void {
    for (const timer of this.#current?.timers ?? []) clearTimeout(timer);
    this.#current = undefined;
    this.#idle.resolve();
  }
}
