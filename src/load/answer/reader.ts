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
import { WholeReader } from "./whole-reader.ts";

type ResponseHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** How a connection was lost: closed, or reset. */
export type Loss = "closed" | "reset";

export interface AnswerReader {
  /** What became of the request, as soon as it is certain; what comes later changes nothing. */
  readonly verdict: AnswerVerdict | undefined;
  /** True from the first token of any channel on (streams only). */
  readonly hasToken: boolean;
  /** Whether the answer's text contains what is wanted; null when nothing is wanted or the text was not read to its end. */
  readonly isRight: boolean | null;
  /** The head of the response, before the first bytes; names of headers in lower case. */
  begin(headers: ResponseHeaders): void;
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
  const facts = new AnswerFacts(plan);
  let body: BodyReader | undefined;
  let contentType = "";

  function reader(): BodyReader {
    return (body ??= makeBodyReader(plan, facts, contentType));
  }

  return {
    get verdict() {
      return facts.verdict;
    },
    get hasToken() {
      return plan.stream !== "whole" && facts.hasToken;
    },
    get isRight() {
      if (body instanceof WholeReader) return body.isRight;
      return facts.isRead ? facts.isRight : null;
    },
    begin(headers) {
      contentType = textOf(headers["content-type"]);
      const encoding = textOf(headers["content-encoding"]).trim().toLowerCase();
      if (encoding !== "" && encoding !== "identity") facts.fail("unreadable encoding");
      else if (isNoStream(plan.stream, contentType)) facts.fail("not a stream");
    },
    push(bytes) {
      if (facts.verdict === undefined) reader().push(asBuffer(bytes));
    },
    end() {
      if (facts.verdict === undefined) reader().end();
    },
    lose(how) {
      if (facts.verdict === undefined) reader().lose();
      facts.fail(how === "reset" ? "reset" : plan.stream === "whole" ? "cut answer" : "cut stream");
    },
  };
}

function makeBodyReader(plan: ReadingPlan, facts: AnswerFacts, contentType: string): BodyReader {
  const { stream, done, wanted, answer } = plan;
  if (stream === "whole") return new WholeReader(facts, wanted, answer, contentType);
  if (stream === "ndjson") return new NdjsonReader(facts);
  return new EventReader(facts, protocols[stream], done);
}

function textOf(header: string | readonly string[] | undefined): string {
  return typeof header === "string" ? header : (header?.[0] ?? "");
}

/** Types that say that the body is a page or an object. Without a type, or with another one, the content decides. */
function isNoStream(stream: TrafficSpec["stream"], contentType: string): boolean {
  const type = (contentType.split(";")[0] ?? "").trim().toLowerCase();
  const isPage =
    type === "text/html" || type === "application/xhtml+xml" || type === "text/xml" || type === "application/xml";
  if (stream === "whole") return false;
  if (stream === "ndjson") return isPage || type === "text/event-stream";
  return isPage || type === "application/json" || (type.endsWith("+json") && !type.includes("stream"));
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
