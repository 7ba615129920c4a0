// Reads an answer that is one body: a completion, JSON of another shape, or plain text. Nothing of it is kept, and no
// more than a few kilobytes of what says how it ended.

import { StringDecoder } from "node:string_decoder";
import { AbridgedJson } from "./abridged-json.ts";
import type { AnswerFacts } from "./answer-facts.ts";
import type { BodyReader } from "./body-reader.ts";
import { markAt } from "./line-splitter.ts";
import { isErrorList, isFields, looksLikeError } from "./error-shapes.ts";
import type { ReadingPlan, WholeAnswer } from "./reading-plan.ts";
import { TextSearch } from "./text-search.ts";
import { textTaker } from "./text-places.ts";
import { isCompletion, isFrameOnly, takeCompletion } from "./whole-completion.ts";

/** What is known of an answer before its body. */
export interface AnswerHead {
  readonly status: number;
  /** "" when the server does not say. */
  readonly contentType: string;
}

/** Bytes that are decoded at a time. */
const SLICE = 8_192;
const HEAD = 256;
const JSON_TYPE = /[/+]json\b/i;
/** Types of several values of JSON, one after the other. */
const LINES_TYPE = /ndjson|jsonl|json-?lines|json-seq/i;
/** A stream that nobody asked for is no answer, even where any text is one. */
const STREAM_TYPE = /^text\/event-stream\b/i;
const PAGE = /^(?:<!--[^]*?-->\s*)?<(?:!doctype\s+html|html|head|body)\b/i;

export class WholeReader implements BodyReader {
  readonly #facts: AnswerFacts;
  readonly #expects: WholeAnswer;
  readonly #head: AnswerHead;
  readonly #json: AbridgedJson;
  readonly #decoder = new StringDecoder("utf8");
  /** Over the raw text, and over every text and number of JSON. */
  readonly #raw: TextSearch | undefined;
  readonly #inJson: TextSearch | undefined;
  #begin = "";
  #start: Buffer | undefined;
  #hasJsonText = false;
  #hasJsonValue = false;
  #isRead = false;
  #right: boolean | null;

  /** `facts` take what a completion says. */
  constructor(
    facts: AnswerFacts,
    { wanted, answer: expects }: Pick<ReadingPlan, "wanted" | "answer">,
    head: AnswerHead,
  ) {
    const { contentType } = head;
    this.#facts = facts;
    this.#expects = expects;
    this.#head = head;
    this.#right = wanted === undefined ? null : false;
    if (wanted !== undefined) {
      const mayBeText =
        expects === "text" || (expects === "auto" && (!JSON_TYPE.test(contentType) || LINES_TYPE.test(contentType)));
      this.#raw = mayBeText ? new TextSearch(wanted) : undefined;
      this.#inJson = expects === "text" ? undefined : new TextSearch(wanted);
    }
    this.#json = new AbridgedJson({
      textAt: (path, root) => textTaker(facts, path, root),
      anyPiece: (piece) => {
        this.#hasJsonText ||= piece !== "";
        this.#inJson?.push(0, piece);
      },
      anyEnd: () => {
        this.#hasJsonValue = true;
        this.#inJson?.restart(0);
      },
    });
  }

  /** Whether the wanted text is in the answer; null when none is wanted or the answer was not read to its end. */
  get isRight(): boolean | null {
    return this.#isRead ? this.#right : null;
  }

  push(bytes: Buffer): void {
    const start = this.#withoutMark(bytes);
    if (start === undefined) return;
    if (this.#expects !== "text") this.#json.write(start, 0, start.length);
    for (let at = 0; at < start.length; at += SLICE) {
      const needsText = this.#begin.length < HEAD || (this.#raw !== undefined && !this.#raw.found);
      if (!needsText) return;
      const text = this.#decoder.write(start.subarray(at, at + SLICE));
      if (this.#begin.length < HEAD) this.#begin = (this.#begin + text).trimStart().slice(0, HEAD);
      this.#raw?.push(0, text);
    }
  }

  end(): void {
    if (this.#start !== undefined && this.#start.length > 0) {
      const held = this.#start;
      this.#start = NO_MARK;
      this.push(held);
    }
    const error = this.#judge();
    if (error !== undefined) this.#facts.fail(error);
    else this.#facts.verdict ??= {};
    this.#isRead = this.#facts.verdict?.error === undefined || this.#facts.isRead;
  }

  lose(): void {
    // A body that is lost is not whole, whatever stands in it.
  }

  /** The first three bytes may be a byte-order mark, and may come one by one. */
  #withoutMark(bytes: Buffer): Buffer | undefined {
    if (this.#start === NO_MARK) return bytes;
    const held = this.#start?.length ?? 0;
    const start = held === 0 ? bytes : Buffer.concat([this.#start ?? NO_MARK, bytes]);
    if (start.length < 3) {
      // A copy: who hands bytes in reads into them again.
      this.#start = Buffer.from(start);
      return undefined;
    }
    this.#start = NO_MARK;
    return start.subarray(markAt(start, 0, start.length));
  }

  #judge(): Parameters<AnswerFacts["fail"]>[0] | undefined {
    const expects = this.#expects;
    // 201, 202 and 204 may say that all is well with nothing more.
    if (this.#begin === "") return expects === "auto" && this.#head.status > 200 ? undefined : "empty answer";
    if (expects === "text") return this.#takeText();
    const json = this.#json.end();
    if (json.state === "whole") return this.#judgeJson(json.value, json.members);
    const isPage = PAGE.test(this.#begin) || /\bhtml\b/i.test(this.#head.contentType);
    if (isPage) return "not an answer";
    if (expects === "auto" && !this.#mustBeJson()) return this.#takeText();
    return json.state === "torn" ? "cut answer" : "malformed answer";
  }

  /**
   * Whether a body that is no JSON should have been. Of one that says that it is text, only what cannot be anything
   * else.
   */
  #mustBeJson(): boolean {
    const { contentType } = this.#head;
    if (LINES_TYPE.test(contentType)) return false;
    if (JSON_TYPE.test(contentType) || STREAM_TYPE.test(contentType)) return true;
    return /^text\//i.test(contentType) ? /^\{\s*"/.test(this.#begin) : /^[{[]/.test(this.#begin);
  }

  #takeText(): undefined {
    if (this.#raw !== undefined) this.#right = this.#raw.found;
  }

  #judgeJson(value: unknown, members: number): Parameters<AnswerFacts["fail"]>[0] | undefined {
    const isOne = isFields(value) && (isCompletion(value) || isFrameOnly(value, members));
    const isError = (isFields(value) && looksLikeError(value)) || isErrorList(value);
    if (this.#expects === "completion" && !isOne) return isError ? "error in answer" : "no choices";
    if (isOne && this.#expects !== "json") {
      takeCompletion(this.#facts, value, this.#json.isAbridged);
      // Of a text that was not looked through nobody knows whether it is right.
      this.#right = this.#facts.isRight === false && this.#json.isAbridged ? null : this.#facts.isRight;
      return undefined;
    }
    if (isError) return "error in answer";
    if (this.#inJson !== undefined) this.#right = this.#inJson.found;
    if (this.#hasJsonText) return undefined;
    // A search may find nothing: `{"hits": []}` is an answer, `{"answer": ""}` is none, and `{}` is one to who says
    // JSON.
    const mayBeAnswer = Array.isArray(value) || members > 0 || this.#expects === "json";
    return mayBeAnswer && !this.#hasJsonValue ? undefined : "empty answer";
  }
}

const NO_MARK = Buffer.alloc(0);
