// Sends one request and follows it to its end. Latency counts from the intended send time, whatever happens.

import type { Dispatcher } from "undici";
import type { Clock, Ms } from "../core/units.ts";
import type { RequestEvent } from "../records/timeline/request.ts";
import type { TrafficSpec } from "../core/target.ts";
import { exactJsonText } from "../core/exact-json.ts";
import { fillJson, fillText } from "../core/dataset.ts";
import type { Row } from "../core/dataset.ts";
import { makeAnswerReader } from "./answer/reader.ts";
import type { Loss } from "./answer/reader.ts";
import { planReading } from "./answer/reading-plan.ts";
import type { ReadingPlan } from "./answer/reading-plan.ts";
import type { Canary } from "./canary.ts";

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

/** What a request has that no other has. */
interface Own {
  /** Where the mix has canaries. */
  readonly canary?: Canary;
  /** Its trace context; a header of the target's own by this name wins. */
  readonly traceparent?: string;
  /** Of the session whose step it is: its word, and the key of its user, which goes into headers alone. */
  readonly session?: { readonly word: string; readonly key?: string };
}

/** One request of the mix, filled in from a row and with what is its own. */
export function fillRequest(traffic: TrafficSpec, fields: Row, { canary, traceparent, session }: Own = {}): Outgoing {
  const row =
    canary === undefined && session === undefined
      ? fields
      : { ...fields, ...(canary && { canary: canary.text }), ...(session && { session: session.word }) };
  const inHeaders = session?.key === undefined ? row : { ...row, key: session.key };
  const url = new URL(fillText(traffic.url, row, (value) => encodeURIComponent(value.toWellFormed())));
  const headers = Object.fromEntries(
    Object.entries(traffic.headers).map(([name, value]) => [name.toLowerCase(), fillText(value, inHeaders)]),
  );
  if (traceparent !== undefined) headers["traceparent"] ??= traceparent;
  const hasBody = traffic.body !== null;
  if (hasBody) headers["content-type"] ??= "application/json";
  const wanted = traffic.rightWhenContains;
  const reading = { ...readingOf(traffic), ...(canary !== undefined && { canary }) };
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

/** The word for what broke a request. */
export function errorName(error: Error): string {
  const code = codeOf(error);
  return code === undefined ? error.message : (names[code] ?? code);
}

const lossOf = (error: Error): Loss => (["ECONNRESET", "EPIPE"].includes(codeOf(error) ?? "") ? "reset" : "closed");

/**
 * Dispatches now; `sent` is stamped when the request is written to its connection, not when it is queued. The outcome
 * is known when the answer's content says so (its last event, an error, a bad status); the end of its connection is
 * waited for only until then, and a little longer so that the next request may use it.
 */
export function send(sending: Sending, options: SendOptions): Abandon {
  const { intended, outgoing } = sending;
  const { clock, dispatcher, slowOverMs, timeoutMs } = options;
  const progress = new Progress(sending, options);
  const becomeLate = (): void => {
    options.onLate(sending.id);
    progress.limitAt(intended + timeoutMs, () => progress.giveUp());
  };
  if (slowOverMs < timeoutMs) progress.limitAt(intended + slowOverMs, becomeLate);
  else progress.limitAt(intended + timeoutMs, () => progress.giveUp());

  const { origin, path, method, headers, body } = outgoing;
  const reader = progress.reader;
  let isGood = false;
  dispatcher.dispatch(
    { origin, path, method, headers, body },
    {
      onRequestStart(started) {
        progress.controller = started;
        if (progress.over) started.abort(TIMEOUT);
        else progress.sent = clock.now();
      },
      onResponseStart(_controller, status, responseHeaders) {
        // 1xx: the answer is still to come.
        if (status < 200 || progress.over) return;
        isGood = status < 300;
        if (isGood) reader.begin(responseHeaders, status);
        else progress.finish(`status ${status}`);
        progress.finishByContent();
      },
      onResponseData(_controller, chunk) {
        if (progress.over) return;
        reader.push(chunk);
        progress.finishByContent();
      },
      onResponseEnd() {
        progress.letGo();
        if (progress.over) return;
        reader.end();
        progress.finishByContent();
      },
      onResponseError(_controller, error) {
        progress.letGo();
        if (progress.over) return;
        if (!isGood) return progress.finish(errorName(error));
        // A connection lost after the status is an answer that was begun and not ended.
        reader.lose(lossOf(error));
        return progress.finishByContent();
      },
    },
  );
  return () => progress.abandon();
}

/** How far one request got: its stamps, its answer so far, and the timer that limits it. */
class Progress {
  readonly reader;
  readonly #sending: Sending;
  readonly #options: SendOptions;
  controller: Dispatcher.DispatchController | undefined;
  sent: Ms | null = null;
  /** It has its outcome, or was given up. */
  over = false;
  #firstToken: Ms | null = null;
  /** The answer's connection is free again. */
  #ended = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(sending: Sending, options: SendOptions) {
    this.#sending = sending;
    this.#options = options;
    this.reader = makeAnswerReader(sending.outgoing.reading);
  }

  finish(error: string | undefined): void {
    if (this.over) return;
    this.over = true;
    clearTimeout(this.#timer);
    if (!this.#ended) this.#timer = setTimeout(() => this.controller?.abort(TIMEOUT), LINGER_MS);
    const at = this.#options.clock.now();
    const { id, intended } = this.#sending;
    const { sent, reader } = this;
    const stamps = { at, id, intended, sent, firstToken: this.#firstToken, right: reader.isRight } as const;
    const leaked = reader.isLeaked;
    const common = { kind: "request", ...stamps, ...(leaked !== null && { leaked }) } as const;
    const note = reader.verdict?.note;
    if (error !== undefined) this.#options.onEnd({ ...common, done: null, outcome: "error", error });
    else this.#options.onEnd({ ...common, done: at, outcome: "answered", ...(note === undefined ? {} : { note }) });
  }

  /** After each piece of the answer: has its first token come, and is it over? */
  finishByContent(): void {
    if (this.over) return;
    if (this.#firstToken === null && this.reader.hasToken) this.#firstToken = this.#options.clock.now();
    if (this.reader.verdict !== undefined) this.finish(this.reader.verdict.error);
  }

  giveUp(): void {
    this.finish("timeout");
    this.controller?.abort(TIMEOUT);
  }

  /** Timers of Node may fire a millisecond early; a request is not late before it is. Never calls back at once. */
  limitAt(due: Ms, then: () => void): void {
    const { clock } = this.#options;
    const check = (): void => (clock.now() < due ? this.limitAt(due, then) : then());
    this.#timer = setTimeout(check, Math.max(1, Math.ceil(due - clock.now())));
  }

  letGo(): void {
    this.#ended = true;
    if (this.over) clearTimeout(this.#timer);
  }

  abandon(): void {
    this.over = true;
    clearTimeout(this.#timer);
    this.controller?.abort(TIMEOUT);
  }
}
