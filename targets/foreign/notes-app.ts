// What the small applications here share: notes, the vector of a text, and chats in the manner of OpenAI's API.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";

export interface Note {
  readonly id: string;
  readonly question: string;
  readonly text: string;
}

export function readNotes(file: string): readonly Note[] {
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Note);
}

/** Words thrown into buckets by their hash, of length 1: enough to find a note by its question again. */
export function embed(text: string, dimensions: number): number[] {
  const vector = Array.from({ length: dimensions }, () => 0);
  for (const word of text.toLowerCase().match(/[a-z0-9]+/g) ?? []) {
    const bucket = createHash("sha256").update(word).digest().readUInt32LE(0) % dimensions;
    vector[bucket] = (vector[bucket] ?? 0) + 1;
  }
  const length = Math.hypot(...vector) || 1;
  return vector.map((value) => value / length);
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = "";
  for await (const piece of request.setEncoding("utf8")) text += String(piece);
  return JSON.parse(text);
}

/** The answer to a request's last message. */
export async function chat(
  request: IncomingMessage,
  answerTo: (question: string) => Promise<string>,
): Promise<unknown> {
  const { messages } = (await bodyOf(request)) as { readonly messages: readonly { readonly content: string }[] };
  const content = await answerTo(messages.at(-1)?.content ?? "");
  const choice = { index: 0, message: { role: "assistant", content }, finish_reason: "stop" };
  return { id: "chat-1", object: "chat.completion", created: 0, model: "notes", choices: [choice] };
}

export function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

/** Of notes as they are known outside the database, so many from `seed` on. */
export function sample(
  notes: readonly { readonly id: string; readonly vector: readonly number[] }[],
  query: URLSearchParams,
): { readonly items: readonly object[] } {
  const from = Number(query.get("seed") ?? 0) % notes.length;
  const some = [...notes.slice(from), ...notes.slice(0, from)].slice(0, Number(query.get("n") ?? 1));
  return { items: some.map(({ id, vector }) => ({ id, vector })) };
}

export async function vectorsIn(request: IncomingMessage): Promise<readonly (readonly number[])[]> {
  return ((await bodyOf(request)) as { readonly vectors: readonly (readonly number[])[] }).vectors;
}
