// Starts a service's HTTP server on loopback and ends it fast on SIGTERM: a replica that lingers would blur every
// restart.
import { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";

/** The part of a Hono app that a server needs. */
export interface Servable {
  /** `env`: the socket that the request came on, where it came on one. */
  readonly fetch: (request: Request, env?: never) => Response | Promise<Response>;
}

export interface RunningServer {
  readonly port: number;
  /** Stops listening and cuts open connections, streams included. Harmless when called again. */
  readonly close: () => Promise<void>;
}

/**
 * Listens on 127.0.0.1 (port 0: any free one). Rejects when the port is taken. Signals are the caller's business; see
 * `serveOn`.
 */
export async function listen(app: Servable, port: number): Promise<RunningServer> {
  const server = createAdaptorServer({ fetch: (request, env) => app.fetch(request, env as never) });
  if (!(server instanceof Server)) throw new Error("expected a plain HTTP server");
  await new Promise<void>((done, fail) => {
    server.once("error", fail);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", fail);
      done();
    });
  });
  return { port: (server.address() as AddressInfo).port, close: () => closeServer(server) };
}

/**
 * Listens like `listen` and, on SIGTERM or SIGINT, closes the server, runs `beforeExit` and exits 0. For a service's
 * `main.ts`.
 */
export async function serveOn(
  app: Servable,
  port: number,
  beforeExit: () => void | Promise<void> = () => undefined,
): Promise<RunningServer> {
  const running = await listen(app, port);
  const end = (): void => {
    void running
      .close()
      .then(beforeExit)
      .finally(() => process.exit(0));
  };
  process.once("SIGTERM", end);
  process.once("SIGINT", end);
  return running;
}

async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return;
  await new Promise<void>((done) => {
    server.close(() => done());
    server.closeAllConnections();
  });
}
