// Servers on loopback that end with the test in which they were started.

import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { createServer as createHttpServer, type Server as HttpServer, type RequestListener } from "node:http";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** A server that listens. */
export interface Served<Kind extends Server = Server> {
  readonly server: Kind;
  readonly port: number;
  /** `127.0.0.1:port`, or the host that was given. */
  readonly address: string;
  /** `http://127.0.0.1:port`. */
  readonly url: string;
  /** Ends it before the test does, with every connection; resolves when nobody listens there any more. */
  readonly end: () => Promise<void>;
}

async function listening<Kind extends Server>(server: Kind, port: number, host = "127.0.0.1"): Promise<Served<Kind>> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  server.listen(port, host);
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
  const address = `${host}:${bound.port}`;
  return { server, port: bound.port, address, url: `http://${address}`, end };
}

/** An HTTP server; on a free port of loopback unless others are given. */
export function serveForTest(listener: RequestListener, port = 0, host?: string): Promise<Served<HttpServer>> {
  return listening(createHttpServer({ keepAlive: true }, listener), port, host);
}

/** An HTTP server at a socket file in a folder of its own, which goes with the test. */
export async function serveOnSocketForTest(listener: RequestListener): Promise<{ socket: string; folder: string }> {
  const folder = mkdtempSync(join(tmpdir(), "socket-"));
  const socket = join(folder, "test.sock");
  const server = createHttpServer(listener).listen(socket);
  await once(server, "listening");
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true });
  });
  return { socket, folder };
}

/** A TCP server whose ends may be half open; connections that break are no error of the test. */
export function serveSocketsForTest(onSocket: (socket: Socket) => void = () => undefined, port = 0): Promise<Served> {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    socket.on("error", () => undefined);
    onSocket(socket);
  });
  return listening(server, port);
}
