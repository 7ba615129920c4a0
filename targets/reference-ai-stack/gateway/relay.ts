// Passes an answer on token by token, and sees to it that it cites: a model that names none of its passages gets the
// list of sources appended.

import type { ChatUsage } from "../common/chat-request.ts";
import type { Passage } from "../common/passages.ts";
import { DONE, sseEvent } from "../common/sse.ts";

/** The upstream's stream ended before `[DONE]`. */
export class CutAnswer extends Error {
  constructor() {
    super("the answer was cut");
    this.name = "CutAnswer";
  }
}

interface Chunk {
  readonly id?: string;
  readonly created?: number;
  readonly model?: string;
  readonly choices?: readonly {
    readonly index?: number;
    readonly delta?: { readonly content?: string | null };
    readonly finish_reason?: string | null;
  }[];
  readonly usage?: ChatUsage | null;
}

/** What a finished relay knows of the answer. */
export interface AnswerFacts {
  text: string;
  finish: string | undefined;
  usage: ChatUsage | undefined;
  head: { readonly id?: string; readonly created?: number; readonly model?: string };
}

/** Facts of an answer of which nothing has come yet. */
export function noFacts(): AnswerFacts {
  return { text: "", finish: undefined, usage: undefined, head: {} };
}

/** What the relay needs to know of the request. */
export interface RelayPlan {
  readonly passages: readonly Passage[];
  /** Did the client ask for the chunk with `usage`? */
  readonly withUsage: boolean;
}

/** `Sources: [a] [b]` in the order given. */
function sourcesLine(passages: readonly Passage[]): string {
  return `Sources: ${passages.map((passage) => `[${passage.id}]`).join(" ")}`;
}

/**
 * Yields the events for the client, in one piece what came in one piece, and fills in `facts` on the way. Throws
 * {@link CutAnswer} when the stream ends early.
 */
export async function* relay(
  pieces: AsyncIterable<readonly string[]>,
  plan: RelayPlan,
  facts: AnswerFacts,
): AsyncGenerator<string> {
  let ended = false;
  for await (const events of pieces) {
    // Read on to the very end: leaving earlier would cost the connection, and the next answer a new one.
    if (ended) continue;
    const end = events.indexOf("[DONE]");
    ended = end !== -1;
    const passed = (ended ? events.slice(0, end) : events).map((data) => relayed(data, plan, facts)).join("");
    if (passed !== "" || ended) yield ended ? passed + DONE : passed;
  }
  if (!ended) throw new CutAnswer();
}

/** What the client gets for one event: the event, nothing, or the sources and the event. */
function relayed(data: string, plan: RelayPlan, facts: AnswerFacts): string {
  const chunk = JSON.parse(data) as Chunk;
  const choice = chunk.choices?.[0];
  facts.text += choice?.delta?.content ?? "";
  facts.usage = chunk.usage ?? facts.usage;
  if (facts.head.id === undefined) facts.head = headOf(chunk);
  const onlyUsage = choice === undefined && chunk.usage !== undefined;
  const event = onlyUsage && !plan.withUsage ? "" : `data: ${data}\n\n`;
  if (typeof choice?.finish_reason !== "string") return event;
  facts.finish = choice.finish_reason;
  const missing = missingSources(facts.text, plan.passages);
  if (missing === undefined) return event;
  facts.text += missing;
  const sources = { ...chunk, choices: [{ index: 0, delta: { content: missing }, finish_reason: null }], usage: null };
  return sseEvent(sources) + event;
}

function missingSources(text: string, passages: readonly Passage[]): string | undefined {
  if (passages.length === 0 || passages.some((passage) => text.includes(`[${passage.id}]`))) return undefined;
  return `${text === "" ? "" : "\n"}${sourcesLine(passages)}`;
}

function headOf(chunk: Chunk): AnswerFacts["head"] {
  return {
    ...(chunk.id === undefined ? {} : { id: chunk.id }),
    ...(chunk.created === undefined ? {} : { created: chunk.created }),
    ...(chunk.model === undefined ? {} : { model: chunk.model }),
  };
}

/** The same answer as one `chat.completion` object. */
export function wholeCompletion(facts: AnswerFacts): object {
  return {
    ...facts.head,
    object: "chat.completion",
    choices: [{ index: 0, message: { role: "assistant", content: facts.text }, finish_reason: facts.finish ?? "stop" }],
    ...(facts.usage === undefined ? {} : { usage: facts.usage }),
  };
}
