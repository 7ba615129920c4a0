// Sends one request and follows it to its end. Latency counts from the intended send time, whatever happens.

import type { Dispatcher } from "undici";
import type { Clock } from "../core/clock.ts";
import type { RequestEvent } from "../core/timeline.ts";
import type { Ms } from "../core/units.ts";
import type { TrafficSpec } from "../core/target.ts";
import { makeAnswerReader } from "./answer.ts";
import type { AnswerReader } from "./answer.ts";
import { exactJsonText } from "../core/exact-json.ts";
import { fillJson, fillText } from "../core/template.ts";
import type { Row } from "../core/template.ts";

export interface Outgoing {
  readonly origin: string;
  readonly path: string;
  readonly method: Dispatcher.HttpMethod;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  readonly stream: TrafficSpec["stream"];
  /** What a right answer contains; absent when the mix does not say. */
  readonly wanted?: string;
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
  return {
    origin: url.origin,
    path: url.pathname + url.search,
    method: traffic.method.toUpperCase(),
    headers,
    body: hasBody ? exactJsonText(fillJson(traffic.body, row)) : null,
    stream: traffic.stream,
    ...(wanted === undefined ? {} : { wanted: fillText(wanted, row) }),
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

const names: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  ECONNRESET: "connection lost",
  EPIPE: "connection lost",
  UND_ERR_SOCKET: "connection lost",
  UND_ERR_CONNECT_TIMEOUT: "timeout",
};

function nameError(error: Error): string {
  const code = (error as { code?: unknown }).code;
  return typeof code === "string" ? (names[code] ?? code) : error.message;
}

/** Dispatches now; `sent` is stamped when the request is written to its connection, not when it is queued. */
export function send({ id, intended, outgoing }: Sending, options: SendOptions): Abandon {
  const { clock, dispatcher, slowOverMs, timeoutMs } = options;
  const reader = makeAnswerReader(outgoing.stream);
  let controller: Dispatcher.DispatchController | undefined;
  let sent: Ms | null = null;
  let firstToken: Ms | null = null;
  let status = 0;
  let over = false;
  let timer: NodeJS.Timeout | undefined;

  function finish(error: string | undefined): void {
    if (over) return;
    over = true;
    clearTimeout(timer);
    const now = clock.now();
    const common = { kind: "request", at: now, id, intended, sent, firstToken } as const;
    if (error === undefined)
      options.onEnd({ ...common, done: now, outcome: "answered", right: rightness(reader, outgoing) });
    else options.onEnd({ ...common, done: null, outcome: "error", error, right: null });
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

  if (slowOverMs < timeoutMs) limitAt(intended + slowOverMs, becomeLate);
  else limitAt(intended + timeoutMs, giveUp);

  dispatcher.dispatch(
    {
      origin: outgoing.origin,
      path: outgoing.path,
      method: outgoing.method,
      headers: outgoing.headers,
      body: outgoing.body,
    },
    {
      onRequestStart(started) {
        controller = started;
        if (over) started.abort(TIMEOUT);
        else sent = clock.now();
      },
      onResponseStart(_controller, statusCode) {
        status = statusCode;
      },
      onResponseData(_controller, chunk) {
        reader.push(chunk);
        if (firstToken === null && reader.hasContent()) firstToken = clock.now();
      },
      onResponseEnd() {
        finish(status >= 200 && status < 300 ? reader.fault() : `status ${status}`);
      },
      onResponseError(_controller, error) {
        // A connection lost after the status is an answer that was begun and not ended.
        finish(status >= 200 && status < 300 ? "cut stream" : nameError(error));
      },
    },
  );

  return () => {
    over = true;
    clearTimeout(timer);
    controller?.abort(TIMEOUT);
  };
}

function rightness(reader: AnswerReader, { wanted }: Outgoing): boolean | null {
  return wanted === undefined ? null : reader.contains(wanted);
}
