// Server-sent events, both ways: writing an answer as it comes, and reading one that another service streams.

import { TextDecoder } from "node:util";

/** The event that ends an OpenAI stream. */
export const DONE = "data: [DONE]\n\n";

/** One JSON object as an event. */
export function sseEvent(data: unknown): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

/**
 * A streaming answer whose every piece is written out as soon as it is there. When the pieces end in an error the
 * connection is cut, so that the client can tell a broken answer from a short one; `cancelled` is called when the
 * client goes away first.
 */
export function sseResponse(pieces: AsyncIterator<string>, cancelled: () => void): Response {
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await pieces.next();
      if (next.done === true) controller.close();
      else controller.enqueue(encoder.encode(next.value));
    },
    async cancel() {
      cancelled();
      await pieces.return?.();
    },
  });
  return new Response(body, {
    // Stated, because otherwise the server waits for a second piece before it sends the first.
    headers: { "content-type": "text/event-stream", "cache-control": "no-cache", "transfer-encoding": "chunked" },
  });
}

/** The bytes of a stream are no text. */
class NoText extends Error {
  constructor(cause: unknown) {
    super("it is no UTF-8", { cause });
    this.name = "NoText";
  }
}

/**
 * The `data:` payloads of a stream of bytes, whole whatever the sizes of the pieces; those that arrive together stay
 * together. Throws {@link NoText} at bytes that are no UTF-8: to read them as something else would alter an answer.
 */
export async function* readSse(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<readonly string[]> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let rest = "";
  for await (const piece of bytes) {
    const lines = (rest + textOf(decoder, piece)).split("\n");
    rest = lines.pop() ?? "";
    const payloads = lines.flatMap(payloadOf);
    if (payloads.length > 0) yield payloads;
  }
  const last = payloadOf(rest + textOf(decoder));
  if (last.length > 0) yield last;
}

/** What the next piece says; without one, what is left at the end. */
function textOf(decoder: TextDecoder, piece?: Uint8Array): string {
  try {
    return decoder.decode(piece, { stream: piece !== undefined });
  } catch (error) {
    throw new NoText(error);
  }
}

function payloadOf(line: string): string[] {
  // Some servers tell of an error in a line of its own; to pass over it would make the answer a whole one.
  if (line.startsWith("error:")) return [JSON.stringify({ error: { message: line.slice("error:".length).trim() } })];
  return line.startsWith("data:") ? [line.slice("data:".length).trim()] : [];
}
