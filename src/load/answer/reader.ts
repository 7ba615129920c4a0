// Reads one answer as its bytes arrive and says, from its content, what became of the request. The text itself is never
// kept or logged, and what is held does not grow with the answer.

import type { TrafficSpec } from "../../core/target.ts";
import { AnswerFacts } from "./answer-facts.ts";
import type { BodyReader } from "./body-reader.ts";
import { takeChatChunk } from "./chat.ts";
import { EventReader } from "./event-reader.ts";
import { takeMessagesEvent } from "./messages.ts";
import { NdjsonReader } from "./ndjson-reader.ts";
import type { AnswerVerdict } from "./outcome-words.ts";
import type { TakeEvent } from "./protocol.ts";
import type { ReadingPlan } from "./reading-plan.ts";
import { takeResponsesEvent } from "./responses.ts";
import type { AnswerHead } from "./whole-reader.ts";
import { WholeReader } from "./whole-reader.ts";

type ResponseHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** How a connection was lost: closed, or reset. */
export type Loss = "closed" | "reset";

export interface AnswerReader {
  /** What became of the request, as soon as it is certain; what comes later changes nothing. */
  readonly verdict: AnswerVerdict | undefined;
  /** True from the first token of any channel on (streams only). */
  readonly hasToken: boolean;
  /**
   * Whether the answer's text contains what is wanted; null when nothing is wanted or the text was not read to its end.
   */
  readonly isRight: boolean | null;
  /** Whether another request's canary was found in the answer; null when the request carries none. */
  readonly isLeaked: boolean | null;
  /** The head of a good response (status 2xx), before the first bytes; names of headers in lower case. */
  begin(headers: ResponseHeaders, status?: number): void;
  /** The next bytes of the body, cut anywhere. */
  push(bytes: Uint8Array): void;
  /** The body ended cleanly. */
  end(): void;
  /** The connection was lost before the body's end. */
  lose(how: Loss): void;
}

const protocols: Readonly<Record<Exclude<TrafficSpec["stream"], "whole" | "ndjson">, TakeEvent>> = {
  sse: takeChatChunk,
  responses: takeResponsesEvent,
  anthropic: takeMessagesEvent,
};

/** A reader for the way the target answers. */
export function makeAnswerReader(plan: ReadingPlan): AnswerReader {
  return new PlannedReader(plan);
}

class PlannedReader implements AnswerReader {
  readonly #plan: ReadingPlan;
  readonly #facts: AnswerFacts;
  #body: BodyReader | undefined;
  #head: AnswerHead = { status: 200, contentType: "" };

  constructor(plan: ReadingPlan) {
    this.#plan = plan;
    this.#facts = new AnswerFacts(plan);
  }

  get verdict(): AnswerVerdict | undefined {
    return this.#facts.verdict;
  }

  get hasToken(): boolean {
    return this.#plan.stream !== "whole" && this.#facts.hasToken;
  }

  get isRight(): boolean | null {
    if (this.#body instanceof WholeReader) return this.#body.isRight;
    return this.#facts.isRead ? this.#facts.isRight : null;
  }

  get isLeaked(): boolean | null {
    return this.#facts.isLeaked;
  }

  begin(headers: ResponseHeaders, status = 200): void {
    const contentType = textOf(headers["content-type"]);
    this.#head = { status, contentType };
    const encoding = textOf(headers["content-encoding"]).trim().toLowerCase();
    if (COMPRESSED.test(encoding)) this.#facts.fail("unreadable encoding");
    else if (isNoStream(this.#plan.stream, contentType)) this.#facts.fail("not a stream");
  }

  push(bytes: Uint8Array): void {
    if (this.verdict !== undefined) return;
    const body = asBuffer(bytes);
    // Whatever it is, errors too; words that are cut into events are found in the texts.
    if (this.#plan.canary !== undefined) this.#facts.look("as it came", body.toString("latin1"));
    if (this.verdict === undefined) this.#reader().push(body);
  }

  end(): void {
    if (this.verdict === undefined) this.#reader().end();
  }

  lose(how: Loss): void {
    if (this.verdict === undefined) this.#reader().lose();
    this.#facts.fail(how === "reset" ? "reset" : this.#plan.stream === "whole" ? "cut answer" : "cut stream");
  }

  #reader(): BodyReader {
    return (this.#body ??= makeBodyReader(this.#plan, this.#facts, this.#head));
  }
}

function makeBodyReader(plan: ReadingPlan, facts: AnswerFacts, head: AnswerHead): BodyReader {
  const { stream, done } = plan;
  if (stream === "whole") return new WholeReader(facts, plan, head);
  if (stream === "ndjson") return new NdjsonReader(facts);
  return new EventReader(facts, protocols[stream], done);
}

/** Other words there (`utf-8`, `none`) are slips that no client minds. */
const COMPRESSED = /\b(?:gzip|compress|deflate|br|zstd)\b/;

function textOf(header: string | readonly string[] | undefined): string {
  return typeof header === "string" ? header : (header?.[0] ?? "");
}

/** Types that say that the body is a page or an object. Without a type, or with another one, the content decides. */
function isNoStream(stream: TrafficSpec["stream"], contentType: string): boolean {
  if (stream === "whole") return false;
  const type = (contentType.split(";")[0] ?? "").trim().toLowerCase();
  const isPage =
    type === "text/html" || type === "application/xhtml+xml" || type === "text/xml" || type === "application/xml";
  if (stream === "ndjson") return isPage || type === "text/event-stream";
  return isPage || type === "application/json" || (type.endsWith("+json") && !type.includes("stream"));
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
