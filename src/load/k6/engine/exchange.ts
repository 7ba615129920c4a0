// One request of a script, and the whole answer to it. Unlike our own requests its body is kept: scripts read it.

import type { Dispatcher } from "undici";
import type { Clock, Ms } from "../../../core/units.ts";
import { errorName } from "../../sender.ts";

export interface Asking {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  /** It is given up at this instant. */
  readonly until: Ms;
}

/** What came of it; instants on the trial's clock. */
export interface Exchange {
  readonly asked: Ms;
  /** When it was written to its connection; null: it never was. */
  readonly sent: Ms | null;
  /** When the answer began. */
  readonly head: Ms | null;
  readonly done: Ms;
  /** 0 where there was no whole answer, as in k6. */
  readonly status: number;
  readonly statusText: string;
  /** Names as Go writes them (`Content-Type`), several values joined by commas. */
  readonly headers: Readonly<Record<string, string>>;
  /** `Set-Cookie`, one by one: joined they cannot be told apart. */
  readonly setCookies: readonly string[];
  readonly body: string | null;
  /** Why there is none, in the words of our own requests. */
  readonly error?: string;
}

/** More of one answer is not kept, bytes; the request then counts as an error. */
const mostBytes = 16 * 1024 * 1024;
const TIMEOUT = new Error("timeout");
const TOO_LONG = new Error("answer over 16 MiB");

/** Sends it, and resolves when the whole answer is there or none will come. Never rejects. */
export function exchange(dispatcher: Dispatcher, asking: Asking, clock: Clock): Promise<Exchange> {
  const { method, url, body, until } = asking;
  const asked = clock.now();
  return new Promise((resolve) => {
    let controller: Dispatcher.DispatchController | undefined;
    let [sent, head]: (Ms | null)[] = [null, null];
    let [status, statusText, bytes] = [0, "", 0];
    let raw: RawHeaders = {};
    const chunks: Buffer[] = [];
    /** Why it was given up. */
    let over: Error | undefined;
    const timer = setTimeout(() => end(TIMEOUT), Math.max(1, until - asked));

    function end(error?: Error): void {
      clearTimeout(timer);
      over = error;
      const stamps = { asked, sent: sent ?? null, head: head ?? null, done: clock.now() };
      if (error === undefined) return resolve({ ...stamps, ...wholeOf(raw, chunks), status, statusText });
      resolve({ ...stamps, ...nothing, error: errorName(error) });
      controller?.abort(error);
    }

    dispatcher.dispatch(
      {
        origin: url.origin,
        path: url.pathname + url.search,
        method,
        headers: asking.headers,
        body,
      },
      {
        onRequestStart(started) {
          // Given up while it was connecting: nobody waits for it any more.
          if (over !== undefined) return started.abort(over);
          controller = started;
          sent = clock.now();
        },
        onResponseStart(_controller, code, responseHeaders, text) {
          if (code < 200) return;
          [head, status, statusText, raw] = [clock.now(), code, text ?? "", responseHeaders];
        },
        onResponseData(_controller, chunk) {
          bytes += chunk.length;
          if (bytes > mostBytes) return end(TOO_LONG);
          chunks.push(chunk);
        },
        onResponseEnd: () => end(),
        onResponseError: (_controller, error) => end(error),
      },
    );
  });
}

type RawHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

const nothing = { status: 0, statusText: "", headers: {}, setCookies: [], body: null } as const;

function wholeOf(raw: RawHeaders, chunks: readonly Buffer[]): Pick<Exchange, "headers" | "setCookies" | "body"> {
  const body = Buffer.concat(chunks).toString("utf8");
  return { headers: headersOf(raw), setCookies: [raw["set-cookie"] ?? []].flat(), body };
}

function headersOf(raw: RawHeaders): Exchange["headers"] {
  const all = Object.entries(raw).map(([name, value]) => [name, [value ?? []].flat()] as const);
  const goName = (name: string): string => name.replaceAll(/(^|-)[a-z]/g, (start) => start.toUpperCase());
  return Object.fromEntries(all.map(([name, values]) => [goName(name), values.join(", ")]));
}
