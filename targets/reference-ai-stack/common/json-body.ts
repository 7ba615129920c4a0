// The JSON body of a request, read with a bound: what is too long, or is no UTF-8, is refused before anything is done
// with it.

/** Longest body of a chat or a document, bytes: some hundred pages of text. */
const MOST_BYTES = 1_048_576;

export type JsonBody =
  | { readonly ok: true; readonly json: unknown }
  | { readonly ok: false; readonly status: 400 | 413; readonly reason: string };

/** Reads it; 413 when it is too long, 400 when it is no UTF-8 or no JSON. Rejects when its sender goes away. */
export async function readJsonBody(request: Request): Promise<JsonBody> {
  const tooLong = { ok: false, status: 413, reason: `the body is longer than ${MOST_BYTES} bytes` } as const;
  if (Number(request.headers.get("content-length") ?? 0) > MOST_BYTES) return tooLong;
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of request.body ?? []) {
    length += piece.length;
    if (length > MOST_BYTES) return tooLong;
    pieces.push(piece);
  }
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(pieces));
    return { ok: true, json: JSON.parse(text) };
  } catch {
    return { ok: false, status: 400, reason: "the body is no JSON in UTF-8" };
  }
}
