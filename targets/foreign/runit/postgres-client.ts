// As much of PostgreSQL's protocol as the application needs: a connection a question, simple queries, texts as answers.

import { connect, type Socket } from "node:net";

type Row = readonly (string | null)[];

export interface Connection extends Disposable {
  /** Rejects with what the server says is wrong; the connection can be used again then. */
  query(sql: string): Promise<readonly Row[]>;
}

/** A text as a literal of SQL. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Logs in without a password. All that it is asked has to be answered within `timeoutMs`. */
export async function openConnection(host: string, port: number, timeoutMs: number): Promise<Connection> {
  const socket = connect({ host, port });
  const limit = setTimeout(() => socket.destroy(new Error("PostgreSQL gave no answer in time")), timeoutMs);
  socket.once("close", () => clearTimeout(limit));
  const answers = messagesOf(socket);
  const startUp = Buffer.from("\0\x03\0\0user\0postgres\0database\0postgres\0\0", "latin1");
  socket.write(Buffer.concat([lengthOf(startUp.length + 4), startUp]));
  await untilReady(answers);
  return {
    async query(sql) {
      const text = Buffer.from(`${sql}\0`);
      socket.write(Buffer.concat([Buffer.from("Q"), lengthOf(text.length + 4), text]));
      return untilReady(answers);
    },
    [Symbol.dispose]: () => void socket.end(Buffer.from("X\0\0\0\x04", "latin1")),
  };
}

function lengthOf(bytes: number): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(bytes);
  return length;
}

interface Message {
  readonly type: string;
  readonly body: Buffer;
}

async function* messagesOf(socket: Socket): AsyncGenerator<Message, void> {
  let held = Buffer.alloc(0);
  for await (const piece of socket) {
    held = Buffer.concat([held, piece as Buffer]);
    while (held.length >= 5 && held.length > held.readInt32BE(1)) {
      const end = 1 + held.readInt32BE(1);
      yield { type: held.toString("latin1", 0, 1), body: held.subarray(5, end) };
      held = held.subarray(end);
    }
  }
}

async function untilReady(answers: AsyncGenerator<Message, void>): Promise<readonly Row[]> {
  const rows: Row[] = [];
  let refusal: string | undefined;
  for (;;) {
    const { value, done } = await answers.next();
    if (done === true) throw new Error(refusal ?? "PostgreSQL closed the connection");
    if (value.type === "D") rows.push(rowOf(value.body));
    if (value.type === "E") refusal = /\0M([^\0]*)\0/.exec(value.body.toString())?.[1] ?? "an error without words";
    if (value.type !== "Z") continue;
    if (refusal !== undefined) throw new Error(refusal);
    return rows;
  }
}

function rowOf(body: Buffer): Row {
  let at = 2;
  return Array.from({ length: body.readInt16BE(0) }, () => {
    const length = body.readInt32BE(at);
    at += 4;
    if (length < 0) return null;
    at += length;
    return body.toString("utf8", at - length, at);
  });
}
