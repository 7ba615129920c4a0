// A small application in the manner of OpenAI's API, as a team writes one: it looks a note up in Chroma and answers
// with it. Its health says that the process answers, and no more: an application without its database looks well.

import { createServer, type ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { chat, embed, readNotes, send } from "../notes-app.ts";
import { countAnswer, metricsPage, timed } from "./metrics.ts";

const port = Number(process.env["APP_PORT"] ?? 8000);
const chroma = `http://${process.env["APP_TO_CHROMA"] ?? "127.0.0.1:8001"}/api/v2/tenants/default_tenant/databases/default_database`;
const notes = readNotes(process.env["APP_NOTES"] ?? "notes.jsonl");
const dimensions = 64;
const askTimeoutMs = 3_000;

let collection: string | undefined;

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
      const embeddings = notes.map(({ question }) => embed(question, dimensions));
      const [ids, documents] = [notes.map(({ id }) => id), notes.map(({ text }) => text)];
      await ask(`/collections/${made.id}/upsert`, { ids, documents, embeddings });
      collection = made.id;
    } catch {
      await delay(100);
    }
  }
}

async function answerTo(question: string): Promise<string> {
  if (collection === undefined) throw new Error("the notes are not there yet");
  const query = { query_embeddings: [embed(question, dimensions)], n_results: 1, include: ["documents"] };
  const found = (await timed(ask(`/collections/${collection}/query`, query))) as { readonly documents: string[][] };
  return found.documents[0]?.[0] ?? "I do not know.";
}

function sendChat(response: ServerResponse, status: number, body: unknown): void {
  countAnswer(status);
  send(response, status, body);
}

createServer((request, response) => {
  if (request.url === "/health") return send(response, 200, { status: "ok" });
  if (request.url === "/ready") return send(response, collection === undefined ? 503 : 200, {});
  if (request.url === "/metrics") return void metricsPage().then((page) => response.end(page));
  if (request.url !== "/v1/chat/completions") return send(response, 404, { error: { message: "not found" } });
  chat(request, answerTo).then(
    (body) => sendChat(response, 200, body),
    (thrown: unknown) => sendChat(response, 502, { error: { message: String(thrown) } }),
  );
}).listen(port, "127.0.0.1");
await fill();
