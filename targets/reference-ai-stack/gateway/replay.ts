// A completion that was given before, given again: as one body or as a stream, whichever is asked for now.
import { z } from "zod";
import type { ChatRequest } from "../common/chat-request.ts";
import { DONE, sseEvent, sseResponse } from "../common/sse.ts";

/** What of a `chat.completion` a stream is made from. */
const completion = z.looseObject({
  choices: z.tuple([z.object({ message: z.object({ content: z.string() }), finish_reason: z.string() })]),
  usage: z.unknown(),
});

/** What is no completion of text is passed on as it lies, whole or as the one event of a stream. */
export function replay(body: object, chat: Pick<ChatRequest, "stream" | "stream_options">): Response {
  if (!chat.stream) return Response.json(body);
  return sseResponse(inOnePiece(eventsOf(body, chat) + DONE), () => undefined);
}

function eventsOf(body: object, chat: Pick<ChatRequest, "stream_options">): string {
  const parsed = completion.safeParse(body);
  if (!parsed.success) return sseEvent(body);
  const { choices, usage, ...others } = parsed.data;
  const head = { ...others, object: "chat.completion.chunk" };
  const [{ message, finish_reason: finish }] = choices;
  const chunk = (delta: object, reason: string | null): string =>
    sseEvent({ ...head, choices: [{ index: 0, delta, finish_reason: reason }] });
  const counted =
    chat.stream_options?.include_usage === true && usage !== undefined ? sseEvent({ ...head, choices: [], usage }) : "";
  return chunk({ role: "assistant", content: message.content }, null) + chunk({}, finish) + counted;
}

async function* inOnePiece(text: string): AsyncGenerator<string> {
  yield text;
}
