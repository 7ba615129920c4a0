// A viewer of the live page without a browser: plain requests, and a stream of events read as it comes.

import { once } from "node:events";
import { request, type IncomingMessage, type RequestOptions } from "node:http";

/** An answer that was read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly text: string;
}

async function begin(url: string, how: RequestOptions): Promise<IncomingMessage> {
  const asked = request(url, { agent: false, ...how });
  asked.end();
  const [answer] = (await once(asked, "response")) as [IncomingMessage];
  return answer;
}

/** Asks once, with headers and a method of one's own. */
export async function look(url: string, how: RequestOptions = {}): Promise<Answer> {
  const answer = await begin(url, how);
  let text = "";
  for await (const piece of answer.setEncoding("utf8")) text += String(piece);
  return { status: answer.statusCode ?? 0, headers: answer.headers, text };
}

/** One event of a stream. */
export interface Heard {
  readonly type: string;
  readonly id: string | undefined;
  readonly data: unknown;
}

export interface Stream {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  /** Reads on to the first event that fits; rejects when the stream ends before. */
  until(fits: (heard: Heard) => boolean): Promise<Heard>;
  /** Reads on to its end, and gives everything that was sent. */
  rest(): Promise<readonly Heard[]>;
  leave(): void;
}

function heardIn(block: string): Heard | undefined {
  const field = (name: string): string | undefined => new RegExp(`^${name}: (.*)$`, "m").exec(block)?.[1];
  const data = field("data");
  return data === undefined ? undefined : { type: field("event") ?? "", id: field("id"), data: JSON.parse(data) };
}

/** Opens a stream of events. */
export async function openStream(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Stream> {
  const answer = await begin(url, { headers });
  const events = (async function* () {
    let text = "";
    for await (const piece of answer.setEncoding("utf8")) {
      const blocks = (text + String(piece)).split("\n\n");
      text = blocks.pop() ?? "";
      yield* blocks.flatMap((block) => heardIn(block) ?? []);
    }
  })();
  return {
    status: answer.statusCode ?? 0,
    headers: answer.headers,
    async until(fits) {
      for (let next = await events.next(); next.done !== true; next = await events.next())
        if (fits(next.value)) return next.value;
      throw new Error("the stream ended before");
    },
    async rest() {
      const all: Heard[] = [];
      for await (const heard of events) all.push(heard);
      return all;
    },
    leave: () => void answer.destroy(),
  };
}
