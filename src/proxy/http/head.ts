// The head of an HTTP/1 message, read as far as its end must be found (RFC 9112, section 6).

/**
 * Where a message's body ends. `none`: there is none · `length`: after `bytes` · `chunked`: at its last chunk ·
 * `close`: with the connection · `tunnel`: what follows is not HTTP any more (an upgrade, or CONNECT).
 */
type Framing =
  | { readonly kind: "none" | "chunked" | "close" | "tunnel" }
  | { readonly kind: "length"; readonly bytes: number };

export interface Head {
  /** Of a response; 0 for a request. */
  readonly status: number;
  /** Of a request; of a response: of the request that it answers, where that was seen. Else empty. */
  readonly method: string;
  /** An interim answer (1xx): the real one follows. */
  readonly interim: boolean;
  /** The sender closes the connection after this message. */
  readonly last: boolean;
  /** An answer to HEAD: no body, whatever its fields say. */
  readonly toHead: boolean;
  readonly framing: Framing;
  /** The media type that it states, in lower case and without parameters; empty when it states none. */
  readonly type: string;
}

const responseLine = /^HTTP\/1\.(?<minor>\d) (?<status>\d{3})(?: |$)/;
const requestLine = /^(?<method>[A-Z][A-Z-]*) \S+ HTTP\/1\.(?<minor>\d)$/;

/** True when this may be the first line of such a message. */
export function isStartLine(what: "request" | "response", line: string): boolean {
  return (what === "request" ? requestLine : responseLine).test(line);
}

function framingOf(fields: ReadonlyMap<string, string>, otherwise: Framing): Framing {
  const encoding = fields.get("transfer-encoding");
  if (encoding !== undefined) return /(?:^|,)\s*chunked\s*$/i.test(encoding) ? { kind: "chunked" } : { kind: "close" };
  const length = fields.get("content-length")?.split(",")[0]?.trim();
  if (length !== undefined && /^\d{1,15}$/.test(length)) return { kind: "length", bytes: Number(length) };
  return otherwise;
}

function responseFraming(status: number, fields: ReadonlyMap<string, string>, method: string | undefined): Framing {
  if (status === 101) return { kind: "tunnel" };
  if (status < 200 || status === 204 || status === 304 || method === "HEAD") return { kind: "none" };
  if (method === "CONNECT" && status < 300) return { kind: "tunnel" };
  return framingOf(fields, { kind: "close" });
}

/**
 * Reads a whole head; undefined when it is not HTTP/1. `methodOf` is asked once for each answer that is not interim.
 */
export function readHead(text: string, methodOf: () => string | undefined): Head | undefined {
  const [start = "", ...lines] = text.split(/\r?\n/);
  const fields = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(":");
    if (colon > 0) fields.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  const match = responseLine.exec(start) ?? requestLine.exec(start);
  if (match === null) return undefined;
  const { minor, status: digits, method: sent = "" } = match.groups ?? {};
  const type = fields.get("content-type")?.split(";")[0]?.trim().toLowerCase() ?? "";
  const connection = fields.get("connection")?.toLowerCase() ?? "";
  const last = minor === "0" ? !connection.includes("keep-alive") : connection.includes("close");
  if (digits === undefined) {
    const framing = framingOf(fields, { kind: "none" });
    return { status: 0, method: sent, interim: false, last, toHead: false, framing, type };
  }
  const status = Number(digits);
  const interim = status < 200 && status !== 101;
  const asked = interim ? undefined : methodOf();
  const framing = responseFraming(status, fields, asked);
  return { status, method: asked ?? "", interim, last, toHead: asked === "HEAD", framing, type };
}
