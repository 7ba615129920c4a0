// Sends the calls of one stream at their times, open loop, and makes events of what the library and the door say.

import type { LoadEvent } from "../../core/load-source.ts";
import type { Clock, Ms } from "../../core/units.ts";
import { later, type Later } from "../../lib/later.ts";
import { makeSchedule, type Schedule } from "../schedule.ts";
import type { CallSeen, Door } from "./door.ts";
import { libraries } from "./libraries.ts";
import type { Ask, ClientStream, Told } from "./messages.ts";

/** Calls that may be under way at once, at the least and at the most. */
const [LEAST_BOUND, MOST_BOUND] = [64, 512];

/** Twice those that are due within a time-out: also where none is answered each is sent. One more is never sent. */
function boundOf(ratePerSecond: number, timeoutMs: Ms): number {
  return Math.min(MOST_BOUND, Math.max(LEAST_BOUND, Math.ceil((2 * ratePerSecond * timeoutMs) / 1_000)));
}

interface CallerOptions {
  readonly of: ClientStream;
  readonly clock: Clock;
  readonly seed: number;
  readonly door: Door;
  /** To the child in which the library runs. */
  readonly ask: (what: Ask) => void;
  readonly emit: (event: LoadEvent) => void;
}

interface UnderWay {
  readonly intended: Ms;
  readonly sent: Ms;
  readonly close: () => CallSeen;
  readonly timers: readonly NodeJS.Timeout[];
}

/** Timers run from `begin` to `stop`. */
export class Caller {
  readonly #options: CallerOptions;
  readonly #underWay = new Map<number, UnderWay>();
  /** Of who waits in `stop`. */
  #idle: Later<void> | undefined;
  #schedule: Schedule | undefined;
  #next: NodeJS.Timeout | undefined;
  #count = 0;
  /** The most times the plain rate that were asked for: calls of a surge may hang longer than it lasts. */
  #mostTimes = 1;
  #isStopped = false;

  constructor(options: CallerOptions) {
    this.#options = options;
  }

  begin(atMs: Ms): void {
    const { of, seed } = this.#options;
    this.#schedule = makeSchedule(of.spec, atMs, seed, `client/${of.name}`);
    this.#wait();
  }

  setRate(times: number, atMs: Ms): void {
    clearTimeout(this.#next);
    this.#mostTimes = Math.max(this.#mostTimes, times);
    this.#schedule?.changeRate(times, atMs);
    this.#wait();
  }

  /** What the library handed to its user. */
  over(id: number, told: Told): void {
    const call = this.#underWay.get(id);
    if (call !== undefined) this.#end(id, call, told);
  }

  /**
   * No further call begins; resolves when none is under way. Those that are may take so long, ms: what is not over then
   * is an error, `timeout`.
   */
  async stop(graceMs: Ms): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#next);
    if (this.#underWay.size === 0) return;
    this.#idle ??= later();
    const timer = setTimeout(() => {
      for (const [id, call] of this.#underWay) this.#end(id, call, { error: "timeout" });
    }, graceMs);
    await this.#idle.promise;
    clearTimeout(timer);
  }

  #wait(): void {
    const { clock } = this.#options;
    if (this.#schedule === undefined || this.#isStopped) return;
    this.#next = setTimeout(() => this.#due(), Math.max(0, this.#schedule.peek() - clock.now()));
  }

  /** All that are due by now: a timer that is late makes up for it, and their times stay those that were meant. */
  #due(): void {
    const { clock } = this.#options;
    while (this.#schedule !== undefined && this.#schedule.peek() <= clock.now()) this.#send(this.#schedule.take());
    this.#wait();
  }

  #send(intended: Ms): void {
    const { of, clock, door, ask, emit } = this.#options;
    const { ratePerSecond, slowOverMs, timeoutMs } = of.spec;
    const id = this.#count;
    this.#count += 1;
    const named = of.stream === undefined ? {} : { stream: of.stream };
    if (this.#underWay.size >= boundOf(ratePerSecond * this.#mostTimes, timeoutMs)) {
      const never = { sent: null, firstToken: null, done: null, outcome: "unsent", right: null } as const;
      emit({ kind: "request", at: clock.now(), id, ...named, intended, ...never });
      return;
    }
    const { base, close } = door.open(of.url, libraries[of.client].stream);
    const sent = clock.now();
    const left = (ms: Ms): Ms => Math.max(0, intended + ms - sent);
    const late = setTimeout(() => emit({ kind: "late", at: clock.now(), id, ...named }), left(slowOverMs));
    const tooLong = setTimeout(() => this.over(id, { error: "timeout" }), left(timeoutMs));
    this.#underWay.set(id, { intended, sent, close, timers: [late, tooLong] });
    ask({ id, base });
  }

  #end(id: number, { intended, sent, close, timers }: UnderWay, { error }: Told): void {
    const { of, clock, emit } = this.#options;
    this.#underWay.delete(id);
    for (const timer of timers) clearTimeout(timer);
    const at = clock.now();
    const { attempts, waitedMs, firstToken, cut } = close();
    const isTaken = error === undefined;
    const deceived = isTaken && cut !== undefined;
    emit({
      kind: "request",
      at,
      id,
      ...(of.stream !== undefined && { stream: of.stream }),
      intended,
      sent,
      firstToken,
      done: isTaken ? at : null,
      outcome: isTaken ? "answered" : "error",
      ...(!isTaken && { error: error === "timeout" ? error : `${of.client}: ${error}` }),
      ...(deceived && { note: `taken for whole: ${cut}` }),
      right: null,
    });
    const values = { attempts, waited: Math.round(waitedMs * 10) / 10, cut_as_complete: deceived ? 1 : 0 };
    for (const [name, value] of Object.entries(values)) {
      const reading = { ok: true, value, ...(deceived && { note: cut }) } as const;
      emit({ kind: "reading", at, probe: `client.${of.name}.${name}`, from: sent, reading });
    }
    if (this.#underWay.size === 0) this.#idle?.resolve();
  }
}
