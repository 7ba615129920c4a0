// Cuts what comes on a connection into the parts of an answer, wherever it is cut. One parser serves one connection,
// answer after answer; bodies are handed on where they lie and are not copied.

import { noHttp, readHead } from "./answer-head.ts";
import type { AnswerHead } from "./answer-head.ts";

/** Who is told of the parts. */
export interface AnswerSink {
  /** Heads of 1xx come before that of the answer. */
  head(head: AnswerHead): void;
  /** The next bytes of the body; they lie in a buffer that is used again once this returns. */
  body(bytes: Buffer): void;
  /** The answer is whole. */
  end(): void;
}

type State = "head" | "length" | "size" | "chunk" | "chunk end" | "trailer" | "until close" | "over";

/** As undici and Node limit it. */
const mostHeadBytes = 16_384;
const mostSizeBytes = 1_024;
const blankLine = Buffer.from("\r\n\r\n");
const beginning = Buffer.from("HTTP/1.");
const sizeLine = /^([0-9a-fA-F]{1,13})[ \t]*(?:;[^\r\n]*)?$/;

export class AnswerParser {
  readonly #sink: AnswerSink;
  #state: State = "head";
  /** Bytes that are left of the body, or of the chunk. */
  #left = 0;
  /** The beginning of a head or a line that was cut. */
  #held: Buffer | undefined;
  /** Whether bytes came after the end of the answer, which nobody asked for. */
  hasMore = false;

  constructor(sink: AnswerSink) {
    this.#sink = sink;
  }

  /** To be called before each answer. */
  reset(): void {
    this.#state = "head";
    this.#held = undefined;
    this.hasMore = false;
  }

  /** Whether the end of the connection is the end of the answer. */
  get endsAtClose(): boolean {
    return this.#state === "until close";
  }

  /** Takes what came; a text says what is wrong with it. */
  push(came: Buffer): string | undefined {
    let bytes = came;
    if (this.#held !== undefined) {
      bytes = Buffer.concat([this.#held, came]);
      this.#held = undefined;
    }
    let at = 0;
    while (at < bytes.length) {
      const next = this.#step(bytes, at);
      if (typeof next === "string") return next;
      if (next === at) return undefined;
      at = next;
      if (this.#state === "over") break;
    }
    this.hasMore = at < bytes.length;
    return undefined;
  }

  /** Takes one part; gives where the next one begins, or `at` itself when more must come first. */
  #step(bytes: Buffer, at: number): number | string {
    switch (this.#state) {
      case "head":
        return this.#head(bytes, at);
      case "size":
        return this.#size(bytes, at);
      case "chunk end":
        return this.#chunkEnd(bytes, at);
      case "trailer":
        return this.#trailer(bytes, at);
      case "until close":
        this.#sink.body(at === 0 ? bytes : bytes.subarray(at));
        return bytes.length;
      case "over":
        return at;
      default:
        return this.#counted(bytes, at);
    }
  }

  #hold(bytes: Buffer, at: number): number {
    // A copy: the buffer is read into again.
    this.#held = Buffer.from(bytes.subarray(at));
    return at;
  }

  #head(bytes: Buffer, at: number): number | string {
    const end = bytes.indexOf(blankLine, at);
    if ((end === -1 ? bytes.length : end) - at > mostHeadBytes) return "UND_ERR_HEADERS_OVERFLOW";
    if (end === -1) {
      const known = Math.min(beginning.length, bytes.length - at);
      if (bytes.compare(beginning, 0, known, at, at + known) !== 0) return noHttp;
      return this.#hold(bytes, at);
    }
    const head = readHead(bytes.toString("latin1", at, end));
    if (typeof head === "string") return head;
    // Nobody asked to go on, or for another protocol.
    if (head.status === 100 || head.status === 101) return "UND_ERR_SOCKET";
    this.#sink.head(head);
    if (head.status < 200) return end + 4;
    this.#left = head.length;
    this.#state = head.body === "chunked" ? "size" : head.body;
    if (this.#state === "length" && this.#left === 0) this.#over();
    return end + 4;
  }

  #counted(bytes: Buffer, at: number): number {
    const to = Math.min(bytes.length, at + this.#left);
    this.#left -= to - at;
    this.#sink.body(bytes.subarray(at, to));
    if (this.#left > 0) return to;
    if (this.#state === "length") this.#over();
    else this.#state = "chunk end";
    return to;
  }

  #size(bytes: Buffer, at: number): number | string {
    const end = bytes.indexOf("\r\n", at, "latin1");
    if ((end === -1 ? bytes.length : end) - at > mostSizeBytes) return "Invalid character in chunk size";
    if (end === -1) return this.#hold(bytes, at);
    const size = sizeLine.exec(bytes.toString("latin1", at, end))?.[1];
    if (size === undefined) return "Invalid character in chunk size";
    this.#left = Number.parseInt(size, 16);
    this.#state = this.#left === 0 ? "trailer" : "chunk";
    return end + 2;
  }

  #chunkEnd(bytes: Buffer, at: number): number | string {
    if (bytes[at] !== 13) return "Expected LF after chunk data";
    if (at + 1 === bytes.length) return this.#hold(bytes, at);
    if (bytes[at + 1] !== 10) return "Expected LF after chunk data";
    this.#state = "size";
    return at + 2;
  }

  #trailer(bytes: Buffer, at: number): number | string {
    const end = bytes.indexOf("\r\n", at, "latin1");
    if ((end === -1 ? bytes.length : end) - at > mostHeadBytes) return "UND_ERR_HEADERS_OVERFLOW";
    if (end === -1) return this.#hold(bytes, at);
    if (end === at) this.#over();
    return end + 2;
  }

  #over(): void {
    this.#state = "over";
    this.#sink.end();
  }
}
