// A small application in the manner of OpenAI's API: it finds a note in PostgreSQL, through HAProxy, by the vector of
// the question. Its health says that the process answers, and no more.

import { createServer, type IncomingMessage } from "node:http";
import { chat, sample, send, vectorsIn } from "../notes-app.ts";
import { openConnection, quoted, type Connection } from "./postgres-client.ts";
import { keyOf, storedNotes, vectorOf } from "./stored.ts";

const port = Number(process.env["APP_PORT"] ?? 8000);
const [host = "127.0.0.1", databasePort = "5432"] = (process.env["APP_TO_DATABASE"] ?? "").split(":");
const answerWithinMs = 3_000;
const notes = storedNotes(process.env["APP_NOTES"] ?? "notes.jsonl");

const connected = (): Promise<Connection> => openConnection(host, Number(databasePort), answerWithinMs);

async function find(database: Connection, vector: readonly number[]): Promise<readonly (string | null)[] | undefined> {
  const [row] = await database.query(`SELECT id, text FROM notes WHERE key = ${quoted(keyOf(vector))}`);
  return row;
}

async function answerTo(question: string): Promise<string> {
  using database = await connected();
  return (await find(database, vectorOf(question)))?.[1] ?? "I do not know.";
}

/** By the same way as users' questions; a note that cannot be read is not found. */
async function search(request: IncomingMessage): Promise<unknown> {
  const vectors = await vectorsIn(request);
  using database = await connected();
  const results: unknown[] = [];
  for (const vector of vectors) {
    const [id] = (await find(database, vector).catch(() => undefined)) ?? [];
    results.push(id === undefined ? [] : [{ id, score: 1 }]);
  }
  return { results };
}

createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://app");
  if (pathname === "/health") return send(response, 200, { status: "ok" });
  if (pathname === "/sample") return send(response, 200, sample(notes, searchParams));
  const answer =
    pathname === "/v1/chat/completions"
      ? chat(request, answerTo)
      : pathname === "/search"
        ? search(request)
        : undefined;
  if (answer === undefined) return send(response, 404, { error: { message: "not found" } });
  answer.then(
    (body) => send(response, 200, body),
    (thrown: unknown) => send(response, 502, { error: { message: String(thrown) } }),
  );
}).listen(port, "127.0.0.1");
