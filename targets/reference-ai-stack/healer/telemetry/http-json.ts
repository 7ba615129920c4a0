// One HTTP exchange with a stated time limit. What shows whether anybody listens takes a fresh connection, so that a
// replica that accepts none can never hide behind a kept one.
import { Agent, request } from "node:http";
import { REDUCED_HEADER } from "../../common/reduced-header.ts";
import { startLimit } from "./time-limit.ts";

export interface Call {
  readonly port: number;
  readonly path: string;
  readonly method?: "GET" | "POST" | "PUT";
  readonly body?: unknown;
  readonly token?: string;
  /**
   * Over a connection that is kept: for what is asked often and may be asked twice, since a kept connection that was
   * ended is opened anew; not for what shows whether anybody listens.
   */
  readonly kept?: boolean;
  /** Sent as `If-None-Match`: what is known already need not be said again, and is answered with 304. */
  readonly known?: string | undefined;
  /** Sent as `Prefer: wait=` in whole seconds (RFC 7240): the answer may wait so long for something new. */
  readonly waitSeconds?: number | undefined;
  /** Sent as `Cache-Control: no-cache`: the answer is to be made anew. */
  readonly fresh?: boolean;
  /** Sent as `X-Probe: 1`: it is asked to see whether anything is made, and counted apart. */
  readonly probe?: boolean;
  /** Sent as `Idempotency-Key`, percent-encoded. */
  readonly idempotencyKey?: string;
  /** W3C trace context of the caller. */
  readonly traceparent?: string | undefined;
  readonly timeoutMs: number;
}

/**
 * refused: nobody listens or the connection was cut · silent: not a whole answer within the limit. `body` is undefined
 * when `text`, the whole answer, is not JSON.
 */
export type Answer =
  | {
      readonly kind: "answered";
      readonly status: number;
      readonly body: unknown;
      readonly text: string;
      /** What to name it by when it is asked for again; absent: it has no such name. */
      readonly etag?: string;
      /** The step of reduced service that it is of, as the gateway says it; absent: it does not say so. */
      readonly reduced?: string;
    }
  | { readonly kind: "refused"; readonly says: string }
  | { readonly kind: "silent"; readonly says: string };

const keeping = new Agent({ keepAlive: true });

/** By port. Only of looks that read and do not wait: others take as long as the work, or the wait. */
const heard = new Map<number, number>();

/**
 * When somebody last answered a look with 200 or 304, ms on the clock of `performance`. Undefined: nobody has answered
 * there, or a look since was cut, refused or not answered in time.
 */
export function heardFrom(port: number): number | undefined {
  return heard.get(port);
}

const WELL: readonly (number | undefined)[] = [200, 304];

/** Asks 127.0.0.1. Never rejects: what went wrong is in the answer. */
export async function askJson(call: Call): Promise<Answer> {
  const payload = call.body === undefined ? undefined : JSON.stringify(call.body);
  const isQuick = payload === undefined && call.waitSeconds === undefined;
  return new Promise((answer) => {
    const outgoing = request({
      host: "127.0.0.1",
      port: call.port,
      path: call.path,
      method: call.method ?? "GET",
      agent: call.kept === true ? keeping : false,
      headers: headersOf(call, payload),
    });
    let isLate = false;
    const limit = startLimit(call.timeoutMs, () => {
      isLate = true;
      heard.delete(call.port);
      answer({ kind: "silent", says: `no answer within ${call.timeoutMs} ms` });
      outgoing.destroy();
    });
    const cut = (error: Error): void => {
      limit.clear();
      heard.delete(call.port);
      // The other side may end a kept connection just as it is used again: that says nothing of it.
      if (outgoing.reusedSocket && !isLate) answer(askJson({ ...call, kept: false }));
      else answer({ kind: "refused", says: "code" in error ? String(error.code) : error.message });
    };
    outgoing.once("error", cut);
    outgoing.once("response", (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.once("error", cut);
      incoming.once("end", () => {
        limit.clear();
        const text = Buffer.concat(chunks).toString();
        const { statusCode: status = 0, headers } = incoming;
        if (isQuick && WELL.includes(status)) heard.set(call.port, performance.now());
        const named = headers.etag === undefined ? {} : { etag: headers.etag };
        const less = headers[REDUCED_HEADER];
        const reduced = typeof less === "string" ? { reduced: less } : {};
        answer({ kind: "answered", status, body: parse(text), text, ...named, ...reduced });
      });
    });
    outgoing.end(payload);
  });
}

function headersOf(call: Call, payload: string | undefined): Record<string, string> {
  return {
    ...(payload === undefined
      ? {}
      : { "content-type": "application/json", "content-length": String(Buffer.byteLength(payload)) }),
    ...(call.known !== undefined && { "if-none-match": call.known }),
    ...(call.waitSeconds !== undefined && { prefer: `wait=${call.waitSeconds}` }),
    ...(call.fresh === true && { "cache-control": "no-cache" }),
    ...(call.probe === true && { "x-probe": "1" }),
    ...(call.idempotencyKey !== undefined && { "idempotency-key": encodeURIComponent(call.idempotencyKey) }),
    ...(call.traceparent !== undefined && { traceparent: call.traceparent }),
    ...(call.token === undefined ? {} : { authorization: `Bearer ${call.token}` }),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
