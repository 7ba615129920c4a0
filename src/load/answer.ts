// Reads one answer as its bytes arrive and says what it was worth. The text itself is never kept or logged.

import { makeEventStreamParser } from "../core/event-stream.ts";
import type { TrafficSpec } from "../core/target.ts";

/** Longest answer (in UTF-16 units) we read; a longer one is an error. */
const LONGEST_ANSWER = 1_048_576;

export interface AnswerReader {
  push(bytes: Uint8Array): void;
  /** True from the first piece of content on (streams only). */
  hasContent(): boolean;
  /** To be asked at the end of the body; undefined: a whole and good answer. */
  fault(): string | undefined;
  contains(text: string): boolean;
}

/** A reader for the way the target answers: `data:` lines ended by `data: [DONE]`, or one body. */
export function makeAnswerReader(stream: TrafficSpec["stream"]): AnswerReader {
  return stream === "sse" ? makeStreamReader() : makeWholeReader();
}

function makeWholeReader(): AnswerReader {
  const decoder = new TextDecoder();
  let text = "";
  let tooLong = false;
  return {
    push(bytes) {
      if (!tooLong) text += decoder.decode(bytes, { stream: true });
      tooLong ||= text.length > LONGEST_ANSWER;
    },
    hasContent: () => false,
    fault: () => (tooLong ? "answer too long" : undefined),
    contains: (wanted) => text.includes(wanted),
  };
}

function makeStreamReader(): AnswerReader {
  let text = "";
  let done = false;
  let fault: string | undefined;

  const parser = makeEventStreamParser((item) => {
    if (item.kind === "too-long") fault ??= "answer too long";
    if (item.kind !== "event" || done) return;
    if (item.data.trim() === "[DONE]") {
      done = true;
      return;
    }
    const delta = readDelta(item.data);
    fault ??= delta.fault;
    text += delta.content;
    if (text.length > LONGEST_ANSWER) {
      fault ??= "answer too long";
      text = "";
    }
  });

  return {
    push: (bytes) => parser.push(bytes),
    hasContent: () => text !== "",
    fault: () => fault ?? (done ? undefined : "cut stream"),
    contains: (wanted) => text.includes(wanted),
  };
}

interface Delta {
  readonly content: string;
  readonly fault?: string;
}

/** Content of one OpenAI `chat.completion.chunk`; an `error` object inside a stream counts as one. */
function readDelta(data: string): Delta {
  let chunk: unknown;
  try {
    chunk = JSON.parse(data);
  } catch {
    return { content: "", fault: "malformed stream" };
  }
  const { error, choices } = (chunk ?? {}) as { error?: unknown; choices?: readonly unknown[] };
  if (error !== undefined && error !== null) return { content: "", fault: "error in stream" };
  const first = (Array.isArray(choices) ? choices[0] : undefined) as { delta?: { content?: unknown } } | undefined;
  const content = first?.delta?.content;
  return { content: typeof content === "string" ? content : "" };
}
