// The agent itself: waits for harnesses that have the token.

import { createServer, type TLSSocket } from "node:tls";
import { once } from "node:events";
import { HarnessError, messageOf } from "../core/errors.ts";
import type { Ms } from "../core/units.ts";
import { serveSession, type AgentTools } from "./session.ts";
import { keyName, tlsOptions, type AgentPlace } from "./place.ts";
import { placeText } from "../core/host-port.ts";

/** Trials side by side are at most this many (`--jobs`). */
const mostSessions = 16;
/** Connections whose other side has not shown its key yet are among them. */
const mostConnections = 2 * mostSessions;
/** A handshake takes some round trips, ms. */
const handshakeMs: Ms = 5_000;

/** An agent that listens. */
export interface Agent extends AsyncDisposable {
  /** Where, as `HOST:PORT`. */
  readonly at: string;
}

/** Listens. `note` is told who comes and goes. Throws HarnessError "environment" when it cannot listen there. */
export async function serveAgent(
  { host, port, key }: AgentPlace,
  tools: AgentTools,
  note: (says: string) => void,
): Promise<Agent> {
  const sessions = new Map<TLSSocket, Promise<void>>();
  const server = createServer({
    ...tlsOptions,
    handshakeTimeout: handshakeMs,
    pskCallback: (_socket, name) => (name === keyName ? key : null),
  });
  server.maxConnections = mostConnections;
  server.on("tlsClientError", (_error, socket) => {
    note(`refused ${socket.remoteAddress ?? "somebody"}: no TLS by the key of this token`);
  });
  server.on("secureConnection", (socket) => {
    const from = socket.remoteAddress ?? "somebody";
    if (sessions.size >= mostSessions) {
      note(`refused ${from}: ${mostSessions} sessions are open`);
      socket.destroy();
      return;
    }
    note(`session from ${from} begins`);
    const session = serveSession(socket, tools).then((why) => {
      sessions.delete(socket);
      note(`session from ${from} is over: ${why}`);
    });
    sessions.set(socket, session);
  });
  server.listen({ host, port });
  try {
    await once(server, "listening");
  } catch (cause) {
    throw new HarnessError("environment", `cannot listen on ${placeText({ host, port })}: ${messageOf(cause)}`, {
      hint: "choose another place with --listen HOST:PORT; port 0 takes a free one",
      cause,
    });
  }
  const bound = server.address();
  return {
    at: placeText({ host, port: bound === null || typeof bound === "string" ? port : bound.port }),
    async [Symbol.asyncDispose]() {
      server.close();
      for (const socket of sessions.keys()) socket.destroy();
      await Promise.all(sessions.values());
    },
  };
}
