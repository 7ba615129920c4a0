// http_error: a share of the answers is replaced by an error, in a frame that keeps the connection usable.

import { STATUS_CODES } from "node:http";
import type { Head } from "../http/head.ts";
import { httpStage } from "../http/stage.ts";
import type { ToxicAttributes, ToxicKind } from "./toxic.ts";

/** What stands in the body, by number: as a plain server says it, a proxy's page, OpenAI's error object, nothing. */
const PAGES: readonly ((reason: string, status: number) => readonly [type: string, body: string])[] = [
  (reason) => ["text/plain", `${reason}\n`],
  (reason, status) => {
    const head = `<head><title>${status} ${reason}</title></head>`;
    return ["text/html", `<!doctype html>\n<html>${head}<body><h1>${status} ${reason}</h1></body></html>\n`];
  },
  (reason, status) => {
    const error = { message: reason, type: status === 429 ? "rate_limit_error" : "server_error", code: status };
    return ["application/json", `${JSON.stringify({ error })}\n`];
  },
  () => ["", ""],
];

interface Told {
  /** A HEAD's answer has the frame and no body. */
  readonly bodiless: boolean;
  readonly last: boolean;
}

/** Nothing in it tells that a proxy said it. */
function errorAnswer(attributes: ToxicAttributes, { bodiless, last }: Told): Buffer {
  const { status = 503, page = 0, retry_after: seconds = -1, retry_after_date: asDate = 0 } = attributes;
  const reason = STATUS_CODES[status] ?? "Error";
  const empty = status === 204 || status === 304;
  const [type, body] = empty ? ["", ""] : (PAGES[page]?.(reason, status) ?? ["", ""]);
  const fields = empty ? [] : [...(type === "" ? [] : [`content-type: ${type}`]), `content-length: ${body.length}`];
  if (seconds >= 0) fields.push(`retry-after: ${asDate === 1 ? dateIn(seconds) : seconds}`);
  if (last) fields.push("connection: close");
  return Buffer.from(`${[`HTTP/1.1 ${status} ${reason}`, ...fields].join("\r\n")}\r\n\r\n${bodiless ? "" : body}`);
}

/** A date as HTTP writes it, so many seconds from now; clients read it by the wall clock. */
function dateIn(seconds: number): string {
  return new Date(Date.now() + 1000 * seconds).toUTCString();
}

const endless = (head: Head): boolean => head.framing.kind === "close" || head.framing.kind === "tunnel";

/**
 * Of our own: `status` from 200 to 599, and the `share` of answers, 0 to 1, of those to POST alone where `posts` is 1.
 * `retry_after` in seconds, -1 for none, as a date where `retry_after_date` is 1; `page` is the body: 0 text, 1 HTML, 2
 * OpenAI's error object, 3 nothing. From `until` on, in ms since 1970, answers pass as if it were gone; 0: they never
 * do. The upstream has seen the request.
 */
export const httpError: ToxicKind = {
  type: "http_error",
  attributes: [
    { name: "status", type: "int", default: 503, min: 200, max: 599 },
    { name: "share", type: "share", default: 1 },
    { name: "retry_after", type: "int", default: -1, min: -1, max: 86_400 },
    { name: "retry_after_date", type: "int", default: 0, min: 0, max: 1 },
    { name: "page", type: "int", default: 0, min: 0, max: PAGES.length - 1 },
    { name: "posts", type: "int", default: 0, min: 0, max: 1 },
    { name: "until", type: "int", default: 0, min: 0 },
  ],
  // It writes an answer; there is none to write to an upstream.
  only: "downstream",
  open(attributes, context) {
    const { share = 1, posts = 0, until = 0 } = attributes;
    let swallowing = false;
    const isOver = (): boolean => until > 0 && Date.now() >= until;
    const spares = ({ status, interim, method }: Head): boolean =>
      status === 0 || interim || isOver() || (posts === 1 && method !== "POST") || context.random.next() >= share;
    return httpStage(context, {
      take(part, out) {
        if (part.kind === "done") {
          swallowing = false;
        } else if (part.kind !== "head") {
          if (!swallowing) out.send(part.bytes);
        } else if (spares(part.head)) {
          out.send(part.bytes);
        } else {
          swallowing = true;
          context.effects.requestsErrored += 1;
          out.send(errorAnswer(attributes, { bodiless: part.head.toHead, last: part.head.last || endless(part.head) }));
          if (endless(part.head)) out.cut("close");
        }
      },
      busy: () => swallowing,
    });
  },
};
