// Between a client library and the target: each call has an address of its own, so that its attempts are counted and
// its answer is read from outside the library. Bytes, statuses and ends pass as they come.

import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, request as ask, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { loopbackHost } from "../../core/addresses.ts";
import type { TrafficSpec } from "../../core/target.ts";
import type { Ms } from "../../core/units.ts";
import { isSameSecret } from "../../lib/same-secret.ts";
import { makeAnswerReader, type AnswerReader } from "../answer/reader.ts";

/** What was seen of one call from outside. */
export interface CallSeen {
  readonly attempts: number;
  /** From the end of each attempt to the begin of the next, together, ms. */
  readonly waitedMs: Ms;
  readonly firstToken: Ms | null;
  /** Why no whole answer came; undefined: one did. */
  readonly cut?: string;
}

export interface Door {
  /** Begins a call: the address to point the library at in place of `url`, whose path is kept. */
  open(url: string, stream: TrafficSpec["stream"]): { readonly base: string; readonly close: () => CallSeen };
  end(): void;
}

class Call {
  readonly #now: () => Ms;
  readonly #stream: TrafficSpec["stream"];
  readonly url: string;
  readonly sockets = new Set<{ destroy(): void }>();
  #attempts = 0;
  #waitedMs = 0;
  #endedAt: Ms | undefined;
  #firstToken: Ms | null = null;
  #reader: AnswerReader | undefined;
  #status: number | undefined;

  constructor(url: string, stream: TrafficSpec["stream"], now: () => Ms) {
    [this.url, this.#stream, this.#now] = [url, stream, now];
  }

  attempt(): void {
    this.#attempts += 1;
    if (this.#endedAt !== undefined) this.#waitedMs += this.#now() - this.#endedAt;
    this.#endedAt = undefined;
    [this.#reader, this.#status] = [undefined, undefined];
  }

  head({ statusCode = 0, headers }: IncomingMessage): AnswerReader | undefined {
    this.#status = statusCode;
    if (statusCode < 200 || statusCode > 299) return undefined;
    const done = this.#stream === "anthropic" ? { done: "message_stop" } : {};
    this.#reader = makeAnswerReader({ stream: this.#stream, answer: "auto", mayReachLimit: true, ...done });
    this.#reader.begin(headers, statusCode);
    return this.#reader;
  }

  took(): void {
    if (this.#firstToken === null && this.#reader?.hasToken === true) this.#firstToken = this.#now();
  }

  attemptEnded(): void {
    this.#endedAt ??= this.#now();
  }

  seen(): CallSeen {
    const verdict = this.#reader?.verdict;
    const cut =
      this.#reader === undefined
        ? this.#status === undefined
          ? "no answer"
          : `status ${this.#status}`
        : verdict === undefined
          ? "not at its end"
          : verdict.error;
    return {
      attempts: this.#attempts,
      waitedMs: this.#waitedMs,
      firstToken: this.#firstToken,
      ...(cut !== undefined && { cut }),
    };
  }
}

/** `now`: ms of the trial. */
export async function openDoor(now: () => Ms): Promise<Door> {
  const secret = randomBytes(16).toString("hex");
  const calls = new Map<string, Call>();
  const server = createServer((request, response) => {
    const [, said = "", id = "", ...rest] = (request.url ?? "").split("/");
    const call = calls.get(id);
    if (!isSameSecret(said, secret) || call === undefined) response.writeHead(404).end();
    else pass(call, `/${rest.join("/")}`, request, response);
  });
  server.listen(0, loopbackHost);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  let count = 0;
  return {
    open(url, stream) {
      count += 1;
      const id = String(count);
      const call = new Call(url, stream, now);
      calls.set(id, call);
      return {
        base: `http://${loopbackHost}:${port}/${secret}/${id}`,
        close: () => {
          calls.delete(id);
          const seen = call.seen();
          // Who goes on asking after the end asks in vain.
          for (const socket of call.sockets) socket.destroy();
          return seen;
        },
      };
    },
    end() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function pass(call: Call, path: string, request: IncomingMessage, response: ServerResponse): void {
  call.attempt();
  const to = new URL(call.url);
  const above = to.pathname.replace(/\/$/, "");
  const headers = { ...request.headers, host: to.host, connection: "close", "accept-encoding": "identity" };
  const asked = ask(`${to.origin}${above}${path}`, { method: request.method, headers, agent: false });
  call.sockets.add(response).add(asked);
  /** As it came: a connection that is lost is one to the library as well. */
  const lose = (): void => {
    call.attemptEnded();
    response.destroy();
  };
  asked.on("error", lose);
  asked.on("response", (answer) => {
    const reader = call.head(answer);
    const { connection: _, "keep-alive": __, ...kept } = answer.headers;
    // A connection that is to be kept: with `close`, undici takes a torn body for one that ended (Node 20).
    response.writeHead(answer.statusCode ?? 502, kept);
    response.flushHeaders();
    answer.on("data", (bytes: Buffer) => {
      reader?.push(bytes);
      call.took();
      response.write(bytes);
    });
    answer.on("end", () => {
      reader?.end();
      call.attemptEnded();
      response.end();
    });
    answer.on("error", () => {
      reader?.lose("closed");
      lose();
    });
  });
  response.on("close", () => {
    call.attemptEnded();
    asked.destroy();
  });
  request.pipe(asked);
}
