// Calls to a receiver of ours, on loopback and with a token. Each is answered once what it says is written down.

import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { loopbackHost } from "../../core/addresses.ts";
import type { CallFields, WebhookSource } from "../../core/feed-source.ts";
import { messageOf } from "../../core/errors.ts";
import { atPointer } from "../../core/json-pointer.ts";
import { isSameSecret } from "../../lib/same-secret.ts";
import type { Said } from "./claim-maker.ts";
import type { Ms } from "../../core/units.ts";
import type { Listening } from "./listening.ts";

/** How often signs of life come from sources that are not asked, ms. */
export const sourceBeatMs: Ms = 250;

/** Longest call that is read, bytes; most things that one may say. */
const [longestCall, mostItems] = [1024 * 1024, 1000];

/** Listens until the signal; never rejects. A port that is taken is told as a source that is lost, and tried again. */
export async function receiveCalls(source: WebhookSource, listening: Listening): Promise<void> {
  const { clock, signal, life } = listening;
  const server = createServer((request, response) => void take(source, listening, { request, response }));
  let isClosed = true;
  server.on("error", (error) => {
    life.lost(messageOf(error));
    isClosed = true;
  });
  while (!signal.aborted) {
    if (isClosed) server.listen(source.port, loopbackHost);
    isClosed = false;
    // As long as it listens, what did not come was not sent.
    if (server.listening) life.sign(clock.now());
    await sleep(sourceBeatMs, undefined, { signal }).catch(() => undefined);
  }
  if (!server.listening) return;
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
}

interface Call {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

async function take(source: WebhookSource, listening: Listening, { request, response }: Call): Promise<void> {
  const answer = (status: number): void => void response.writeHead(status).end();
  if (request.method !== "POST") return answer(405);
  if (!isAllowed(request, source.token)) {
    listening.misunderstood("a call came without the source's token, and was turned away");
    return answer(401);
  }
  try {
    const said = saidBy(source, JSON.parse(await bodyOf(request)));
    const at = listening.clock.now();
    for (const one of said) {
      if (typeof one === "string") listening.misunderstood(one);
      else listening.say(one, at);
    }
    answer(204);
  } catch (thrown) {
    listening.misunderstood(
      `a call was not as the target says: ${thrown instanceof SyntaxError ? "no JSON" : messageOf(thrown)}`,
    );
    answer(400);
  }
}

function isAllowed({ headers }: IncomingMessage, token: string): boolean {
  return isSameSecret(headers.authorization ?? "", `Bearer ${token}`);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > longestCall) throw new Error(`longer than ${longestCall} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString("utf8");
}

/** Words that `types` does not name say nothing to us; a text is why an item was not understood. */
function saidBy({ each, fields, types }: WebhookSource, body: unknown): readonly (Said | string)[] {
  const items = each === undefined ? [body] : atPointer(body, each);
  if (!Array.isArray(items)) throw new Error(`no list at ${each ?? ""}`);
  if (items.length > mostItems) throw new Error(`more than ${mostItems} items`);
  return items.flatMap((item): readonly (Said | string)[] => {
    const word = textAt(item, fields.type);
    if (word === undefined) return [`a call has no text at ${fields.type}`];
    const type = Object.hasOwn(types, word) ? types[word] : undefined;
    return type === undefined ? [] : [{ type, ...restOf(item, fields), reasons: [word] }];
  });
}

function restOf(item: unknown, { type: _type, ...fields }: CallFields): Omit<Said, "type" | "reasons"> {
  const entries = Object.entries(fields).flatMap(([key, pointer]) => {
    const text = textAt(item, pointer);
    return text === undefined ? [] : [[key, text] as const];
  });
  return Object.fromEntries(entries);
}

function textAt(item: unknown, pointer: string): string | undefined {
  const value = atPointer(item, pointer);
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}
