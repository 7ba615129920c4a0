// The JSON body of a request, read with a bound: what is too long, or is no UTF-8, is refused before anything is done
// with it.

/** Longest body of a chat or a document, bytes: some hundred pages of text. */
const MOST_BYTES = 1_048_576;
/** Deepest nesting. Fields that we do not know are written out again, which recurses once a level. */
const MOST_DEEP = 100;

export type JsonBody =
  | { readonly ok: true; readonly json: unknown }
  | { readonly ok: false; readonly status: 400 | 413; readonly reason: string };

/** Reads it; 413 when it is too long, 400 when it is no UTF-8 or no JSON. Rejects when its sender goes away. */
export async function readJsonBody(request: Request, mostBytes = MOST_BYTES): Promise<JsonBody> {
  const tooLong = { ok: false, status: 413, reason: `the body is longer than ${mostBytes} bytes` } as const;
  if (Number(request.headers.get("content-length") ?? 0) > mostBytes) return tooLong;
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of request.body ?? []) {
    length += piece.length;
    if (length > mostBytes) return tooLong;
    pieces.push(piece);
  }
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(pieces));
    if (depthOf(text) > MOST_DEEP) {
      return { ok: false, status: 400, reason: `the body is nested deeper than ${MOST_DEEP} levels` };
    }
    return { ok: true, json: JSON.parse(text) };
  } catch {
    return { ok: false, status: 400, reason: "the body is no JSON in UTF-8" };
  }
}

/** How deep the brackets of a JSON text are nested, those in its strings left out. */
function depthOf(text: string): number {
  let [depth, deepest, isString] = [0, 0, false];
  for (let at = 0; at < text.length; at += 1) {
    const one = text[at];
    if (isString && one === "\\") at += 1;
    else if (one === '"') isString = !isString;
    else if (isString) continue;
    else if (one === "{" || one === "[") deepest = Math.max(deepest, (depth += 1));
    else if (one === "}" || one === "]") depth -= 1;
  }
  return deepest;
}
