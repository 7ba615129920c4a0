// Less service when more is asked than the stack can do: what is of low priority is refused first; where nothing is,
// shorter answers from fewer passages; then answers that were given before, then a polite refusal. Which step holds is
// the supervisor's to say.
import { createHash } from "node:crypto";
import { z } from "zod";
import { chatError, type ChatRequest } from "../common/chat-request.ts";
import { REDUCED_HEADER } from "../common/reduced-header.ts";
import { wholeCompletion, type AnswerFacts } from "./relay.ts";
import { replay } from "./replay.ts";
import { retryAfterHeader } from "./retry-after.ts";

/** `level`: 0 full service … 3; `most`: requests that inference answers at once, for the refusals of level 3. */
export const reducedSchema = z.strictObject({ level: z.int().min(0).max(3), most: z.int().min(0) });
type Reduced = z.infer<typeof reducedSchema>;

/** Passages retrieved for a question, in full service and below. */
const PASSAGES = { full: 4, reduced: 2 } as const;
/** An answer is given again for so long, ms; and so many are kept, none longer than this. */
const KEPT = { forMs: 60_000, most: 512, longest: 4096 } as const;
/** When who was refused may come again, ms. */
const COME_AGAIN_MS = 2000;
/** While of what was asked within so long, ms, this share is of low priority, refusing it is the first step alone. */
const LOW = { share: 0.1, withinMs: 10_000, bins: 20 } as const;

/** Who is refused first is low. */
export type Priority = "high" | "low";

/** How one request is to be answered. */
export interface Service {
  readonly level: number;
  /** Some service is withheld from somebody now, even where this request gets all of it. */
  readonly isReduced: boolean;
  /** The request as it goes to a replica. */
  readonly chat: ChatRequest;
  readonly passages: number;
  /** The whole answer, where nobody is to be asked. */
  readonly instead?: Response;
  /** Refused for its low priority: the class above is served meanwhile. */
  readonly isShed?: true;
  /** The answer is over, whole or not; harmless twice. */
  readonly over: () => void;
}

export interface Reducer {
  set(next: Reduced): void;
  /** Requests since the start: all of them, and those that were refused. */
  counts(): { readonly level: number; readonly asked: number; readonly refused: number };
  serviceFor(chat: ChatRequest, priority?: Priority): Service;
  /** Hears of each whole answer of full service. */
  keep(chat: ChatRequest, facts: AnswerFacts): void;
}

interface Kept {
  readonly facts: AnswerFacts;
  readonly at: number;
}

/** Full service at first. `now`: ms, any zero. */
export function createReducer(now: () => number): Reducer {
  let reduced: Reduced = { level: 0, most: 0 };
  let [asked, refused] = [0, 0];
  const low = createShare(now);
  const open = new Set<object>();
  const kept = new Map<string, Kept>();

  function keptFor(chat: ChatRequest): Response | undefined {
    const found = kept.get(keyOf(chat));
    return found === undefined || now() - found.at > KEPT.forMs
      ? undefined
      : replay(wholeCompletion(found.facts), chat);
  }
  function opened(): () => void {
    const mine = {};
    open.add(mine);
    return () => void open.delete(mine);
  }

  return {
    set: (next) => void (reduced = next),
    counts: () => ({ level: reduced.level, asked, refused }),
    serviceFor(chat, priority = "high") {
      const { level, most } = reduced;
      asked += 1;
      low.note(priority === "low");
      const isReduced = level > 0;
      if (isReduced && priority === "low") {
        refused += 1;
        return { level, isReduced, chat, passages: 0, instead: shed(level), isShed: true, over: () => undefined };
      }
      const isEnough = level === 1 && low.share() >= LOW.share;
      if (level === 0 || isEnough) return { level: 0, isReduced, chat, passages: PASSAGES.full, over: opened() };
      // A bound on tokens would cut answers, and a cut answer is a failed one to many clients.
      const service = { level, isReduced, chat: { ...chat, verbosity: "low" }, passages: PASSAGES.reduced };
      const again = level >= 2 ? keptFor(chat) : undefined;
      if (again !== undefined) return { ...service, instead: again, over: () => undefined };
      if (level < 3 || open.size < most) return { ...service, over: opened() };
      refused += 1;
      return { ...service, instead: refusal(), over: () => undefined };
    },
    keep(chat, facts) {
      if (facts.finish !== "stop" || facts.tools.size > 0 || facts.text.length > KEPT.longest) return;
      const key = keyOf(chat);
      kept.delete(key);
      kept.set(key, { facts, at: now() });
      for (const oldest of kept.keys()) {
        if (kept.size <= KEPT.most) break;
        kept.delete(oldest);
      }
    },
  };
}

/** The share of what was noted within the last seconds that was of the kind; 0 where nothing was. */
function createShare(now: () => number) {
  const binMs = LOW.withinMs / LOW.bins;
  const bins = new Map<number, { all: number; own: number }>();
  const current = (): number => Math.floor(now() / binMs);
  function forgetOld(): void {
    for (const bin of bins.keys()) if (bin <= current() - LOW.bins) bins.delete(bin);
  }
  return {
    note(isOwn: boolean): void {
      forgetOld();
      const bin = bins.get(current()) ?? { all: 0, own: 0 };
      bins.set(current(), { all: bin.all + 1, own: bin.own + (isOwn ? 1 : 0) });
    },
    share(): number {
      forgetOld();
      let [all, own] = [0, 0];
      for (const bin of bins.values()) [all, own] = [all + bin.all, own + bin.own];
      return all === 0 ? 0 : own / all;
    },
  };
}

/** All of the request but how it is delivered: nobody gets what was answered to another conversation, salt or user. */
function keyOf({ stream: _stream, stream_options: _options, ...asked }: ChatRequest): string {
  return createHash("sha256").update(JSON.stringify(asked)).digest("base64");
}

function shed(level: number): Response {
  const says = "more is asked than the service can answer, and others come first; please come again in a moment";
  const headers = { ...retryAfterHeader(COME_AGAIN_MS), [REDUCED_HEADER]: String(level) };
  return Response.json(chatError(says, "overloaded"), { status: 429, headers });
}

function refusal(): Response {
  const says = "more is asked of the service than it can answer; please come again in a moment";
  const headers = { ...retryAfterHeader(COME_AGAIN_MS), [REDUCED_HEADER]: "3" };
  return Response.json(chatError(says, "overloaded"), { status: 503, headers });
}
