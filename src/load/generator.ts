// The open-loop generator itself: fires at the scheduled instants whether or not earlier answers came. Runs in the
// load's own process (main.ts); tests run it in theirs.

import { Pool } from "undici";
import type { Clock } from "../core/clock.ts";
import type { LoadSpec } from "../core/intent.ts";
import type { TrafficSpec } from "../core/target.ts";
import type { LateEvent, RequestEvent } from "../core/timeline.ts";
import type { Ms } from "../core/units.ts";
import { makeLagRecorder } from "./lag.ts";
import type { LagSummary } from "./lag.ts";
import { startPacer } from "./pacer.ts";
import { fillRequest, send } from "./request.ts";
import type { Abandon, Outgoing } from "./request.ts";
import { makeRowPicker, makeSchedule } from "./schedule.ts";
import type { Schedule } from "./schedule.ts";
import type { Row } from "../core/template.ts";

/** Beyond this many requests under way the next one is not sent and counts as unsent. */
const MAX_IN_FLIGHT = 512;

export interface GeneratorOptions {
  /** With ports filled in; `{field}` of the dataset's rows may be left. */
  readonly traffic: TrafficSpec;
  /** At least one; `[{}]` when the mix has no dataset. */
  readonly rows: readonly Row[];
  readonly spec: LoadSpec;
  readonly seed: number;
  readonly clock: Clock;
  readonly maxInFlight?: number;
  readonly emit: (event: RequestEvent | LateEvent) => void;
}

export interface LoadSummary {
  /** Send times that came up; = answered + errors + unsent + abandoned. */
  readonly scheduled: number;
  readonly answered: number;
  readonly errors: number;
  readonly unsent: number;
  /** Still under way when the grace at stop was over; they have no outcome and no event. */
  readonly abandoned: number;
  /** Schedule lag: intended send time to the dispatch by this process. */
  readonly lag: LagSummary;
}

export interface Generator {
  /** Starts the schedule at `atMs` (on the clock; in the future, or the first requests are late). */
  begin(atMs: Ms): void;
  /** From `atMs` on, the asked-for rate × `times`. */
  setRate(times: number, atMs: Ms): void;
  /** Sends nothing more, waits up to `graceMs` for what is under way, closes all connections. */
  stop(graceMs: Ms): Promise<LoadSummary>;
}

interface Counts {
  scheduled: number;
  answered: number;
  errors: number;
  unsent: number;
}

/** A generator that has not begun; nothing is connected yet. */
export function makeGenerator(options: GeneratorOptions): Generator {
  const { spec, seed, clock, emit } = options;
  const lag = makeLagRecorder();
  const counts: Counts = { scheduled: 0, answered: 0, errors: 0, unsent: 0 };
  const underWay = new Map<number, Abandon>();
  const maxInFlight = options.maxInFlight ?? MAX_IN_FLIGHT;
  const pools = new Map<string, Pool>();
  const pickRow = makeRowPicker(options.rows.length, seed, options.traffic.name);
  let schedule: Schedule | undefined;
  let pacer: ReturnType<typeof startPacer> | undefined;
  let drained: (() => void) | undefined;

  /** One connection per request under way and no pipelining: a request never waits behind another. */
  function poolFor(origin: string): Pool {
    const known = pools.get(origin);
    if (known !== undefined) return known;
    const pool = new Pool(origin, {
      // As many as there are requests under way, and those of answers that are over which a server leaves open for a
      // moment.
      connections: null,
      pipelining: 1,
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: { timeout: spec.timeoutMs },
    });
    pools.set(origin, pool);
    return pool;
  }

  function end(event: RequestEvent): void {
    underWay.delete(event.id);
    if (event.outcome === "answered") counts.answered += 1;
    else counts.errors += 1;
    emit(event);
    if (underWay.size === 0) drained?.();
  }

  function dispatch(id: number, intended: Ms, outgoing: Outgoing): void {
    const { slowOverMs, timeoutMs } = spec;
    const abandon = send(
      { id, intended, outgoing },
      {
        clock,
        dispatcher: poolFor(outgoing.origin),
        slowOverMs,
        timeoutMs,
        onLate: (late) => emit({ kind: "late", at: clock.now(), id: late }),
        onEnd: end,
      },
    );
    underWay.set(id, abandon);
  }

  function fire(intended: Ms): void {
    counts.scheduled += 1;
    const id = counts.scheduled;
    const row = options.rows[pickRow()] ?? {};
    const at = clock.now();
    lag.record(at - intended);
    if (underWay.size < maxInFlight) {
      dispatch(id, intended, fillRequest(options.traffic, row));
      return;
    }
    counts.unsent += 1;
    const never = { sent: null, firstToken: null, done: null, right: null };
    emit({ kind: "request", at, id, intended, ...never, outcome: "unsent" });
  }

  async function drain(graceMs: Ms): Promise<void> {
    if (underWay.size === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, graceMs);
      drained = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  return {
    begin(atMs) {
      schedule = makeSchedule(spec, atMs, seed, options.traffic.name);
      pacer = startPacer(schedule, clock, fire);
    },
    setRate(times, atMs) {
      schedule?.changeRate(times, atMs);
      pacer?.wake();
    },
    async stop(graceMs) {
      pacer?.stop();
      await drain(graceMs);
      const abandoned = underWay.size;
      for (const abandon of underWay.values()) abandon();
      await Promise.all([...pools.values()].map(async (pool) => pool.destroy()));
      return { ...counts, abandoned, lag: lag.summary() };
    },
  };
}
