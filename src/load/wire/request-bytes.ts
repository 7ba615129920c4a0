// Requests as they are written to a connection. What is not plain has undici look at it and send it.

import type { Outgoing } from "../request.ts";

/** Methods whose answers all have their bodies, and whether one without a body says so. */
const methods: Readonly<Record<string, "body" | "no body">> = {
  GET: "no body",
  DELETE: "no body",
  POST: "body",
  PUT: "body",
  PATCH: "body",
};
/** Headers that say how a message is framed, or how the connection goes on. */
const framing = new Set([
  "connection",
  "content-length",
  "expect",
  "host",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);
const name = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;
const plain = /^[\t\x20-\x7e]*$/;

/** A whole request; undefined: it is none that is written here. */
export function requestBytes({ origin, path, method, headers, body }: Outgoing): string | undefined {
  const takes = methods[method];
  if (takes === undefined || (takes === "no body" && body !== null) || !origin.startsWith("http://")) return undefined;
  let text = `${path} HTTP/1.1\r\nhost: ${origin.slice("http://".length)}\r\nconnection: keep-alive\r\n`;
  for (const key in headers) {
    const value = headers[key] ?? "";
    if (framing.has(key) || !name.test(key) || !plain.test(value)) return undefined;
    text += `${key}: ${value}\r\n`;
  }
  const length = takes === "no body" ? "" : `content-length: ${body === null ? 0 : Buffer.byteLength(body)}\r\n`;
  return `${method} ${text}${length}\r\n${body ?? ""}`;
}
