// Which chats take part in the cache of answers, and what of their answers is kept. Nothing of one tenant reaches
// another: what stands in a request beside its question must be the same, who asks and `cache_salt` among it.
import { createHash } from "node:crypto";
import type { ChatRequest } from "../common/chat-request.ts";
import { questionIn, type Passage } from "../common/passages.ts";
import type { AnswerCache, Ticket } from "./answer-cache.ts";
import type { CacheMetrics } from "./cache-metrics.ts";
import type { GivenAgain } from "./given-again.ts";
import { wholeCompletion, type AnswerFacts } from "./relay.ts";
import { replay } from "./replay.ts";
import type { Found } from "./services.ts";

/** Says on an answer that it was given before; `age` beside it says how long ago, s. */
const KEPT_HEADER = "x-answer-cache";

/** One chat's way through the cache. */
export interface KeptAnswers {
  /** The request as it goes on, without the wishes that are meant for the cache. */
  readonly chat: ChatRequest;
  /** The answer that was kept for it, or undefined. */
  find(vector: readonly number[]): Response | undefined;
  /** What was found for it. */
  found(from: Found): void;
  /** Hears of an answer that came to its own end; keeps it, or does not. */
  keep(facts: AnswerFacts, passages: readonly Passage[]): void;
}

export interface CacheParts {
  readonly cache: AnswerCache;
  readonly metrics: CacheMetrics;
  readonly given: GivenAgain;
}

/** Nobody keeps answers here. */
function keepingNone(chat: ChatRequest): KeptAnswers {
  return { chat, find: () => undefined, found: () => undefined, keep: () => undefined };
}

/** `version`: which one answers; absent: there are none. */
export function keptAnswersFor(
  asked: ChatRequest,
  version: string | undefined,
  parts: CacheParts | undefined,
): KeptAnswers {
  if (parts === undefined) return keepingNone(asked);
  const { cache: wishes, ...chat } = asked;
  // What calls a tool does something, and is to be done anew.
  if (chat["tools"] !== undefined || chat["functions"] !== undefined) return keepingNone(chat);
  const { cache, metrics, given } = parts;
  const isUsers = wishes === undefined || wishes === null;
  let ticket: Ticket | undefined;
  let floor = -1;
  return {
    chat,
    find(vector) {
      ticket = cache.ticket({
        question: questionIn(chat.messages),
        vector,
        context: contextOf(chat, version),
        version: version ?? "",
      });
      if (wishes?.["no-cache"] === true) {
        metrics.asked("around", false);
        return undefined;
      }
      const kept = cache.find(ticket.asked);
      metrics.asked(kept === undefined ? "miss" : "hit", isUsers);
      if (kept === undefined) return undefined;
      if (isUsers) given.note(chat);
      const answer = replay(kept.body, chat);
      answer.headers.set(KEPT_HEADER, "hit");
      answer.headers.set("age", String(Math.floor(kept.ageMs / 1000)));
      return answer;
    },
    found({ passages, isAll, index }) {
      cache.indexSeen(index.replica, index.version);
      floor = isAll ? -1 : (passages.at(-1)?.score ?? -1);
    },
    keep(facts, passages) {
      if (ticket === undefined || wishes?.["no-store"] === true || !isWorthKeeping(facts, passages)) return;
      const ids = passages.map(({ id }) => id);
      if (cache.keep(ticket, wholeCompletion(facts), { passages: ids, floor })) metrics.kept(cache.count());
    },
  };
}

/** It names one of its passages: who has found nothing says so, or refuses, and is asked again. */
function isWorthKeeping({ finish, tools, text }: AnswerFacts, passages: readonly Passage[]): boolean {
  return finish === "stop" && tools.size === 0 && passages.some(({ id }) => text.includes(`[${id}]`));
}

/** All of the request but its question and how it is delivered. */
function contextOf({ stream: _stream, stream_options: _options, ...chat }: ChatRequest, version?: string): string {
  const at = chat.messages.findLastIndex(({ role }) => role === "user");
  const messages = chat.messages.map((message, n) => (n === at ? { ...message, content: null } : message));
  return createHash("sha256")
    .update(JSON.stringify([version, { ...chat, messages }]))
    .digest("base64");
}
