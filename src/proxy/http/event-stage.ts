// What toxics of event streams have in common: they see an answer event by event and say what leaves. The framing is
// ours then, so that what is left of an answer can end as cleanly as a whole one.

import type { Ms } from "../../core/units.ts";
import type { Stage, StageContext } from "../toxics/toxic.ts";
import type { Head } from "./head.ts";
import { httpStage, type Outbox } from "./stage.ts";

/** How a toxic says what becomes of an event. Nothing said means that it is swallowed. */
export interface EventOutbox {
  /** These bytes leave as a piece of the body, not before `due`. */
  send(bytes: Buffer, due?: Ms): void;
  /** The body ends here, as if it were whole, and the connection after it. */
  end(): void;
  /** Calls back at that time on the clock, unless the answer is over before. */
  again(at: Ms, say: () => void): void;
}

/** What one answer meets. */
export interface AnswerToxic {
  /** Takes one event with the blank line that ends it; `n` counts the answer's events from 0. */
  take(event: Buffer, n: number, out: EventOutbox): void;
  /** Bytes of events that it keeps for later; an answer is over only when there are none. */
  kept?(): number;
  /** It is to be taken away: what it keeps goes on at once. */
  leave?(out: EventOutbox): void;
}

/** An event that is longer is let through, bytes. */
const LONGEST_EVENT = 1_048_576;
const LF = 0x0a;

/** An answer that is struck. */
interface Struck {
  readonly toxic: AnswerToxic;
  readonly isChunked: boolean;
  readonly out: EventOutbox;
  /** It ends here by the toxic's will, and nothing more of it is shown to that. */
  isCut: boolean;
  /** All of it has come. */
  isWhole: boolean;
  /** Of an event that is not complete. */
  rest: Buffer;
  events: number;
}

/**
 * A stage that shows event streams (`text/event-stream`, in chunks or up to the connection's end) to what `strike`
 * makes for each of them. An answer for which it makes nothing, and every other one, goes through untouched.
 */
export function eventStage(context: StageContext, strike: (head: Head) => AnswerToxic | undefined): Stage {
  let struck: Struck | undefined;
  const endWhenLetGo = (answer: Struck, out: Outbox): void => {
    if (!answer.isWhole || answer.isCut || (answer.toxic.kept?.() ?? 0) > 0) return;
    if (answer.rest.length > 0) answer.out.send(answer.rest);
    if (answer.isChunked) out.send(LAST_CHUNK);
    struck = undefined;
  };
  const begun = (toxic: AnswerToxic, { framing }: Head, out: Outbox): Struck => {
    const isChunked = framing.kind === "chunked";
    const answer: Struck = {
      toxic,
      isChunked,
      rest: Buffer.alloc(0),
      events: 0,
      isCut: false,
      isWhole: false,
      out: {
        send: (bytes, due) => out.send(isChunked ? inChunk(bytes) : bytes, due),
        end() {
          if (isChunked) out.send(LAST_CHUNK);
          out.cut("close");
          answer.isCut = true;
        },
        again(at, say) {
          out.again(at, () => {
            if (struck !== answer) return;
            say();
            endWhenLetGo(answer, out);
          });
        },
      },
    };
    return answer;
  };
  let last: Outbox | undefined;
  return httpStage(context, {
    take(part, out) {
      last = out;
      if (part.kind === "head") {
        const toxic = canStrike(part.head) ? strike(part.head) : undefined;
        struck = toxic === undefined ? undefined : begun(toxic, part.head, out);
        return out.send(struck === undefined ? part.bytes : saidToClose(part.bytes));
      }
      if (struck === undefined) return part.kind === "done" ? undefined : out.send(part.bytes);
      if (part.kind === "payload") takePayload(struck, part.bytes);
      if (part.kind !== "done") return undefined;
      struck.isWhole = true;
      return endWhenLetGo(struck, out);
    },
    // Half of it has left in our framing.
    busy: () => struck !== undefined,
    kept: () => struck?.toxic.kept?.() ?? 0,
    leave() {
      if (struck === undefined || last === undefined) return;
      struck.toxic.leave?.(struck.out);
      endWhenLetGo(struck, last);
    },
  });
}

const LAST_CHUNK = Buffer.from("0\r\n\r\n");

function canStrike({ status, interim, framing, type }: Head): boolean {
  const isFramed = framing.kind === "chunked" || framing.kind === "close";
  return status >= 200 && status < 300 && !interim && isFramed && type === "text/event-stream";
}

/** A client that kept the connection for its next request would lose that with it. */
function saidToClose(head: Buffer): Buffer {
  const kept = head.toString("latin1").replaceAll(/\r?\n(?:connection|keep-alive):[^\r\n]*/gi, "");
  return Buffer.from(kept.replace(/(\r?\n)\r?\n$/, "$1connection: close$1$1"), "latin1");
}

function inChunk(bytes: Buffer): Buffer {
  if (bytes.length === 0) return bytes;
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from("\r\n")]);
}

function takePayload(answer: Struck, bytes: Buffer): void {
  answer.rest = Buffer.concat([answer.rest, bytes]);
  for (let end = endOfEvent(answer.rest); end !== -1 && !answer.isCut; end = endOfEvent(answer.rest)) {
    const event = answer.rest.subarray(0, end);
    answer.rest = answer.rest.subarray(end);
    answer.toxic.take(event, answer.events, answer.out);
    answer.events += 1;
  }
  if (answer.rest.length <= LONGEST_EVENT) return;
  answer.out.send(answer.rest);
  answer.rest = Buffer.alloc(0);
}

/** Index after the blank line that ends the first event; -1 when it is not there. */
function endOfEvent(bytes: Buffer): number {
  for (let at = bytes.indexOf(LF); at !== -1; at = bytes.indexOf(LF, at + 1)) {
    if (bytes[at + 1] === LF) return at + 2;
    if (bytes[at + 1] === 0x0d && bytes[at + 2] === LF) return at + 3;
  }
  return -1;
}
