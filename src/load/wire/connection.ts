// One connection: sends a request, reads its answer, and is used again where the answer allows that.

import { connect } from "node:net";
import type { Socket } from "node:net";
import type { Ms } from "../../core/units.ts";
import type { AnswerHead } from "./answer-head.ts";
import { AnswerParser } from "./answer-parser.ts";
import type { AnswerSink } from "./answer-parser.ts";

/** Gives a request up: nothing more is told of it. */
export interface Controller {
  abort(reason: Error): void;
}

/** Who follows one request, as a handler of undici does. */
export interface Exchange {
  /** It is written now. */
  onRequestStart(controller: Controller): void;
  onResponseStart(
    controller: Controller,
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void;
  /** The bytes may be read into again once this returns. */
  onResponseData(controller: Controller, bytes: Buffer): void;
  onResponseEnd(controller: Controller): void;
  /** By `code` as undici and Node name it. */
  onResponseError(controller: Controller, error: Error): void;
}

export interface Place {
  readonly host: string;
  readonly port: number;
}

/** What a connection tells of itself. */
export interface Owner {
  /** It may be used again, until that many ms from now. */
  free(connection: Connection, forMs: Ms): void;
  gone(connection: Connection): void;
}

/** One for all: whoever is told of bytes is done with them when it returns. */
const buffer = Buffer.allocUnsafeSlow(65_536);
/** Where the server does not say how long it keeps an idle one; and how much sooner than it we let go (as undici). */
const [idleMs, soonerMs] = [4_000, 2_000];

/** As undici tells of it: by a code, or in words. */
function problem(wrong: string): Error {
  if (wrong.startsWith("UND_ERR_")) return Object.assign(new Error(wrong), { code: wrong });
  return new Error(`Response does not match the HTTP/1.1 protocol (${wrong})`);
}

export class Connection implements AnswerSink, Controller {
  readonly #owner: Owner;
  readonly #socket: Socket;
  readonly #parser = new AnswerParser(this);
  #exchange: Exchange | undefined;
  /** What is to be written once it is connected. */
  #waiting: string | undefined;
  #idleMs: Ms = 0;
  #isWhole = false;
  #isGone = false;

  constructor({ host, port }: Place, owner: Owner) {
    this.#owner = owner;
    const callback = (size: number): boolean => {
      this.#read(buffer.subarray(0, size));
      return true;
    };
    this.#socket = connect({ host, port, noDelay: true, onread: { buffer, callback } });
    this.#socket.once("connect", () => this.#connected());
    this.#socket.once("end", () => this.#closed());
    this.#socket.once("error", (error) => this.#fail(error));
    this.#socket.once("close", () => this.#fail(problem("UND_ERR_SOCKET")));
  }

  /** To be called on a new one, or one that is free. */
  send(exchange: Exchange, bytes: string): void {
    this.#exchange = exchange;
    if (this.#socket.connecting) this.#waiting = bytes;
    else this.#write(bytes);
  }

  abort(): void {
    this.#exchange = undefined;
    this.destroy();
  }

  destroy(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#socket.destroy();
    this.#owner.gone(this);
  }

  head(head: AnswerHead): void {
    if (head.status >= 200) {
      this.#idleMs = head.idleMs === undefined ? idleMs : head.idleMs - soonerMs;
      if (!head.keepsAlive) this.#idleMs = 0;
    }
    const { contentType, contentEncoding } = head;
    const headers = { "content-type": contentType, "content-encoding": contentEncoding };
    this.#exchange?.onResponseStart(this, head.status, headers);
  }

  body(bytes: Buffer): void {
    this.#exchange?.onResponseData(this, bytes);
  }

  end(): void {
    this.#isWhole = true;
    const exchange = this.#exchange;
    this.#exchange = undefined;
    exchange?.onResponseEnd(this);
  }

  #connected(): void {
    const bytes = this.#waiting;
    this.#waiting = undefined;
    if (bytes !== undefined) this.#write(bytes);
  }

  #write(bytes: string): void {
    this.#parser.reset();
    this.#isWhole = false;
    this.#exchange?.onRequestStart(this);
    if (this.#exchange !== undefined) this.#socket.write(bytes);
  }

  #read(bytes: Buffer): void {
    // Nobody asked for anything.
    if (this.#exchange === undefined) return this.destroy();
    const wrong = this.#parser.push(bytes);
    if (wrong !== undefined) return this.#fail(problem(wrong));
    if (!this.#isWhole || this.#isGone) return undefined;
    // An answer that comes before its request is written leaves the rest of it to be taken for another.
    const isUsable = this.#idleMs > 0 && !this.#parser.hasMore && this.#socket.writableLength === 0;
    if (!isUsable) return this.destroy();
    return this.#owner.free(this, this.#idleMs);
  }

  /** The server is done. */
  #closed(): void {
    if (this.#parser.endsAtClose) this.end();
    this.#fail(problem("UND_ERR_SOCKET"));
  }

  #fail(error: Error): void {
    const exchange = this.#exchange;
    this.#exchange = undefined;
    this.destroy();
    exchange?.onResponseError(this, error);
  }
}
