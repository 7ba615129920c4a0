// Passes an answer on token by token. Behind an upstream that names none of its passages it adds the list of sources;
// versions of our own cite by themselves, or do not.

import type { ChatUsage } from "../common/chat-request.ts";
import type { Passage } from "../common/passages.ts";
import { DONE, sseEvent } from "../common/sse.ts";
import type { Chunk, StreamEvent, StreamPiece } from "./strict-stream.ts";

interface ToolCall {
  readonly index: number;
  id?: string;
  readonly type: "function";
  readonly function: { name: string; arguments: string };
}

/** What a finished relay knows of the answer. */
export interface AnswerFacts {
  text: string;
  readonly tools: Map<number, ToolCall>;
  finish: string | undefined;
  usage: ChatUsage | undefined;
  head: { readonly id?: string; readonly created?: number; readonly model?: string };
}

/** Facts of an answer of which nothing has come yet. */
export function noFacts(): AnswerFacts {
  return { text: "", tools: new Map(), finish: undefined, usage: undefined, head: {} };
}

/** What the relay needs to know of the request. */
export interface RelayPlan {
  readonly passages: readonly Passage[];
  /** False: the model cites by itself, and what it does not cite is not made to look cited. */
  readonly addSources: boolean;
  /** Did the client ask for the chunk with `usage`? */
  readonly withUsage: boolean;
}

/** `Sources: [a] [b]` in the order given. */
function sourcesLine(passages: readonly Passage[]): string {
  return `Sources: ${passages.map((passage) => `[${passage.id}]`).join(" ")}`;
}

/**
 * Yields the events for the client, in one piece what came in one piece, and fills in `facts` on the way. Ends as the
 * pieces do: in `[DONE]` when the answer is whole, in their error when it is cut.
 */
export async function* relay(
  pieces: AsyncIterable<StreamPiece>,
  plan: RelayPlan,
  facts: AnswerFacts,
): AsyncGenerator<string> {
  for await (const { events, isEnd } of pieces) {
    const passed = events.map((event) => relayed(event, plan, facts)).join("");
    if (passed !== "" || isEnd) yield isEnd ? passed + DONE : passed;
  }
}

/** What the client gets for one event: the event, nothing, or the sources and the event. */
function relayed({ data, chunk }: StreamEvent, plan: RelayPlan, facts: AnswerFacts): string {
  const choice = chunk.choices?.[0];
  facts.text += choice?.delta?.content ?? "";
  takeTools(chunk, facts.tools);
  facts.usage = chunk.usage ?? facts.usage;
  if (facts.head.id === undefined) facts.head = headOf(chunk);
  const onlyUsage = choice === undefined && chunk.usage !== undefined;
  const event = onlyUsage && !plan.withUsage ? "" : `data: ${data}\n\n`;
  if (typeof choice?.finish_reason !== "string") return event;
  facts.finish = choice.finish_reason;
  // What was cut short is not made to look as if it had come to its end.
  const missing = plan.addSources && facts.finish === "stop" ? missingSources(facts.text, plan.passages) : undefined;
  if (missing === undefined) return event;
  facts.text += missing;
  const sources = { ...chunk, choices: [{ index: 0, delta: { content: missing }, finish_reason: null }], usage: null };
  return sseEvent(sources) + event;
}

function takeTools(chunk: Chunk, tools: AnswerFacts["tools"]): void {
  for (const { index = 0, id, function: called } of chunk.choices?.[0]?.delta?.tool_calls ?? []) {
    const tool = tools.get(index) ?? { index, type: "function", function: { name: "", arguments: "" } };
    tools.set(index, tool);
    if (id !== undefined) tool.id ??= id;
    tool.function.name += called?.name ?? "";
    tool.function.arguments += called?.arguments ?? "";
  }
}

/** An answer without text, such as a tool call, quotes nothing and cites nothing. */
function missingSources(text: string, passages: readonly Passage[]): string | undefined {
  if (text === "" || passages.length === 0) return undefined;
  if (passages.some((passage) => text.includes(`[${passage.id}]`))) return undefined;
  return `\n${sourcesLine(passages)}`;
}

function headOf(chunk: Chunk): AnswerFacts["head"] {
  return {
    ...(chunk.id === undefined ? {} : { id: chunk.id }),
    ...(chunk.created === undefined ? {} : { created: chunk.created }),
    ...(chunk.model === undefined ? {} : { model: chunk.model }),
  };
}

/** The same answer as one `chat.completion` object; its finish reason is the upstream's. */
export function wholeCompletion(facts: AnswerFacts): object {
  const tools = [...facts.tools.values()];
  const message = {
    role: "assistant",
    content: facts.text,
    ...(tools.length > 0 && { tool_calls: tools }),
  };
  return {
    ...facts.head,
    object: "chat.completion",
    choices: [{ index: 0, message, finish_reason: facts.finish }],
    ...(facts.usage === undefined ? {} : { usage: facts.usage }),
  };
}
