// http_error: a share of the answers is replaced by an error, in a frame that keeps the connection usable.

import { STATUS_CODES } from "node:http";
import type { Head } from "../http/head.ts";
import { httpStage } from "../http/stage.ts";
import type { ToxicKind } from "./toxic.ts";

/** As a plain server would say it; nothing in it tells that a proxy did. A HEAD's answer has the frame and no body. */
function errorAnswer(status: number, bodiless: boolean, last: boolean): Buffer {
  const reason = STATUS_CODES[status] ?? "Error";
  const empty = status === 204 || status === 304;
  const body = empty ? "" : `${reason}\n`;
  const fields = empty ? [] : ["content-type: text/plain", `content-length: ${body.length}`];
  if (last) fields.push("connection: close");
  return Buffer.from(`${[`HTTP/1.1 ${status} ${reason}`, ...fields].join("\r\n")}\r\n\r\n${bodiless ? "" : body}`);
}

const endless = (head: Head): boolean => head.framing.kind === "close" || head.framing.kind === "tunnel";

/** Of our own: `status` from 200 to 599, and the `share` of answers, 0 to 1. The upstream has seen the request. */
export const httpError: ToxicKind = {
  type: "http_error",
  attributes: [
    { name: "status", type: "int", default: 503, min: 200, max: 599 },
    { name: "share", type: "share", default: 1 },
  ],
  // It writes an answer; there is none to write to an upstream.
  only: "downstream",
  open({ status = 503, share = 1 }, context) {
    let swallowing = false;
    return httpStage(context, {
      take(part, out) {
        if (part.kind === "done") {
          swallowing = false;
        } else if (part.kind !== "head") {
          if (!swallowing) out.send(part.bytes);
        } else if (part.head.status === 0 || part.head.interim || context.random.next() >= share) {
          out.send(part.bytes);
        } else {
          swallowing = true;
          context.effects.requestsErrored += 1;
          out.send(errorAnswer(status, part.head.toHead, part.head.last || endless(part.head)));
          if (endless(part.head)) out.cut("close");
        }
      },
      busy: () => swallowing,
    });
  },
};
