// What the HTTP toxics have in common: bytes become parts of messages, and what is to leave of them becomes chunks
// again.

import type { Clock, Ms } from "../../core/units.ts";
import { makeDelayLine } from "../delay-line.ts";
import type { ToxicEffects } from "../effects.ts";
import type { Chunk, EndChunk, Stage, StageContext } from "../toxics/toxic.ts";
import { wakeAt } from "../wake.ts";
import { HttpReader } from "./reader.ts";
import type { Part } from "./reader.ts";

/** A receiver that finds data and a reset at the same moment may take it for an end (libuv does), so they part, ms. */
const SETTLE_MS = 10;

/** How a toxic says what leaves. */
export interface Outbox {
  /** These bytes leave, not before `due`; after what was said before in any case. */
  send(bytes: Buffer, due?: Ms): void;
  /** Ends the connection; nothing more leaves. */
  cut(how: "close" | "reset"): void;
  /** Calls back at that time on the clock, unless the stage is closed before. */
  again(at: Ms, say: () => void): void;
}

/** What becomes of a part. Nothing said means that it is swallowed. */
interface PartOutbox extends Outbox {
  /** When the chunk with this part reached the proxy. */
  readonly arrivedAt: Ms;
}

export interface HttpToxic {
  /** Takes one part: a stretch of an answer (a request, in an upstream toxic). Foreign bytes are not shown to it. */
  take(part: Part, out: PartOutbox): void;
  /** True while it is in the middle of something that must be brought to its end before it is taken away. */
  busy?(): boolean;
  /** It is to be taken away while it is busy. */
  leave?(): void;
  /** Bytes that it keeps itself; the end of the connection waits until there are none. */
  kept?(): number;
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
  const { clock, effects, stream } = context;
  const requests = stream === "downstream" ? context.watchRequests() : undefined;
  const kept = (): number => toxic.kept?.() ?? 0;
  const exit = makeExit(context, kept);
  const calls = callsAt(clock);
  let arrivedAt: Ms = 0;
  let known: Method[] = [];
  let asked: Method[] = [];

  /** Says something out of turn, unless nothing leaves any more. */
  function outOfTurn(say: () => void): void {
    if (exit.isCut()) return;
    say();
    exit.flush(arrivedAt);
  }

  const again = (at: Ms, say: () => void): void => calls.add(at, () => outOfTurn(say));
  const reader = new HttpReader({
    what: requests === undefined ? "request" : "response",
    methodOf() {
      const method = known.length > 0 ? known.shift() : requests?.next();
      asked.push(method);
      return method;
    },
    onPart(part) {
      if (exit.isCut()) return;
      if (part.kind !== "foreign") {
        toxic.take(part, { arrivedAt, send: exit.send, cut: exit.cut, again });
        exit.answers(asked);
        asked = [];
        return;
      }
      effects.bytesNotHttp += part.bytes.length;
      exit.send(part.bytes);
    },
  });

  return {
    push(chunk: Chunk) {
      if (exit.isCut()) return;
      ({ arrivedAt } = chunk);
      const before = readBefore.get(chunk);
      known = before?.by === effects ? [...before.methods] : [];
      if (chunk.bytes !== null) reader.feed(chunk.bytes);
      else {
        reader.end();
        exit.endAfterAll(chunk);
      }
      exit.flush(arrivedAt);
    },
    heldBytes: () => exit.heldBytes() + reader.held.length + kept(),
    busy: () => toxic.busy?.() === true,
    leave: () => outOfTurn(() => toxic.leave?.()),
    close() {
      calls.clear();
      requests?.stop();
      const held = reader.held;
      return [...exit.empty(), ...(held.length > 0 ? [{ bytes: held, arrivedAt }] : [])];
    },
  };
}

/** Where bytes leave. The end of the sender's side waits until the toxic keeps none (`kept`). */
function makeExit({ clock, effects, pass }: StageContext, kept: () => number) {
  const line = makeDelayLine({ clock, effects, letGo: pass });
  const leaving: Leaving[] = [];
  let end: EndChunk | undefined;
  let senderEnd: EndChunk | undefined;
  return {
    send: (bytes: Buffer, due = -Infinity): void => {
      if (end === undefined && bytes.length > 0) addTo(leaving, bytes, due);
    },
    cut: (how: "close" | "reset"): void => {
      if (end === undefined) effects[how === "close" ? "closes" : "resets"] += 1;
      end ??= { bytes: null, how, arrivedAt: clock.now() };
    },
    isCut: () => end !== undefined,
    /** What was said last answers requests of these methods. */
    answers: (methods: readonly Method[]) => void leaving.at(-1)?.methods.push(...methods),
    endAfterAll: (chunk: EndChunk) => void (senderEnd = chunk),
    /** Called once after a cut. */
    flush(arrivedAt: Ms): void {
      for (const part of leaving.splice(0)) line.hold(chunkOf(part, arrivedAt, effects), part.due);
      if (end !== undefined) return line.hold(end, end.how === "reset" ? end.arrivedAt + SETTLE_MS : -Infinity);
      if (senderEnd === undefined || kept() > 0) return undefined;
      line.hold(senderEnd, -Infinity);
      senderEnd = undefined;
      return undefined;
    },
    heldBytes: line.heldBytes,
    empty: line.empty,
  };
}

/** Calls back later, as long as it is not cleared. */
function callsAt(clock: Clock): { readonly add: (at: Ms, say: () => void) => void; readonly clear: () => void } {
  const cancels = new Set<() => void>();
  return {
    add(at, say) {
      const cancel = wakeAt(clock, at, () => {
        cancels.delete(cancel);
        say();
      });
      cancels.add(cancel);
    },
    clear() {
      for (const cancel of cancels) cancel();
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
