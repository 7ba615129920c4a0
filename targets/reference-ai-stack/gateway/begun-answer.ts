// An answer is passed on only once something of it is there for a reader. Until then a replica that fails can be
// exchanged for another, and nobody notices.

import { performance } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import { readSse } from "../common/sse.ts";
import { CutAnswer, strictPieces, type Bounds, type StreamPiece } from "./strict-stream.ts";
import { UpstreamFailure } from "./upstream-failure.ts";
import { STOOD_STILL_MS, type Begun, type Caller } from "./upstream.ts";

/** How to have an answer, and for how long its content may stand still. */
export interface AskForAnswer {
  /** Sends the request; the caller's signal ends it. */
  readonly post: (caller: Caller) => Promise<Begun>;
  readonly caller: Caller;
  readonly replica: string;
  /** Longest time without content, ms. Comments that keep a connection busy are none. */
  readonly contentWithinMs: number;
  /** What was asked for that lets the answer be short. */
  readonly bounds: Bounds;
}

/**
 * The answer from its first content on. Rejects with {@link UpstreamFailure} when it breaks before: `broken` when it
 * cannot be used, `timeout` when nothing came. Its pieces end in {@link CutAnswer} when it breaks later. What became of
 * it goes into the replica's books.
 */
export async function beginAnswer(ask: AskForAnswer): Promise<AsyncGenerator<StreamPiece>> {
  const stalled = new AbortController();
  const { signal, span } = ask.caller;
  const begun = await ask.post({ span, signal: AbortSignal.any([signal, stalled.signal]) });
  const pieces = watched(piecesOf(begun, ask.bounds), { ...ask, stalled, gaveUp: () => begun.ended("broken") });
  const early: StreamPiece[] = [];
  try {
    for (;;) {
      const next = await pieces.next();
      if (next.done === true) break;
      early.push(next.value);
      if (next.value.hasContent || next.value.isEnd) break;
    }
  } catch (error) {
    if (signal.aborted) throw error;
    noteBroken(begun, error);
    const kind = stalled.signal.aborted ? "timeout" : "broken";
    throw new UpstreamFailure(ask.replica, kind, `the answer was cut: ${wordsFor(error)}`);
  }
  return counted(joined(early, pieces), begun, signal);
}

function wordsFor(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A cut that a bound on its tokens made is held against nobody. */
function noteBroken({ ended }: Begun, error: unknown): void {
  if (!(error instanceof CutAnswer && error.isBounded)) ended("broken");
}

async function* piecesOf({ contentType, bytes }: Begun, bounds: Bounds): AsyncGenerator<StreamPiece> {
  // Not every server states the type; one that states another does not stream.
  if (contentType !== undefined && !/^text\/event-stream\s*(?:;|$)/i.test(contentType)) {
    throw new CutAnswer(`it is ${contentType.slice(0, 60)} and no event stream`);
  }
  yield* strictPieces(readSse(bytes), bounds);
}

/** A body that goes on for longer after its last event keeps nobody waiting, ms; it is read to its end all the same. */
const END_WITHIN_MS = 100;

interface Watch extends AskForAnswer {
  readonly stalled: AbortController;
  /** Our client left an answer that stood still. */
  readonly gaveUp: () => void;
}

/** Ends the exchange when no content comes for too long; the time that the reader takes does not count. */
async function* watched(
  pieces: AsyncGenerator<StreamPiece>,
  { stalled, contentWithinMs, caller, gaveUp }: Watch,
): AsyncGenerator<StreamPiece> {
  let left = contentWithinMs;
  let from = performance.now();
  try {
    for (;;) {
      from = performance.now();
      const timer = setTimeout(() => stalled.abort(), left);
      const next = await pieces.next().finally(() => clearTimeout(timer));
      if (next.done === true) return;
      left = next.value.hasContent ? contentWithinMs : Math.max(1, left - (performance.now() - from));
      yield next.value;
    }
  } catch (error) {
    const stoodMs = contentWithinMs - left + performance.now() - from;
    if (caller.signal.aborted && stoodMs >= Math.min(STOOD_STILL_MS, contentWithinMs)) gaveUp();
    if (caller.signal.aborted || !stalled.signal.aborted) throw error;
    throw new CutAnswer(`no content for ${contentWithinMs} ms`);
  } finally {
    await pieces.return(undefined);
  }
}

async function* joined(early: readonly StreamPiece[], rest: AsyncGenerator<StreamPiece>): AsyncGenerator<StreamPiece> {
  try {
    yield* early;
    yield* rest;
  } finally {
    await rest.return(undefined);
  }
}

/** Whole or broken is for the replica's books; that our client went away is not. */
async function* counted(
  pieces: AsyncGenerator<StreamPiece>,
  begun: Begun,
  signal: AbortSignal,
): AsyncGenerator<StreamPiece> {
  let isOver = false;
  try {
    for (;;) {
      const next = await pieces.next();
      if (next.done === true) return;
      isOver = next.value.isEnd;
      if (isOver) begun.ended("whole");
      yield next.value;
      if (isOver) return;
    }
  } catch (error) {
    if (!signal.aborted) noteBroken(begun, error);
    throw error;
  } finally {
    // The end of a body comes after its last event, and often a little later. Leaving earlier would cost the
    // connection, and to let the client go earlier another one: its next question would come before this one is free.
    if (isOver)
      await Promise.race([pieces.next().catch(() => undefined), pause(END_WITHIN_MS, undefined, { ref: false })]);
    else await pieces.return(undefined);
  }
}
