// The server of the live page: this machine alone, this run's token alone, reading alone. The token is the first part
// of each path, so that the links of the pages, which are relative, lead on without naming it.

import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { hostOfPlace, isLoopbackHost, loopbackHost, loopbackUrl } from "../../core/addresses.ts";
import { HarnessError, messageOf } from "../../core/errors.ts";
import { eventsPath } from "../../report/live-state.ts";

/** A page, and the Content-Security-Policy that it is sent with. */
export interface Served {
  readonly html: string;
  readonly policy: string;
}

/** What is served. */
export interface Serving {
  /** Begins a stream of events; `shown`: the version of the page that the viewer has. False: there are too many. */
  readonly follow: (stream: ServerResponse, shown: number) => boolean;
  /** The page at this path below the run's folder; undefined: there is none. */
  readonly pageAt: (path: string) => Promise<Served | undefined>;
  /** Hears of a page that could not be made. */
  readonly onTrouble: (says: string) => void;
}

/** It listens until it is ended. */
export interface LiveServer {
  /** With the token: whoever has it may look. */
  readonly url: string;
  /** Closes every connection; resolves when nobody listens there any more. */
  readonly end: () => Promise<void>;
}

/** More connections at once are refused. */
const mostConnections = 128;
const nothingAllowed = "default-src 'none'";

/** Whatever is answered: kept nowhere, shown in no frame, taken for nothing else, and its address told to nobody. */
const always = {
  "cache-control": "no-store",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "cross-origin-resource-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
} as const;

/** Throws HarnessError "bad-input" when the port is taken or may not be used; 0: any free one. */
export async function openLiveServer(port: number, serving: Serving): Promise<LiveServer> {
  const token = randomBytes(24).toString("base64url");
  const server = createServer((request, answer) => {
    void respond({ request, answer, token, serving });
  });
  server.maxConnections = mostConnections;
  // Whatever goes wrong with it, it keeps no process alive.
  server.on("connection", (socket) => void socket.unref());
  await listen(server, port);
  server.unref();
  server.on("error", (error) => serving.onTrouble(`the server of the live page: ${messageOf(error)}`));
  return {
    url: `${loopbackUrl((server.address() as AddressInfo).port)}/${token}/`,
    async end() {
      if (!server.listening) return;
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function listen(server: Server, port: number): Promise<void> {
  try {
    const listening = once(server, "listening");
    server.listen(port, loopbackHost);
    await listening;
  } catch (thrown) {
    const code = thrown instanceof Error && "code" in thrown ? thrown.code : "";
    const found =
      code === "EADDRINUSE"
        ? `--ui-port ${port}: port ${port} of ${loopbackHost} is taken`
        : `--ui-port ${port}: ${messageOf(thrown)}`;
    const expected = "a free port that this user may listen on";
    const problems = [{ found, expected, suggestion: "leave --ui-port out, and any free port is taken" }];
    throw new HarnessError("bad-input", "the live page cannot be served; nothing was started", {
      problems,
      cause: thrown,
    });
  }
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly answer: ServerResponse;
  readonly token: string;
  readonly serving: Serving;
}

async function respond(exchange: Exchange): Promise<void> {
  const { request, answer, token, serving } = exchange;
  answer.on("error", () => undefined);
  const [path = "", query = ""] = (request.url ?? "").split("?", 2);
  const [, given = "", ...rest] = path.split("/");
  // A page elsewhere whose name was made to lead here (DNS rebinding) gives itself away by its Host.
  if (!isLoopbackHost(hostOfPlace(request.headers.host ?? "") ?? "")) return refuse(answer, 403, "not this host");
  if (!isSame(given, token)) return refuse(answer, 403, "this address lacks its token; it is printed by the run");
  if (request.method !== "GET") {
    answer.setHeader("allow", "GET");
    return refuse(answer, 405, "there is nothing to do here but to read");
  }
  const asked = rest.join("/");
  if (asked === eventsPath) return stream(exchange, new URLSearchParams(query));
  try {
    const page = rest.length === 0 ? undefined : await serving.pageAt(asked);
    if (page === undefined) return refuse(answer, 404, "there is no such page, or not yet");
    send(answer, 200, { type: "text/html", text: page.html, policy: `${page.policy}; frame-ancestors 'none'` });
  } catch (thrown) {
    serving.onTrouble(messageOf(thrown));
    refuse(answer, 500, "this page cannot be made now; the terminal of the run says why");
  }
}

/** In constant time, whatever the lengths. */
function isSame(given: string, token: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}

function stream({ request, answer, serving }: Exchange, query: URLSearchParams): void {
  // A browser that comes back says itself what it was sent last.
  const shown = Number(request.headers["last-event-id"] ?? query.get("shown") ?? 0);
  answer.writeHead(200, {
    ...always,
    "content-type": "text/event-stream; charset=utf-8",
    "content-security-policy": nothingAllowed,
    // The stream is the last that this connection carries.
    connection: "close",
  });
  if (!serving.follow(answer, Number.isSafeInteger(shown) ? shown : 0)) answer.destroy();
}

function refuse(answer: ServerResponse, status: number, says: string): void {
  send(answer, status, { type: "text/plain", text: `${says}\n`, policy: nothingAllowed });
}

interface Body {
  readonly type: "text/html" | "text/plain";
  readonly text: string;
  readonly policy: string;
}

function send(answer: ServerResponse, status: number, { type, text, policy }: Body): void {
  const headers = { ...always, "content-type": `${type}; charset=utf-8`, "content-security-policy": policy };
  answer.writeHead(status, headers).end(text);
}
