// The little HTTP that the echo stack needs: one handler, JSON answers, loopback only, a fast end on SIGTERM.

import { createServer, type IncomingMessage } from "node:http";

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export type Handler = (request: IncomingMessage, url: URL) => Answer | Promise<Answer>;

/** Serves on 127.0.0.1 and resolves once it listens; rejects when the port is taken. */
export function serve(port: number, handler: Handler): Promise<void> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    Promise.resolve()
      .then(() => handler(request, url))
      .catch((): Answer => ({ status: 502, body: { error: "the service behind did not answer" } }))
      .then(({ status, body }) => {
        response.writeHead(status, { "content-type": "application/json" });
        response.end(JSON.stringify(body));
      })
      .catch(() => response.destroy());
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve());
  });
}

/** A port from the environment; throws with the variable's name when it is not one. */
export function portFrom(name: string, fallback: number): number {
  const text = process.env[name] ?? "";
  const port = text === "" ? fallback : Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new Error(`${name} is ${JSON.stringify(text)}; expected a port`);
}
