// Where the workers of the runners ask for their turns, and tell what became of them: on loopback, and for nobody but
// them.

import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { loopbackHost, loopbackUrl } from "../../core/addresses.ts";
import { isSameSecret } from "../../lib/same-secret.ts";
import type { WorkerReport } from "./messages.ts";

/** What a worker of the stream of that index asks, by the last part of its path; rejects for one that is unknown. */
export type Answering = (index: number, what: string | undefined, body: WorkerReport) => Promise<unknown>;

/** An open door. `url`: without the index of a stream, and with the secret. */
export interface WorkersDoor {
  readonly url: string;
  end(): void;
}

/** Listens on a free port. What does not know the secret, or is rejected, is answered 404. */
export async function openWorkersDoor(answer: Answering): Promise<WorkersDoor> {
  const secret = randomBytes(16).toString("hex");
  const server = createServer((request, response) => {
    answerTo(request, secret, answer).then(
      (body) => response.end(JSON.stringify(body ?? {})),
      () => response.writeHead(404).end("{}"),
    );
  });
  server.listen(0, loopbackHost);
  await once(server, "listening");
  return {
    url: `${loopbackUrl((server.address() as AddressInfo).port)}/${secret}`,
    end() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function answerTo(request: IncomingMessage, secret: string, answer: Answering): Promise<unknown> {
  const [, said = "", index = "", what] = (request.url ?? "").split("/");
  if (!isSameSecret(said, secret)) throw new Error("nobody asks so");
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return answer(Number(index), what, JSON.parse(Buffer.concat(chunks).toString("utf8")) as WorkerReport);
}
