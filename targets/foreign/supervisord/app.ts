// A small application in the manner of OpenAI's API, as a team writes one: it looks a note up in Chroma and answers
// with it. Its health says that the process answers, and no more: an application without its database looks well.

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { chat, embed, readNotes, sample, send, vectorsIn } from "../notes-app.ts";
import { countAnswer, metricsPage, timed } from "./metrics.ts";
import { dimensions } from "./stored-vectors.ts";

const port = Number(process.env["APP_PORT"] ?? 8000);
const chroma = `http://${process.env["APP_TO_CHROMA"] ?? "127.0.0.1:8001"}/api/v2/tenants/default_tenant/databases/default_database`;
const notes = readNotes(process.env["APP_NOTES"] ?? "notes.jsonl").map((note) => ({
  ...note,
  vector: embed(note.question, dimensions),
}));
const askTimeoutMs = 3_000;

let collection: string | undefined;

/** For each vector, what lies nearest. */
interface Found {
  readonly ids: readonly (readonly string[])[];
  readonly documents: readonly (readonly string[])[];
}

async function ask(path: string, body: unknown): Promise<unknown> {
  const answer = await fetch(`${chroma}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(askTimeoutMs),
  });
  if (!answer.ok) throw new Error(`Chroma answered ${answer.status}`);
  return answer.json();
}

/** Until it is done: Chroma may come up later than we do. */
async function fill(): Promise<void> {
  while (collection === undefined) {
    try {
      const made = (await ask("/collections", { name: "notes", get_or_create: true })) as { readonly id: string };
      const embeddings = notes.map(({ vector }) => vector);
      const [ids, documents] = [notes.map(({ id }) => id), notes.map(({ text }) => text)];
      await ask(`/collections/${made.id}/upsert`, { ids, documents, embeddings });
      collection = made.id;
    } catch {
      await delay(100);
    }
  }
}

async function query(vectors: readonly (readonly number[])[]): Promise<Found> {
  if (collection === undefined) throw new Error("the notes are not there yet");
  const body = { query_embeddings: vectors, n_results: 1, include: ["documents"] };
  return (await timed(ask(`/collections/${collection}/query`, body))) as Found;
}

async function answerTo(question: string): Promise<string> {
  return (await query([embed(question, dimensions)])).documents[0]?.[0] ?? "I do not know.";
}

/** By the same way as users' questions, documents and all. */
async function search(request: IncomingMessage): Promise<unknown> {
  const { ids } = await query(await vectorsIn(request));
  return { results: ids.map((some) => some.map((id) => ({ id, score: 1 }))) };
}

function sendChat(response: ServerResponse, status: number, body: unknown): void {
  countAnswer(status);
  send(response, status, body);
}

createServer((request, response) => {
  if (request.url === "/health") return send(response, 200, { status: "ok" });
  if (request.url === "/ready") return send(response, collection === undefined ? 503 : 200, {});
  if (request.url === "/metrics") return void metricsPage().then((page) => response.end(page));
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://app");
  if (pathname === "/sample") return send(response, 200, sample(notes, searchParams));
  if (pathname === "/search") {
    return void search(request).then(
      (body) => send(response, 200, body),
      (thrown: unknown) => send(response, 502, { error: { message: String(thrown) } }),
    );
  }
  if (request.url !== "/v1/chat/completions") return send(response, 404, { error: { message: "not found" } });
  chat(request, answerTo).then(
    (body) => sendChat(response, 200, body),
    (thrown: unknown) => sendChat(response, 502, { error: { message: String(thrown) } }),
  );
}).listen(port, "127.0.0.1");
await fill();
