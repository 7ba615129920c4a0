// Sends one request and follows it to its end. Latency counts from the intended send time, whatever happens.

import type { Clock, Ms } from "../core/units.ts";
import type { RequestEvent } from "../records/timeline/request.ts";
import { makeAnswerReader } from "./answer/reader.ts";
import type { AnswerReader, Loss } from "./answer/reader.ts";
import type { Asked } from "./asked.ts";
import { DueQueue } from "./due-queue.ts";
import type { Outgoing } from "./request.ts";
import type { Connections } from "./under-way.ts";
import type { Controller, Exchange } from "./wire/connection.ts";

export interface Sending {
  readonly id: number;
  readonly intended: Ms;
  readonly asked: Asked;
  readonly outgoing: Outgoing;
}

/** The same for all requests of a stream. */
export interface SendOptions {
  readonly clock: Clock;
  readonly connections: Connections;
  readonly slowOverMs: Ms;
  readonly timeoutMs: Ms;
  /** What the request has come to: its late event, or its outcome. */
  onLate(progress: Progress): void;
  onEnd(event: RequestEvent, progress: Progress): void;
}

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
 * Sends the requests of a stream, each at once; `sent` is stamped when a request is written to its connection, not when
 * it is queued. An outcome is known when the answer's content says so (its last event, an error, a bad status); the end
 * of its connection is waited for only until then, and a little longer so that the next request may use it.
 */
export class Sender {
  readonly options: SendOptions;
  readonly #late: DueQueue<Progress>;
  readonly #limit: DueQueue<Progress>;
  readonly #linger: DueQueue<Progress>;
  readonly #hasLate: boolean;

  constructor(options: SendOptions) {
    this.options = options;
    const { clock, slowOverMs, timeoutMs } = options;
    this.#late = new DueQueue(clock, (progress) => {
      this.#limit.add(progress, progress.sending.intended + timeoutMs);
      options.onLate(progress);
    });
    this.#limit = new DueQueue(clock, (progress) => progress.giveUp());
    this.#linger = new DueQueue(clock, (progress) => progress.close());
    this.#hasLate = slowOverMs < timeoutMs;
  }

  send(progress: Progress): void {
    const { sending } = progress;
    const { slowOverMs, timeoutMs } = this.options;
    if (this.#hasLate) this.#late.add(progress, sending.intended + slowOverMs);
    else this.#limit.add(progress, sending.intended + timeoutMs);
    progress.begin();
  }

  /** It has its outcome; its connection is still the answer's where `isOpen`. */
  over(progress: Progress, isOpen: boolean): void {
    this.#late.delete(progress);
    this.#limit.delete(progress);
    if (isOpen) this.#linger.add(progress, this.options.clock.now() + LINGER_MS);
  }

  free(progress: Progress): void {
    this.#linger.delete(progress);
  }
}

/** How far one request got: its stamps, and its answer so far. */
export class Progress implements Exchange {
  readonly sending: Sending;
  readonly #sender: Sender;
  readonly #reader;
  #controller: Controller | undefined;
  #sent: Ms | null = null;
  #firstToken: Ms | null = null;
  /** It has its outcome, or was given up. */
  #over = false;
  #isGood = false;
  /** The answer's connection is free again. */
  #ended = false;

  constructor(sending: Sending, sender: Sender) {
    this.sending = sending;
    this.#sender = sender;
    this.#reader = makeAnswerReader(sending.outgoing.reading);
  }

  begin(): void {
    const controller = this.#sender.options.connections.dispatch(this.sending.outgoing, this);
    // What could not be connected at all may be over already.
    if (!this.#ended) this.#controller ??= controller;
  }

  onRequestStart(started: Controller): void {
    this.#controller = started;
    if (this.#over) started.abort(TIMEOUT);
    else this.#sent = this.#sender.options.clock.now();
  }

  onResponseStart(_controller: Controller, status: number, headers: Parameters<AnswerReader["begin"]>[0]): void {
    // 1xx: the answer is still to come.
    if (status < 200 || this.#over) return;
    this.#isGood = status < 300;
    if (this.#isGood) this.#reader.begin(headers, status);
    else this.#finish(`status ${status}`);
    this.#finishByContent();
  }

  onResponseData(_controller: Controller, bytes: Buffer): void {
    if (this.#over) return;
    this.#reader.push(bytes);
    this.#finishByContent();
  }

  onResponseEnd(): void {
    this.#letGo();
    if (this.#over) return;
    this.#reader.end();
    this.#finishByContent();
  }

  onResponseError(_controller: Controller, error: Error): void {
    this.#letGo();
    if (this.#over) return;
    if (!this.#isGood) return this.#finish(errorName(error));
    // A connection lost after the status is an answer that was begun and not ended.
    this.#reader.lose(lossOf(error));
    return this.#finishByContent();
  }

  giveUp(): void {
    this.#finish("timeout");
    this.close();
  }

  /** Gives the request up without an outcome: it will not be reported. */
  abandon(): void {
    this.#over = true;
    this.#sender.over(this, false);
    this.close();
  }

  close(): void {
    this.#sender.free(this);
    this.#controller?.abort(TIMEOUT);
  }

  #finish(error: string | undefined): void {
    if (this.#over) return;
    this.#over = true;
    this.#sender.over(this, !this.#ended);
    const { options } = this.#sender;
    const at = options.clock.now();
    const { id, intended } = this.sending;
    const reader = this.#reader;
    const { isLeaked: leaked } = reader;
    const stamps = { sent: this.#sent, firstToken: this.#firstToken, right: reader.isRight };
    const common = { kind: "request", at, id, intended, ...stamps, ...(leaked !== null && { leaked }) } as const;
    const note = reader.verdict?.note;
    if (error !== undefined) options.onEnd({ ...common, done: null, outcome: "error", error }, this);
    else options.onEnd({ ...common, done: at, outcome: "answered", ...(note === undefined ? {} : { note }) }, this);
  }

  /** After each piece of the answer: has its first token come, and is it over? */
  #finishByContent(): void {
    if (this.#over) return;
    const { verdict } = this.#reader;
    if (this.#firstToken === null && this.#reader.hasToken) this.#firstToken = this.#sender.options.clock.now();
    if (verdict !== undefined) this.#finish(verdict.error);
  }

  #letGo(): void {
    this.#ended = true;
    this.#controller = undefined;
    if (this.#over) this.#sender.free(this);
  }
}
