// Reads an OpenAI stream without believing more than it says. Only an answer with a finish reason for each of its
// choices is whole. An error in it, an event that is none of the protocol, and an end without a reason make it a cut
// one.

import type { ChatUsage } from "../common/chat-request.ts";

/** The upstream's answer is no whole one. */
export class CutAnswer extends Error {
  /** A bound on its tokens cut it, which is nobody's failure. */
  readonly isBounded: boolean;

  constructor(why: string, isBounded = false) {
    super(why);
    this.name = "CutAnswer";
    this.isBounded = isBounded;
  }
}

/** What a request asks for that lets an answer be short, by OpenAI's names. */
export interface Bounds {
  readonly max_tokens?: number | null | undefined;
  readonly max_completion_tokens?: unknown;
  readonly stop?: unknown;
}

interface ToolCallDelta {
  readonly index?: number;
  readonly id?: string;
  readonly function?: { readonly name?: string; readonly arguments?: string };
}

export interface Chunk {
  readonly id?: string;
  readonly created?: number;
  readonly model?: string;
  readonly choices?: readonly {
    readonly index?: number;
    readonly delta?: {
      readonly content?: string | null;
      readonly tool_calls?: readonly ToolCallDelta[] | null;
      readonly [other: string]: unknown;
    };
    readonly finish_reason?: string | null;
  }[];
  readonly usage?: ChatUsage | null;
}

/** One event: its `data:` as it came, and what it says. */
export interface StreamEvent {
  readonly data: string;
  readonly chunk: Chunk;
}

/** Events that came together. */
export interface StreamPiece {
  readonly events: readonly StreamEvent[];
  /** Something for the reader is in it: text, a tool call, or whatever else the model says. */
  readonly hasContent: boolean;
  /** The answer is whole with this piece. */
  readonly isEnd: boolean;
}

/** Finish reasons by which servers say that the answer failed. */
const FAILED = new Set(["error", "abort", "failed"]);

/** Fields of a delta that carry nothing for a reader. */
const SILENT = new Set(["role"]);
/** Those, and fields of a delta that are no answer by themselves. */
const THOUGHTS = new Set([...SILENT, "reasoning", "reasoning_content", "thinking"]);

/** What must be known of a stream to tell whether it is whole. */
class Reading {
  readonly #bounds: Bounds;
  readonly #choices = new Set<number>();
  /** The reasons of those that gave one; what comes of them later changes nothing. */
  readonly #finished = new Map<number, string>();
  /** Arguments by choice and call. */
  readonly #tools = new Map<string, string>();
  #hasAnswer = false;

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
  }

  /** Reads one event. Throws {@link CutAnswer} when it is none of an answer. */
  take(data: string): { readonly event: StreamEvent; readonly isContent: boolean } {
    const chunk = chunkIn(data);
    let isContent = false;
    for (const { index = 0, delta, finish_reason: reason } of chunk.choices ?? []) {
      this.#choices.add(index);
      for (const call of delta?.tool_calls ?? []) this.#takeTool(index, call);
      isContent ||= speaks(delta, SILENT);
      this.#hasAnswer ||= speaks(delta, THOUGHTS);
      if (typeof reason !== "string") continue;
      if (FAILED.has(reason)) throw new CutAnswer(`the finish reason is "${reason}"`);
      this.#finished.set(index, reason);
    }
    return { event: { data, chunk }, isContent };
  }

  #takeTool(choice: number, { index = 0, function: called }: ToolCallDelta): void {
    const key = `${choice}.${index}`;
    this.#tools.set(key, (this.#tools.get(key) ?? "") + (called?.arguments ?? ""));
  }

  /** Why the answer is not whole, should it end here; undefined: it is. */
  missing(): CutAnswer | undefined {
    const isOpen = this.#choices.size === 0 || this.#finished.size < this.#choices.size;
    if (isOpen) return new CutAnswer("it ended without a finish reason");
    if (!this.#hasAnswer && !this.#mayBeEmpty()) return new CutAnswer("it has neither text nor a tool call");
    const isTorn = [...this.#tools.values()].some((given) => given !== "" && !isJson(given));
    const isBounded = this.#isEndedBy("length");
    if (!isTorn || (isBounded && isGiven(this.#bounds.max_tokens ?? this.#bounds.max_completion_tokens)))
      return undefined;
    // Who set no bound expects none, and some clients run a call that is cut.
    return new CutAnswer("the arguments of a tool call are cut", isBounded);
  }

  #isEndedBy(reason: string): boolean {
    return [...this.#finished.values()].includes(reason);
  }

  /** A client can bring it about. */
  #mayBeEmpty(): boolean {
    return this.#isEndedBy("length") || this.#isEndedBy("content_filter") || isGiven(this.#bounds.stop);
  }
}

/**
 * The events of an answer, piece by piece, those together that came together; the last piece says that it is the end.
 * After it, the body is read to its end. Throws {@link CutAnswer} when the answer is not whole.
 */
export async function* strictPieces(
  pieces: AsyncIterable<readonly string[]>,
  bounds: Bounds = {},
): AsyncGenerator<StreamPiece> {
  const reading = new Reading(bounds);
  let isOver = false;
  for await (const datas of pieces) {
    if (isOver) continue;
    const done = datas.indexOf("[DONE]");
    const taken = (done === -1 ? datas : datas.slice(0, done)).map((data) => reading.take(data));
    if (done !== -1) wholeOr(reading);
    isOver = done !== -1;
    const events = taken.map(({ event }) => event);
    yield { events, hasContent: taken.some(({ isContent }) => isContent), isEnd: isOver };
  }
  // A reason for the end and a clean one: servers that send no [DONE] are legal, and no client misses it.
  if (isOver) return;
  wholeOr(reading);
  yield { events: [], hasContent: false, isEnd: true };
}

function wholeOr(reading: Reading): void {
  const missing = reading.missing();
  if (missing !== undefined) throw missing;
}

function chunkIn(data: string): Chunk {
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    throw new CutAnswer("an event is no JSON");
  }
  const fields: Readonly<Record<string, unknown>> = typeof value === "object" && value !== null ? { ...value } : {};
  const { error, object, choices, usage } = fields;
  if (error !== undefined && error !== null) throw new CutAnswer(`an error came instead: ${wordsOf(error)}`);
  if (object === "error") throw new CutAnswer(`an error came instead: ${wordsOf(value)}`);
  const hasUsage = typeof usage === "object" && usage !== null;
  if (!Array.isArray(choices) && !hasUsage) throw new CutAnswer("an event has neither choices nor usage");
  if (choices !== undefined && !areChoices(choices)) throw new CutAnswer("the choices of an event cannot be read");
  return fields;
}

/** As far as we read them: nothing that we take for a text is something else. */
function areChoices(choices: unknown): boolean {
  return (
    Array.isArray(choices) &&
    choices.every((choice: unknown) => {
      if (typeof choice !== "object" || choice === null) return false;
      const { delta } = choice as { readonly delta?: unknown };
      if (delta === undefined || delta === null) return true;
      if (typeof delta !== "object") return false;
      const { content, tool_calls: calls } = delta as Readonly<Record<string, unknown>>;
      const isText = content === undefined || content === null || typeof content === "string";
      return isText && (calls === undefined || calls === null || (Array.isArray(calls) && calls.every(isObject)));
    })
  );
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

function wordsOf(error: unknown): string {
  const message = isObject(error) ? (error as { readonly message?: unknown }).message : error;
  return (typeof message === "string" ? message : JSON.stringify(error)).slice(0, 200);
}

function speaks(delta: Readonly<Record<string, unknown>> | null | undefined, without: ReadonlySet<string>): boolean {
  return Object.entries(delta ?? {}).some(
    ([name, value]) =>
      !without.has(name) && value !== null && value !== "" && !(Array.isArray(value) && value.length === 0),
  );
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
