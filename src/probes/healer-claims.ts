// Listens to the target's incident feed. What comes in are claims, stamped at arrival; they never make a trial pass.

import { finished } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { Agent, request } from "undici";
import type { Clock, Ms } from "../core/units.ts";
import { makeEventStreamParser } from "../lib/sse.ts";
import type { StreamItem } from "../lib/sse.ts";
import type { ClaimEvent, FeedEvent } from "../records/timeline/feed.ts";
import { whyUnanswered } from "./ask.ts";
import { parseClaim } from "./claim.ts";
import type { TroubleEvent } from "../records/timeline/trouble.ts";

/** Wait before the feed is tried again. */
const RETRY_MS: Ms = 100;
/** The contract promises a sign of life at least this often. */
const BEAT_MS: Ms = 250;
/**
 * So many missed beats and the feed counts as lost. Beats, not ms: a stall of our own loop is one beat, however long.
 */
const LOST_AFTER_BEATS = 4;
/** So many, and the connection is made anew (what is published in between would be missed, so not sooner). */
const GIVE_UP_AFTER_BEATS = 20;
/** So many times a feed's refusal to open is written. */
const MOST_REFUSALS = 20;
/** `alive` is written at most this often: the marks need no more. */
const ALIVE_EVERY_MS: Ms = 20;

export type FeedItem = FeedEvent | ClaimEvent | TroubleEvent;

/** Is given each item as it is written down, and with a claim the whole `data` that it came with, which is not kept. */
export type OnFeedItem = (event: FeedItem, data?: Readonly<Record<string, unknown>>) => void;

/**
 * Listens until the signal. Writes `open` when the feed answers (again), `alive` for signs of life, `lost` when it
 * breaks or falls silent, a claim per event, and a trouble event for each one that is not as the contract says. Tries
 * again and again; never rejects.
 */
export async function openFeed(url: string, clock: Clock, signal: AbortSignal, onEvent: OnFeedItem): Promise<void> {
  const agent = new Agent({ headersTimeout: BEAT_MS * GIVE_UP_AFTER_BEATS, bodyTimeout: 0, pipelining: 0 });
  const life = makeLife(clock, onEvent);
  while (!signal.aborted) {
    try {
      await listenOnce({ url, agent, clock, signal, life, onEvent });
    } catch (error) {
      if (!signal.aborted) life.lost(whyUnanswered(error));
    }
    await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
  }
  await agent.destroy();
}

interface Life {
  /** Something arrived at `at`. */
  sign(at: Ms): void;
  /** It broke, fell silent, or did not open: why. */
  lost(reason: string): void;
}

/**
 * Keeps the feed's state, so that each change is written once; why it does not open is written when that changes, so
 * often at most.
 */
function makeLife(clock: Clock, onEvent: (event: FeedItem) => void): Life {
  let open = false;
  let lastAlive = -Infinity;
  let refusal = "";
  let refusals = 0;
  return {
    sign(at) {
      if (!open) onEvent({ kind: "feed", at, state: "open" });
      else if (at - lastAlive >= ALIVE_EVERY_MS) onEvent({ kind: "feed", at, state: "alive" });
      else return;
      open = true;
      lastAlive = at;
      refusal = "";
    },
    lost(reason) {
      if (open) onEvent({ kind: "feed", at: clock.now(), state: "lost", reason });
      else if (reason !== refusal && (refusals += 1) <= MOST_REFUSALS) {
        onEvent({ kind: "feed", at: clock.now(), state: "refused", reason });
      }
      refusal = reason;
      open = false;
    },
  };
}

interface Listening {
  readonly url: string;
  readonly agent: Agent;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly life: Life;
  readonly onEvent: OnFeedItem;
}

/** One connection to its end; rejects when there is none or it breaks. */
async function listenOnce({ url, agent, clock, signal, life, onEvent }: Listening): Promise<void> {
  const giveUp = new AbortController();
  const ended = AbortSignal.any([signal, giveUp.signal]);
  const headers = { accept: "text/event-stream" };
  const { statusCode, body } = await request(url, { dispatcher: agent, signal: ended, headers });
  // One that is given up unread says so in an event of its own, which nobody must be there to hear.
  body.on("error", () => undefined);
  const arrival = oncePerLoopRound(clock);
  let claims = 0;
  let isOver = false;
  const parser = makeEventStreamParser((item) => {
    if (item.kind === "comment") return;
    // What the end of the feed cut off is no claim, and nobody's mistake.
    if (isOver && !(item.kind === "event" && parseClaim(item.data).ok)) return;
    claims += 1;
    take(item, arrival(), onEvent);
  });
  let missed = 0;
  const watch = setInterval(() => {
    missed += 1;
    if (missed >= LOST_AFTER_BEATS) life.lost(`silent for ${missed} beats of ${BEAT_MS} ms`);
    if (missed >= GIVE_UP_AFTER_BEATS) giveUp.abort(new Error("silence"));
  }, BEAT_MS);
  try {
    if (statusCode !== 200) throw new Error(`answered ${statusCode}`);
    life.sign(clock.now());
    // Stamped where the bytes are read, not later: of what is published in between, the stamp would say that it had not
    // been yet.
    body.on("data", (bytes: Uint8Array) => {
      missed = 0;
      // A claim is itself the sign of life: a sign written before it for the same chunk would say that it had not come
      // yet.
      claims = 0;
      parser.push(bytes);
      if (claims === 0) life.sign(arrival());
    });
    await finished(body, { writable: false });
    isOver = true;
    parser.end();
    throw new Error("the feed ended");
  } finally {
    clearInterval(watch);
    body.destroy();
  }
}

/**
 * Now, and the same again until the event loop has gone round: all that one read of the socket brought arrived
 * together, in however many pieces it is handed on. Stamped one by one, a beat would say of a claim that lay there with
 * it that it had not come yet.
 */
function oncePerLoopRound(clock: Clock): () => Ms {
  let at: Ms | undefined;
  return () => {
    if (at === undefined) setImmediate(() => (at = undefined));
    return (at ??= clock.now());
  };
}

function take(item: Exclude<StreamItem, { kind: "comment" }>, at: Ms, onEvent: OnFeedItem): void {
  const result = item.kind === "event" ? parseClaim(item.data) : { ok: false as const, reason: "too long" };
  if (result.ok) onEvent({ kind: "claim", at, claim: result.claim }, result.data);
  else
    onEvent({ kind: "trouble", at, where: "feed", reason: `an event is not as the contract says: ${result.reason}` });
}
