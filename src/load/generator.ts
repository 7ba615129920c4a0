// The open-loop generator itself: fires at the scheduled instants whether or not earlier answers came. Runs in the
// load's own process (main.ts); tests run it in theirs.

import type { Clock, Ms } from "../core/units.ts";
import type { StreamLoad } from "../records/conditions.ts";
import type { TrafficSpec } from "../core/target.ts";
import type { LateEvent, RequestEvent } from "../records/timeline/request.ts";
import { notReached } from "../core/session.ts";
import { traceIdsOf, traceparentOf } from "../core/trace-context.ts";
import { makeAgenda } from "./agenda.ts";
import type { Agenda } from "./agenda.ts";
import { beginning, nextOf, placeOf } from "./asked.ts";
import type { Asked } from "./asked.ts";
import { canariesOf } from "./canary.ts";
import { fillRequest } from "./request.ts";
import type { Outgoing } from "./request.ts";
import { makeLagRecorder } from "./lag.ts";
import type { LagSummary } from "./lag.ts";
import { startPacer } from "./pacer.ts";
import { Progress, Sender } from "./sender.ts";
import { makeSchedule } from "./schedule.ts";
import type { Arrivals, Schedule } from "./schedule.ts";
import { makeConnections, makeUnderWay } from "./under-way.ts";
import type { Row } from "../core/dataset.ts";

/** Beyond this many requests under way the next one is not sent and counts as unsent. */
const MAX_IN_FLIGHT = 512;

export interface GeneratorOptions {
  /** With ports filled in; `{field}` of the dataset's rows may be left. */
  readonly traffic: TrafficSpec;
  /** At least one; `[{}]` when the mix has no dataset. */
  readonly rows: readonly Row[];
  readonly spec: StreamLoad;
  /** As events name the stream; absent for the default stream. */
  readonly stream?: string;
  readonly seed: number;
  /** Tells trials apart in canaries and trace ids; absent: by the seed alone. */
  readonly trial?: string;
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

/** What is known of a request that was not sent. */
const never = { sent: null, firstToken: null, done: null, right: null };

/** Fills requests in, each with a trace context and, where the mix has them, a canary of its own. */
function filling({ traffic, seed, trial = "" }: GeneratorOptions): (id: number, asked: Asked) => Outgoing {
  const canaryOf = traffic.canary === true ? canariesOf(`${trial} ${seed} ${traffic.name}`) : undefined;
  const idsOf = traceIdsOf({ trial, seed, stream: traffic.name });
  return (id, asked) => {
    const canary = canaryOf?.(id);
    return fillRequest(asked.traffic, asked.row, {
      traceparent: traceparentOf(idsOf(id)),
      ...(canary !== undefined && { canary }),
      ...(asked.part !== undefined && { session: asked.part.session }),
    });
  };
}

/** A step that is never asked, since the one before it failed, or was not sent by us. */
function lostAfter({ at, intended, stream, outcome }: RequestEvent, id: number, asked: Asked): RequestEvent {
  const why = outcome === "unsent" ? ({ outcome } as const) : ({ outcome: "error", error: notReached } as const);
  const named = stream === undefined ? {} : { stream };
  return { kind: "request", at, id, ...named, intended, ...never, ...why, ...placeOf(asked) };
}

/** How sessions, or requests that stand alone, begin. */
function arrivalsOf({ arrival, ratePerSecond, requestsPerSession = 1 }: StreamLoad): Arrivals {
  return { arrival, ratePerSecond: ratePerSecond / requestsPerSession };
}

interface Asker {
  /** Asks what was due at `intended`, now. */
  fire(intended: Ms, asked: Asked): void;
  stop(graceMs: Ms): Promise<LoadSummary>;
}

/** Sends what is due and follows it to its end; `later` has something done at an instant. */
function makeAsker(options: GeneratorOptions, later: (at: Ms, act: (at: Ms) => void) => void): Asker {
  const { spec, clock, emit } = options;
  const lag = makeLagRecorder();
  const counts: Counts = { scheduled: 0, answered: 0, errors: 0, unsent: 0 };
  const underWay = makeUnderWay();
  const connections = makeConnections(spec.timeoutMs);
  const maxInFlight = options.maxInFlight ?? MAX_IN_FLIGHT;
  const fill = filling(options);
  const named = options.stream === undefined ? {} : { stream: options.stream };

  /** Then the user thinks and goes on; or leaves, and what he came for besides is never asked. */
  function tell(event: RequestEvent, asked: Asked): void {
    counts[event.outcome === "error" ? "errors" : event.outcome] += 1;
    emit(event);
    const next = nextOf(asked);
    if (next === undefined) return;
    if (event.outcome === "answered") return later(event.at + next.thinkMs, (due) => fire(due, next.asked));
    counts.scheduled += 1;
    return tell(lostAfter(event, counts.scheduled, next.asked), next.asked);
  }

  const sender = new Sender({
    clock,
    connections,
    slowOverMs: spec.slowOverMs,
    timeoutMs: spec.timeoutMs,
    onLate: ({ sending: { id } }) => emit({ kind: "late", at: clock.now(), id, ...named }),
    onEnd(event, { sending: { id, asked } }) {
      const isPlain = options.stream === undefined && asked.part === undefined;
      tell(isPlain ? event : { ...event, ...named, ...placeOf(asked) }, asked);
      underWay.end(id);
    },
  });

  function dispatch(id: number, intended: Ms, asked: Asked): void {
    const progress = new Progress({ id, intended, asked, outgoing: fill(id, asked) }, sender);
    // Its outcome may come before it is dispatched.
    underWay.add(id, progress);
    sender.send(progress);
  }

  function fire(intended: Ms, asked: Asked): void {
    counts.scheduled += 1;
    const id = counts.scheduled;
    const at = clock.now();
    lag.record(at - intended);
    if (underWay.size() < maxInFlight) return dispatch(id, intended, asked);
    const unsent = { kind: "request", at, id, ...named, intended, ...never, outcome: "unsent" } as const;
    return tell({ ...unsent, ...placeOf(asked) }, asked);
  }

  return {
    fire,
    async stop(graceMs) {
      await underWay.drain(graceMs);
      const summary = { ...counts, abandoned: underWay.abandon(), lag: lag.summary() };
      await connections.close();
      return summary;
    },
  };
}

/** A generator that has not begun; nothing is connected yet. */
export function makeGenerator(options: GeneratorOptions): Generator {
  const { spec, seed, clock, traffic } = options;
  let schedule: Schedule | undefined;
  let agenda: Agenda | undefined;
  let pacer: ReturnType<typeof startPacer> | undefined;
  const begin = beginning(options);
  const asker = makeAsker(options, (at, act) => {
    agenda?.add(at, act);
    pacer?.wake();
  });
  return {
    begin(atMs) {
      schedule = makeSchedule(arrivalsOf(spec), atMs, seed, traffic.name);
      agenda = makeAgenda(schedule, (due) => asker.fire(due, begin()));
      pacer = startPacer(agenda, clock);
    },
    setRate(times, atMs) {
      schedule?.changeRate(times, atMs);
      pacer?.wake();
    },
    async stop(graceMs) {
      pacer?.stop();
      return asker.stop(graceMs);
    },
  };
}
