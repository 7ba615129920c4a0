// Hands on what came in to a user's own backend, as it came, by OTLP/HTTP JSON. Its queue is bounded and drops the
// oldest; a backend that refuses or hangs is left alone for a growing while. Header values are never written anywhere.
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import type { Logger } from "../common/log.ts";
import { NUMBERS } from "./numbers.ts";

export type SignalName = "traces" | "logs" | "metrics";

export interface Forward {
  /** Takes one body; never waits, never throws. */
  put(signal: SignalName, body: string): void;
  counts(): ForwardCounts;
  close(): void;
}

interface ForwardCounts {
  readonly sent: number;
  /** Bodies that were pushed out of the queue, or that the backend did not want. */
  readonly dropped: number;
  readonly waiting: number;
}

export interface ForwardConfig {
  /** Base address; `/v1/traces` and so on are added. */
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Statuses after which the same body may be sent again, by OTLP's rules. */
const RETRYABLE = new Set([429, 502, 503, 504]);

/** Nothing to forward to. */
export const NO_FORWARD: Forward = {
  put: () => undefined,
  counts: () => ({ sent: 0, dropped: 0, waiting: 0 }),
  close: () => undefined,
};

/** `a=b,c=d`, percent-decoded, as OTEL_EXPORTER_OTLP_HEADERS has it. Throws without repeating a value. */
export function readHeaders(text: string): Readonly<Record<string, string>> {
  const pairs = text
    .split(",")
    .filter((part) => part.trim() !== "")
    .map((part, at) => {
      const [, name = "", value = ""] = /^\s*([\w!#$%&'*+.^`|~-]+)\s*=(.*)$/.exec(part) ?? [];
      if (name === "") throw new Error(`OTEL_EXPORTER_OTLP_HEADERS: part ${at + 1} is not name=value`);
      return [name.toLowerCase(), decoded(value.trim(), at)] as const;
    });
  return Object.fromEntries(pairs);
}

function decoded(value: string, at: number): string {
  try {
    const text = decodeURIComponent(value);
    if (/^[\t\u{20}-\u{7e}\u{80}-\u{ff}]*$/u.test(text)) return text;
  } catch {
    // Said below, without the value.
  }
  throw new Error(`OTEL_EXPORTER_OTLP_HEADERS: the value of part ${at + 1} cannot be sent in a header`);
}

interface Waiting {
  readonly signal: SignalName;
  readonly body: string;
}

/** Sends one body at a time. */
export function createForward({ endpoint, headers }: ForwardConfig, log: Logger): Forward {
  const base = new URL(endpoint);
  const queue: Waiting[] = [];
  let [bytes, sent, dropped, backOffMs] = [0, 0, 0, 0];
  let [isBusy, isClosed] = [false, false];
  let timer: NodeJS.Timeout | undefined;
  let said = "";

  // Only changes are said: a backend that is away for an hour is two lines.
  const say = (words: string): void => {
    if (words === said) return;
    said = words;
    if (words === "") log.info("the OTLP backend takes telemetry");
    else log.warn("the OTLP backend does not take telemetry", { host: base.host, reason: words });
  };
  const takeOut = (): void => {
    const gone = queue.shift();
    if (gone !== undefined) bytes -= gone.body.length;
  };
  const sendNext = (): void => {
    const [next] = queue;
    if (next === undefined || isBusy || isClosed || timer !== undefined) return;
    isBusy = true;
    void post(base, next, headers).then((answer) => {
      isBusy = false;
      if (answer.kind === "later") {
        backOffMs = Math.min(NUMBERS.forward.backOffLimitMs, Math.max(backOffMs * 2, NUMBERS.forward.backOffMs));
        say(answer.says);
        const wait = Math.min(NUMBERS.forward.backOffLimitMs, Math.max(backOffMs, answer.afterMs));
        timer = setTimeout(() => {
          timer = undefined;
          sendNext();
        }, wait).unref();
        return;
      }
      backOffMs = 0;
      say(answer.kind === "taken" ? "" : answer.says);
      if (answer.kind === "taken") sent += 1;
      else dropped += 1;
      // While it was under way the bound may have pushed it out.
      if (queue[0] === next) takeOut();
      sendNext();
    });
  };
  return {
    put(signal, body) {
      queue.push({ signal, body });
      bytes += body.length;
      while (queue.length > NUMBERS.forward.queueBodies || (bytes > NUMBERS.forward.queueBytes && queue.length > 1)) {
        takeOut();
        dropped += 1;
      }
      sendNext();
    },
    counts: () => ({ sent, dropped, waiting: queue.length }),
    close() {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}

type Answered =
  | { readonly kind: "taken" }
  | { readonly kind: "refused"; readonly says: string }
  | { readonly kind: "later"; readonly says: string; readonly afterMs: number };

function post(base: URL, { signal, body }: Waiting, headers: ForwardConfig["headers"]): Promise<Answered> {
  const url = new URL(`${base.pathname.replace(/\/+$/, "")}/v1/${signal}${base.search}`, base);
  const payload = Buffer.from(body);
  const later = (says: string): Answered => ({ kind: "later", says, afterMs: 0 });
  return new Promise((answer) => {
    const outgoing = (url.protocol === "https:" ? httpsRequest : httpRequest)(url, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json", "content-length": String(payload.length) },
    });
    const limit = setTimeout(() => {
      answer(later(`no answer within ${NUMBERS.forward.timeoutMs} ms`));
      outgoing.destroy();
    }, NUMBERS.forward.timeoutMs);
    const end = (what: Answered): void => {
      clearTimeout(limit);
      answer(what);
    };
    outgoing.once("error", (error) => end(later("code" in error ? String(error.code) : "the connection broke")));
    outgoing.once("response", (incoming) => {
      incoming.resume();
      incoming.once("error", () => end(later("the answer broke")));
      incoming.once("end", () => end(answerOf(incoming.statusCode ?? 0, incoming.headers["retry-after"])));
    });
    outgoing.end(payload);
  });
}

function answerOf(status: number, retryAfter: string | undefined): Answered {
  if (status >= 200 && status < 300) return { kind: "taken" };
  const says = `it answered ${status}`;
  if (!RETRYABLE.has(status)) return { kind: "refused", says };
  return { kind: "later", says, afterMs: (Number(retryAfter ?? 0) || 0) * 1000 };
}
