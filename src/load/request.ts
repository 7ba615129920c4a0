// Sends one request and follows it to its end. Latency counts from the intended send time, whatever happens.

import type { Dispatcher } from "undici";
import type { Clock } from "../core/clock.ts";
import type { RequestEvent } from "../core/timeline.ts";
import type { Ms } from "../core/units.ts";
import type { TrafficSpec } from "../core/target.ts";
import { exactJsonText } from "../core/exact-json.ts";
import { fillJson, fillText } from "../core/template.ts";
import type { Row } from "../core/template.ts";
import { makeAnswerReader } from "./answer/reader.ts";
import type { Loss } from "./answer/reader.ts";
import { planReading } from "./answer/reading-plan.ts";
import type { ReadingPlan } from "./answer/reading-plan.ts";

export interface Outgoing {
  readonly origin: string;
  readonly path: string;
  readonly method: Dispatcher.HttpMethod;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  readonly reading: ReadingPlan;
}

const readings = new WeakMap<TrafficSpec, ReadingPlan>();

/** The same for all requests of a mix. */
function readingOf(traffic: TrafficSpec): ReadingPlan {
  const known = readings.get(traffic) ?? planReading(traffic);
  readings.set(traffic, known);
  return known;
}

/** One request of the mix, filled in from a row. */
export function fillRequest(traffic: TrafficSpec, row: Row): Outgoing {
  const url = new URL(fillText(traffic.url, row, (value) => encodeURIComponent(value.toWellFormed())));
  const headers = Object.fromEntries(
    Object.entries(traffic.headers).map(([name, value]) => [name.toLowerCase(), fillText(value, row)]),
  );
  const hasBody = traffic.body !== null;
  if (hasBody) headers["content-type"] ??= "application/json";
  const wanted = traffic.rightWhenContains;
  const reading = readingOf(traffic);
  return {
    origin: url.origin,
    path: url.pathname + url.search,
    method: traffic.method.toUpperCase(),
    headers,
    body: hasBody ? exactJsonText(fillJson(traffic.body, row)) : null,
    reading: wanted === undefined ? reading : { ...reading, wanted: fillText(wanted, row) },
  };
}

export interface Sending {
  readonly id: number;
  readonly intended: Ms;
  readonly outgoing: Outgoing;
}

export interface SendOptions {
  readonly clock: Clock;
  readonly dispatcher: Dispatcher;
  readonly slowOverMs: Ms;
  readonly timeoutMs: Ms;
  onLate(id: number): void;
  onEnd(event: RequestEvent): void;
}

/** Gives the request up without an outcome: it will not be reported. */
export type Abandon = () => void;

const TIMEOUT = new Error("timeout");

/** How long a connection may stay open after an answer that is over; then it is closed. */
const LINGER_MS: Ms = 100;

const names: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  ECONNRESET: "connection lost",
  EPIPE: "connection lost",
  UND_ERR_SOCKET: "connection lost",
  UND_ERR_CONNECT_TIMEOUT: "timeout",
};

function codeOf(error: Error): string | undefined {
  const { code } = error as { code?: unknown };
  return typeof code === "string" ? code : undefined;
}

function nameError(error: Error): string {
  const code = codeOf(error);
  return code === undefined ? error.message : (names[code] ?? code);
}

const lossOf = (error: Error): Loss => (["ECONNRESET", "EPIPE"].includes(codeOf(error) ?? "") ? "reset" : "closed");

/**
 * Dispatches now; `sent` is stamped when the request is written to its connection, not when it is queued. The outcome
 * is known when the answer's content says so (its last event, an error, a bad status); the end of its connection is
 * waited for only until then, and a little longer so that the next request may use it.
 */
export function send({ id, intended, outgoing }: Sending, options: SendOptions): Abandon {
  const { clock, dispatcher, slowOverMs, timeoutMs } = options;
  const reader = makeAnswerReader(outgoing.reading);
  let controller: Dispatcher.DispatchController | undefined;
  let sent: Ms | null = null;
  let firstToken: Ms | null = null;
  let isGood = false;
  let over = false;
  let ended = false;
  let timer: NodeJS.Timeout | undefined;

  function finish(error: string | undefined): void {
    if (over) return;
    over = true;
    clearTimeout(timer);
    if (!ended) timer = setTimeout(() => controller?.abort(TIMEOUT), LINGER_MS);
    const now = clock.now();
    const common = { kind: "request", at: now, id, intended, sent, firstToken, right: reader.isRight } as const;
    const note = reader.verdict?.note;
    if (error !== undefined) options.onEnd({ ...common, done: null, outcome: "error", error });
    else options.onEnd({ ...common, done: now, outcome: "answered", ...(note === undefined ? {} : { note }) });
  }

  function finishByContent(): void {
    if (reader.verdict !== undefined) finish(reader.verdict.error);
  }

  function giveUp(): void {
    finish("timeout");
    controller?.abort(TIMEOUT);
  }

  function becomeLate(): void {
    options.onLate(id);
    limitAt(intended + timeoutMs, giveUp);
  }

  /** Timers of Node may fire a millisecond early; a request is not late before it is. Never calls back at once. */
  function limitAt(due: Ms, then: () => void): void {
    const check = (): void => (clock.now() < due ? limitAt(due, then) : then());
    timer = setTimeout(check, Math.max(1, Math.ceil(due - clock.now())));
  }

  function letGo(): void {
    ended = true;
    if (over) clearTimeout(timer);
  }

  if (slowOverMs < timeoutMs) limitAt(intended + slowOverMs, becomeLate);
  else limitAt(intended + timeoutMs, giveUp);

  const { origin, path, method, headers, body } = outgoing;
  dispatcher.dispatch(
    { origin, path, method, headers, body },
    {
      onRequestStart(started) {
        controller = started;
        if (over) started.abort(TIMEOUT);
        else sent = clock.now();
      },
      onResponseStart(_controller, status, responseHeaders) {
        // 1xx: the answer is still to come.
        if (status < 200 || over) return;
        isGood = status < 300;
        if (isGood) reader.begin(responseHeaders, status);
        else finish(`status ${status}`);
        finishByContent();
      },
      onResponseData(_controller, chunk) {
        if (over) return;
        reader.push(chunk);
        if (firstToken === null && reader.hasToken) firstToken = clock.now();
        finishByContent();
      },
      onResponseEnd() {
        letGo();
        if (over) return;
        reader.end();
        if (firstToken === null && reader.hasToken) firstToken = clock.now();
        finishByContent();
      },
      onResponseError(_controller, error) {
        letGo();
        if (over) return;
        if (!isGood) return finish(nameError(error));
        // A connection lost after the status is an answer that was begun and not ended.
        reader.lose(lossOf(error));
        return finishByContent();
      },
    },
  );

  return () => {
    over = true;
    clearTimeout(timer);
    controller?.abort(TIMEOUT);
  };
}
