// Servers on loopback that end with the test in which they were started.

import { once } from "node:events";
import { createServer as createHttpServer, type Server as HttpServer, type RequestListener } from "node:http";
import { createServer, type Server, type Socket } from "node:net";
import { onTestFinished } from "vitest";

/** A server that listens. */
export interface Served<Kind extends Server = Server> {
  readonly server: Kind;
  readonly port: number;
  /** `127.0.0.1:port`. */
  readonly address: string;
  /** `http://127.0.0.1:port`. */
  readonly url: string;
  /** Ends it before the test does, with every connection; resolves when nobody listens there any more. */
  readonly end: () => Promise<void>;
}

async function listening<Kind extends Server>(server: Kind, port: number): Promise<Served<Kind>> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const bound = server.address();
  if (bound === null || typeof bound === "string") throw new Error("no port");
  const end = async (): Promise<void> => {
    const closed = server.listening ? once(server, "close") : undefined;
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  onTestFinished(end);
  const address = `127.0.0.1:${bound.port}`;
  return { server, port: bound.port, address, url: `http://${address}`, end };
}

/** An HTTP server; on a free port unless one is given. */
export function serveForTest(listener: RequestListener, port = 0): Promise<Served<HttpServer>> {
  return listening(createHttpServer({ keepAlive: true }, listener), port);
}

/** A TCP server whose ends may be half open; connections that break are no error of the test. */
export function serveSocketsForTest(onSocket: (socket: Socket) => void = () => undefined, port = 0): Promise<Served> {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    socket.on("error", () => undefined);
    onSocket(socket);
  });
  return listening(server, port);
}

/** Below the ports that systems give to outgoing connections (ip_local_port_range of Linux begins at 32,768). */
const [LOWEST, HIGHEST] = [12_000, 31_999];
const given = new Set<number>();

/**
 * A port that was free a moment ago. No outgoing connection takes it before somebody listens there, and it is given
 * once in this process.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST + 1));
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
  } catch {
    return false;
  }
  server.close();
  await once(server, "close");
  return true;
}
