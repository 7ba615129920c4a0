// The head of an answer of HTTP/1.1, read as strictly as llhttp does: what is wrong is said in its words, or by the
// code that undici has for it.

/** What a head says of its answer. */
export interface AnswerHead {
  readonly status: number;
  /** How its body is told: by a length, in chunks, or by the end of the connection. */
  readonly body: "length" | "chunked" | "until close";
  /** Bytes of a body of known length. */
  readonly length: number;
  /** Whether its connection may be used again. */
  readonly keepsAlive: boolean;
  /** ms for which the server says that it keeps an idle connection; undefined: it does not say. */
  readonly idleMs: number | undefined;
  /** "" where the server does not say. */
  readonly contentType: string;
  readonly contentEncoding: string;
}

const statusLine = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: [^\r\n]*)?$/;
/** Of what is none at all. */
export const noHttp = "Expected HTTP/, RTSP/ or ICE/";
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
// eslint-disable-next-line no-control-regex
const badValue = /[\0-\x08\x0a-\x1f\x7f]/;

const endsChunked = /(?:^|,)[ \t]*chunked[ \t]*$/i;
const mismatch = "UND_ERR_RES_CONTENT_LENGTH_MISMATCH";

interface Fields {
  contentLength: number | undefined;
  transfer: string;
  connection: string;
  keepAlive: string;
  contentType: string | undefined;
  contentEncoding: string | undefined;
}

/** Reads a head without its last empty line; a text says what is wrong with it. */
export function readHead(text: string): AnswerHead | string {
  const firstEnd = text.indexOf("\r\n");
  const first = firstEnd === -1 ? text : text.slice(0, firstEnd);
  const match = statusLine.exec(first);
  if (match === null) return first.startsWith("HTTP/") ? "Invalid status line" : noHttp;
  const fields = readFields(text, firstEnd === -1 ? text.length : firstEnd + 2);
  if (typeof fields === "string") return fields;
  return headOf(Number(match[2]), match[1] === "1", fields);
}

function headOf(status: number, isNew: boolean, fields: Fields): AnswerHead {
  const { contentType = "", contentEncoding = "", contentLength, transfer } = fields;
  const hasNone = status < 200 || status === 204 || status === 304;
  const isChunked = endsChunked.test(transfer);
  const isOpen = !hasNone && !isChunked && (transfer !== "" || contentLength === undefined);
  const idle = fields.keepAlive === "" ? null : /timeout=(\d+)/.exec(fields.keepAlive);
  return {
    status,
    body: isOpen ? "until close" : isChunked && !hasNone ? "chunked" : "length",
    length: hasNone || isChunked ? 0 : (contentLength ?? 0),
    keepsAlive: !isOpen && mayStay(fields.connection, isNew),
    idleMs: idle === null ? undefined : 1_000 * Number(idle[1]),
    contentType,
    contentEncoding,
  };
}

function mayStay(connection: string, isNew: boolean): boolean {
  return isNew ? !/\bclose\b/i.test(connection) : /\bkeep-alive\b/i.test(connection);
}

function readFields(text: string, from: number): Fields | string {
  const fields: Fields = {
    contentLength: undefined,
    transfer: "",
    connection: "",
    keepAlive: "",
    contentType: undefined,
    contentEncoding: undefined,
  };
  for (let at = from; at < text.length;) {
    const end = text.indexOf("\r\n", at);
    const stop = end === -1 ? text.length : end;
    const colon = text.indexOf(":", at);
    if (colon === -1 || colon >= stop) return "Invalid header token";
    const name = text.slice(at, colon);
    const value = text.slice(colon + 1, stop);
    if (!token.test(name) || badValue.test(value)) return "Invalid header token";
    const problem = takeField(fields, name, value);
    if (problem !== undefined) return problem;
    at = stop + 2;
  }
  return fields;
}

/** Few names matter, and their length tells most others apart. */
function takeField(fields: Fields, name: string, value: string): string | undefined {
  switch (name.length) {
    case 10: {
      const lower = name.toLowerCase();
      if (lower === "connection") fields.connection += `${value},`;
      else if (lower === "keep-alive") fields.keepAlive = value;
      return undefined;
    }
    case 12:
      if (name.toLowerCase() === "content-type") fields.contentType ??= value.trim();
      return undefined;
    case 14:
      return name.toLowerCase() === "content-length" ? takeLength(fields, value.trim()) : undefined;
    case 16:
      if (name.toLowerCase() === "content-encoding") fields.contentEncoding ??= value.trim();
      return undefined;
    case 17:
      if (name.toLowerCase() !== "transfer-encoding") return undefined;
      if (fields.contentLength !== undefined) return mismatch;
      fields.transfer += `${fields.transfer === "" ? "" : ","}${value}`;
      return undefined;
    default:
      return undefined;
  }
}

function takeLength(fields: Fields, value: string): string | undefined {
  if (fields.transfer !== "") return "Content-Length can't be present with Transfer-Encoding";
  if (fields.contentLength !== undefined) return mismatch;
  if (!/^\d{1,15}$/.test(value)) return "Invalid character in Content-Length";
  fields.contentLength = Number(value);
  return undefined;
}
