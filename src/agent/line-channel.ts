// Messages over a connection, a line of JSON each, with bounds on what comes and on what waits to go.

import type { Socket } from "node:net";
import type { z } from "zod";
import { messageOf } from "../core/errors.ts";

/** The longest line that is read, characters: an order with its rows. */
const longestLine = 32 * 1024 * 1024;
/** More than this is not held for a side that does not read, bytes. */
const mostWaiting = 64 * 1024 * 1024;

/** What was said last may take so long to be taken, ms. */
const endMs = 1_000;

/** One side of a conversation. */
export interface LineChannel<Ours> {
  send(message: Ours): void;
  /** Says this last and closes; without words it just closes. */
  end(last?: Ours): void;
  /** Why the connection ended; resolves once it has. */
  readonly closed: Promise<string>;
}

/** What comes from the other side. */
interface Listening<Theirs, Stamp> {
  readonly schema: z.ZodType<Theirs>;
  /** Is asked as soon as bytes come, before anything is read of them. */
  readonly stamp: () => Stamp;
  readonly onMessage: (message: Theirs, arrived: Stamp) => void;
}

/** Speaks over a connection that is open. What has no shape, or is too long, ends it. */
export function openLineChannel<Ours, Theirs, Stamp>(
  socket: Socket,
  { schema, stamp, onMessage }: Listening<Theirs, Stamp>,
): LineChannel<Ours> {
  let why = "the other side closed the connection";
  let pieces: string[] = [];
  let held = 0;

  function fail(reason: string): void {
    why = reason;
    socket.destroy();
  }

  function take(line: string, arrived: Stamp): void {
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      return fail("a line came that is not JSON");
    }
    const read = schema.safeParse(value);
    if (!read.success) return fail("a message came that has no known shape");
    onMessage(read.data, arrived);
  }

  socket.setEncoding("utf8");
  socket.setNoDelay(true);
  socket.on("data", (text: string) => {
    const arrived = stamp();
    const [first = "", ...more] = text.split("\n");
    pieces.push(first);
    held += first.length;
    for (const next of more) {
      const line = pieces.join("");
      [pieces, held] = [[next], next.length];
      if (!socket.destroyed) take(line, arrived);
    }
    if (held > longestLine) fail(`a line came that is longer than ${longestLine} characters`);
  });
  const closed = new Promise<string>((resolve) => {
    socket.once("error", (error) => (why = messageOf(error)));
    socket.once("close", () => resolve(why));
  });
  const send = (message: Ours): void => {
    if (socket.destroyed || socket.writableEnded) return;
    socket.write(`${JSON.stringify(message)}\n`);
    if (socket.writableLength > mostWaiting) fail("the other side does not read what it is sent");
  };
  return {
    send,
    closed,
    end(last) {
      if (last !== undefined) send(last);
      why = "we closed the connection";
      socket.end(() => socket.destroy());
      setTimeout(() => socket.destroy(), endMs).unref();
    },
  };
}
