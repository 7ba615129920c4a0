// Reads an answer that is an event stream (WHATWG HTML, section 9.2.6), on its bytes. Unlike lib/sse.ts,
// which reads the incident feed, it keeps no event that is long: an answer may have any length.

import { AbridgedJson } from "./abridged-json.ts";
import type { LongJson } from "./abridged-json.ts";
import type { AnswerFacts } from "./answer-facts.ts";
import type { BodyReader } from "./body-reader.ts";
import { takeChatChunk } from "./chat.ts";
import { ChunkTemplate } from "./chunk-template.ts";
import { isErrorList, isFields } from "./error-shapes.ts";
import type { Fields } from "./error-shapes.ts";
import { LineSplitter, LONGEST_LINE, markAt } from "./line-splitter.ts";
import type { LineTaker } from "./line-splitter.ts";
import type { TakeEvent } from "./protocol.ts";
import { textTaker } from "./text-places.ts";

/** What ends a stream; see `TrafficSpec.done`. */
export type StreamDone = string | undefined;

const DEFAULT_TERMINATOR = "[DONE]";
const heartbeats = new Set(["ping", "heartbeat", "keep-alive", "keepalive", "keep_alive"]);

/** Longer data is not compared with what ends a stream; target.yaml allows no longer text. */
const LONGEST_TERMINATOR = 2_000;
const NOTHING = Buffer.alloc(0);
const COLON = 58;
const SPACE = 32;

/** What stands around an event's value. `data`: its text, when it was kept. */
interface EventParts {
  readonly name: string;
  readonly data: string | undefined;
  readonly isTorn: boolean;
}

export class EventReader implements BodyReader, LineTaker {
  readonly #facts: AnswerFacts;
  readonly #take: TakeEvent;
  readonly #done: StreamDone;
  readonly #lines = new LineSplitter(this, true);
  readonly #template: ChunkTemplate | undefined;
  #isFirst = true;
  #name = "";
  #data: string | undefined;
  #dataBytes = 0;
  #long: AbridgedJson | undefined;
  /** Of the long line under way: whether it is data. */
  #longIsData = false;
  /** Something stood there that is no part of an event stream. */
  #hasOther = false;
  #hasField = false;
  #hasBytes = false;

  constructor(facts: AnswerFacts, take: TakeEvent, done: StreamDone) {
    this.#facts = facts;
    this.#take = take;
    this.#done = done;
    this.#template = take === takeChatChunk ? new ChunkTemplate() : undefined;
  }

  push(bytes: Buffer): void {
    if (bytes.length > 0) this.#hasBytes = true;
    this.#lines.push(bytes);
  }

  isOver(): boolean {
    return this.#facts.verdict !== undefined;
  }

  end(): void {
    this.#lines.end();
    if (!this.isOver()) this.#dispatch(true);
    if (this.isOver()) return;
    if (!this.#hasBytes) this.#facts.fail("empty answer");
    else if (this.#hasOther && !this.#hasField) this.#facts.fail("not a stream");
    else if (this.#isStrict()) this.#facts.fail("cut stream");
    else this.#facts.end("clean end", this.#done === "end" ? undefined : "no terminator");
  }

  /** The connection is lost. A terminator that stands there whole counts, though no line end follows it. */
  lose(): void {
    const rest = this.#lines.rest.trim();
    if (rest.startsWith("data:")) this.#takeTerminator(rest.slice("data:".length).trim());
  }

  line(bytes: Buffer, from: number, to: number): void {
    const start = this.#isFirst ? from + markAt(bytes, from, to) : from;
    this.#isFirst = false;
    if (start === to) this.#dispatch(false);
    else if (isData(bytes, start)) {
      const value = bytes[start + 5] === SPACE && start + 5 < to ? start + 6 : start + 5;
      this.#takeData(bytes, value, to);
    } else if (bytes[start] === COLON) this.#hasField = true;
    else this.#takeField(bytes.toString("utf8", start, to));
  }

  longBegin(bytes: Buffer, from: number, to: number): void {
    const start = this.#isFirst ? from + markAt(bytes, from, to) : from;
    this.#isFirst = false;
    this.#longIsData = isData(bytes, start);
    if (this.#longIsData) {
      this.#openLong();
      this.#long?.write(bytes, bytes[start + 5] === SPACE ? start + 6 : start + 5, to);
    } else if (bytes[start] !== COLON) this.#takeField(bytes.toString("utf8", start, start + 16));
  }

  longMore(bytes: Buffer, from: number, to: number): void {
    if (this.#longIsData) this.#long?.write(bytes, from, to);
  }

  longEnd(): void {
    this.#longIsData = false;
  }

  #takeData(bytes: Buffer, from: number, to: number): void {
    this.#hasField = true;
    this.#dataBytes += to - from + 1;
    if (this.#long === undefined && this.#dataBytes <= LONGEST_LINE) {
      const value = bytes.toString("utf8", from, to);
      if (this.#data === undefined && this.#takeTerminator(value)) return;
      this.#data = this.#data === undefined ? value : `${this.#data}\n${value}`;
      return;
    }
    this.#openLong();
    this.#long?.write(bytes, from, to);
  }

  /** Makes the event one that is not kept, or begins its next line. */
  #openLong(): void {
    this.#hasField = true;
    this.#long ??= new AbridgedJson({ textAt: (path, root) => textTaker(this.#facts, path, root) });
    if (this.#data !== undefined) this.#long.writeText(this.#data);
    if (this.#data !== undefined || this.#dataBytes > 0) this.#long.writeText("\n");
    this.#data = undefined;
    this.#dataBytes = LONGEST_LINE + 1;
  }

  #takeField(line: string): void {
    const colon = line.indexOf(":");
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") this.#name = value;
    else if (field === "data") this.#takeData(NOTHING, 0, 0);
    // Not in the standard: an error that a server writes as a line of its own.
    else if (field === "error") this.#facts.fail("error in stream");
    if (["event", "data", "id", "retry"].includes(field)) this.#hasField = true;
    else if (!this.#hasField && /^\s*[<{]/.test(line)) this.#facts.fail("not a stream");
    else if (line.trim() !== "") this.#hasOther = true;
  }

  /** An event is over; `isTorn`: by the end of the body, not by a blank line. */
  #dispatch(isTorn: boolean): void {
    const name = this.#name === "message" ? "" : this.#name.trim();
    const data = this.#data;
    const long = this.#long;
    this.#name = "";
    this.#data = undefined;
    this.#dataBytes = 0;
    this.#long = undefined;
    if (name === "error") this.#facts.fail("error in stream");
    if (this.isOver()) return;
    if (long !== undefined) {
      if (!heartbeats.has(name)) this.#judge(valueOf(long.end()), { name, data, isTorn });
      return;
    }
    const isEmpty = data === undefined || data.trim() === "";
    // The standard drops an event without data. One that ends the stream is said by its name alone.
    if (isEmpty && this.#isEndName(name)) this.#facts.end("terminal");
    if (isEmpty || heartbeats.has(name) || this.#takeAlike(name, data)) return;
    this.#judge(parse(data), { name, data, isTorn });
  }

  #isEndName(name: string): boolean {
    return this.#isStrict() && name === this.#done;
  }

  /** A chunk that differs from the one before in its text alone is not parsed. */
  #takeAlike(name: string, data: string): boolean {
    const text = name === "" ? this.#template?.match(data) : undefined;
    if (text !== undefined) this.#facts.text(this.#template?.index ?? 0, text);
    return text !== undefined;
  }

  #judge(event: unknown, { name, data, isTorn }: EventParts): void {
    if (isFields(event)) this.#takeEvent(event, name, data);
    else if (this.#isEndName(name)) this.#facts.end("terminal");
    else if (isErrorList(event)) this.#facts.fail("error in stream");
    else if (!this.#isServersOwn(name, data)) this.#facts.fail(isTorn ? "cut stream" : "malformed stream");
  }

  /** Chat has no names of events: one with a name and a plain text is a server's own (its progress, its state). */
  #isServersOwn(name: string, data: string | undefined): boolean {
    return this.#take === takeChatChunk && name !== "" && data !== undefined && !/^\s*[{[]/.test(data);
  }

  #takeEvent(event: Fields, name: string, data: string | undefined): void {
    if (event["type"] === "ping") return;
    this.#take(this.#facts, event, name);
    if (name === "" && data !== undefined) this.#template?.learn(data, event);
    const isEnd = this.#isStrict() && (event["type"] === this.#done || name === this.#done);
    const isFinished = this.#done === "finish_reason" && this.#facts.isFinished;
    if (isEnd || isFinished) this.#facts.end("terminal");
  }

  #takeTerminator(data: string): boolean {
    if (data.length > LONGEST_TERMINATOR) return false;
    const isTerminator = data.trim() === (this.#isStrict() ? this.#done : DEFAULT_TERMINATOR);
    if (isTerminator || data.trim() === DEFAULT_TERMINATOR) this.#facts.end("terminal");
    return this.isOver();
  }

  /** Whether the target names an event that ends the stream, so that nothing else does. */
  #isStrict(): boolean {
    return this.#done !== undefined && this.#done !== "finish_reason" && this.#done !== "end";
  }
}

function isData(bytes: Buffer, at: number): boolean {
  return (
    bytes[at] === 100 &&
    bytes[at + 1] === 97 &&
    bytes[at + 2] === 116 &&
    bytes[at + 3] === 97 &&
    bytes[at + 4] === COLON
  );
}

const valueOf = (json: LongJson): unknown => (json.state === "whole" ? json.value : undefined);

function parse(data: string): unknown {
  try {
    return JSON.parse(data) as unknown;
  } catch {
    return undefined;
  }
}
