// What the HTTP toxics have in common: bytes become parts of messages, and what is to leave of them becomes chunks
// again.

import type { Ms } from "../../core/units.ts";
import { makeDelayLine } from "../delay-line.ts";
import type { ToxicEffects } from "../effects.ts";
import type { Chunk, EndChunk, Stage, StageContext } from "../toxics/toxic.ts";
import { HttpReader } from "./reader.ts";
import type { Part } from "./reader.ts";

/** A receiver that finds data and a reset at the same moment may take it for an end (libuv does), so they part, ms. */
const SETTLE_MS = 10;

/** How a toxic says what becomes of a part. Nothing said means that it is swallowed. */
interface Outbox {
  /** When the chunk with this part reached the proxy. */
  readonly arrivedAt: Ms;
  /** These bytes leave, not before `due`; after what was said before in any case. */
  send(bytes: Buffer, due?: Ms): void;
  /** Ends the connection; nothing more leaves. */
  cut(how: "close" | "reset"): void;
}

export interface HttpToxic {
  /** Takes one part: a stretch of an answer (a request, in an upstream toxic). Foreign bytes are not shown to it. */
  take(part: Part, out: Outbox): void;
  /** True while it is in the middle of something that must be brought to its end before it is taken away. */
  busy?(): boolean;
}

interface Leaving {
  bytes: Buffer;
  readonly due: Ms;
  /** Of the requests that the heads in it answer. */
  readonly methods: Method[];
}

type Method = string | undefined;

/**
 * Whose stage read a chunk before, and what its heads answer: after a change of the toxic the new stage reads it again.
 */
const readBefore = new WeakMap<Chunk, { readonly by: ToxicEffects; readonly methods: readonly Method[] }>();

/**
 * A stage that shows the toxic every part of the stream. Bytes that are not HTTP/1 go through untouched, and are
 * counted.
 */
export function httpStage(context: StageContext, toxic: HttpToxic): Stage {
  const { clock, effects, stream, pass } = context;
  const line = makeDelayLine({ clock, effects, letGo: pass });
  const requests = stream === "downstream" ? context.watchRequests() : undefined;
  const leaving: Leaving[] = [];
  let end: EndChunk | undefined;
  let arrivedAt: Ms = 0;
  let known: Method[] = [];
  let asked: Method[] = [];

  function send(bytes: Buffer, due = -Infinity): void {
    if (end === undefined && bytes.length > 0) addTo(leaving, bytes, due);
  }

  function cut(how: "close" | "reset"): void {
    if (end === undefined) effects[how === "close" ? "closes" : "resets"] += 1;
    end ??= { bytes: null, how, arrivedAt: clock.now() };
  }

  const reader = new HttpReader({
    what: requests === undefined ? "request" : "response",
    methodOf() {
      const method = known.length > 0 ? known.shift() : requests?.next();
      asked.push(method);
      return method;
    },
    onPart(part) {
      if (end !== undefined) return;
      if (part.kind !== "foreign") {
        toxic.take(part, { arrivedAt, send, cut });
        leaving.at(-1)?.methods.push(...asked);
        asked = [];
        return;
      }
      effects.bytesNotHttp += part.bytes.length;
      send(part.bytes);
    },
  });

  function flush(): void {
    for (const part of leaving.splice(0)) line.hold(chunkOf(part, arrivedAt, effects), part.due);
    if (end !== undefined) line.hold(end, end.how === "reset" ? end.arrivedAt + SETTLE_MS : -Infinity);
  }

  return {
    push(chunk: Chunk) {
      if (end !== undefined) return;
      ({ arrivedAt } = chunk);
      const before = readBefore.get(chunk);
      known = before?.by === effects ? [...before.methods] : [];
      if (chunk.bytes !== null) reader.feed(chunk.bytes);
      else reader.end();
      flush();
      if (chunk.bytes === null && end === undefined) line.hold(chunk, -Infinity);
    },
    heldBytes: () => line.heldBytes() + reader.held.length,
    busy: () => toxic.busy?.() === true,
    close() {
      requests?.stop();
      const held = reader.held;
      return [...line.empty(), ...(held.length > 0 ? [{ bytes: held, arrivedAt }] : [])];
    },
  };
}

function chunkOf({ bytes, methods }: Leaving, arrivedAt: Ms, by: ToxicEffects): Chunk {
  const chunk: Chunk = { bytes, arrivedAt };
  if (methods.length > 0) readBefore.set(chunk, { by, methods });
  return chunk;
}

/** One write for what was one read, if nothing came in between. */
function addTo(leaving: Leaving[], bytes: Buffer, due: Ms): void {
  const last = leaving.at(-1);
  if (last !== undefined && due <= last.due && adjoins(last.bytes, bytes)) {
    last.bytes = Buffer.from(bytes.buffer, last.bytes.byteOffset, last.bytes.length + bytes.length);
  } else leaving.push({ bytes, due, methods: [] });
}

function adjoins(before: Buffer, after: Buffer): boolean {
  return before.buffer === after.buffer && before.byteOffset + before.length === after.byteOffset;
}
