// The same question twice, through the gateway: as users ask it, out of the answers that it keeps, and around them.
// Nothing has to be known of what is right. Besides questions of its own it asks what users were answered out of the
// cache lately: a wrong answer that only one question finds is found by that one alone. It asks only while users ask,
// so that an idle stack stays idle.
import type { TwiceView } from "../nouns.ts";
import { NUMBERS } from "../numbers.ts";
import type { GoldenQuestion } from "./golden-questions.ts";
import { askJson, type Answer } from "./http-json.ts";
import { createUsersTurn } from "./users-turn.ts";

/** Both have a wish, by which the gateway tells them from users'. */
const AS_USERS = { cache: { "no-cache": false } };
const AROUND = { cache: { "no-cache": true, "no-store": true } };
/** What stands in an answer before the names of its passages, the best first, each in brackets. */
const SOURCES = "Sources: ";
/** A pair that differed is asked again until it was right twice. */
const STAYS = 1;

/** What the gateway has answered; `said` of what is no completion: its text as it came. */
interface Said {
  readonly said: string;
  readonly model: string | undefined;
  readonly isCompletion: boolean;
  /** Of less than full service: what is kept is of full service, and differs from it though nothing is wrong. */
  readonly isReduced: boolean;
}

/**
 * Asks the next two of the questions, and one of users', each twice. Null: nothing was seen, or `whileAsked` and no
 * user asks.
 */
export type AskKept = (whileAsked: boolean) => Promise<TwiceView | null>;

/** A short answer is kept all the same. */
const ownChat = (question: string): object => ({ verbosity: "low", messages: [{ role: "user", content: question }] });

interface Gateway {
  readonly port: number;
  /** The healer's; without it nothing of users' chats is seen. */
  readonly lookToken?: string | undefined;
}

/** `goldens` is called when they are first needed; null: there is no corpus. */
export function createAskKept(
  { port: gatewayPort, lookToken }: Gateway,
  goldens: () => readonly GoldenQuestion[] | null,
): AskKept {
  const { prompts, perLook } = NUMBERS.twice;
  let turn = { from: 0, stays: 0 };
  let filled = 0;
  let before: number | null = null;
  const users = createUsersTurn(gatewayPort, lookToken);

  async function isAsked(): Promise<boolean> {
    const call = { port: gatewayPort, path: "/internal/answer-cache", timeoutMs: NUMBERS.timeoutMs.twice };
    const answer = await askJson(call);
    const { asked } = ((answer.kind === "answered" ? answer.body : null) ?? {}) as { asked?: unknown };
    if (typeof asked !== "number") return false;
    const isMore = before !== null && asked - before >= NUMBERS.twice.leastChats;
    before = asked;
    return isMore;
  }

  async function ask(chat: object, wishes: object): Promise<Said | null> {
    const body = { ...chat, stream: false, ...wishes };
    const call = { port: gatewayPort, path: "/v1/chat/completions", method: "POST" as const, body };
    const answer = await askJson({ ...call, timeoutMs: NUMBERS.timeoutMs.twice });
    return answer.kind === "answered" && answer.status === 200 ? saidIn(answer) : null;
  }

  /** Null: it was not answered both times, or by two versions, or with less than full service. */
  async function differs(chat: object, saying: (answer: Said) => string = whole): Promise<boolean | null> {
    const [kept, first] = [await ask(chat, AS_USERS), await ask(chat, AROUND)];
    if (kept === null || first === null || !first.isCompletion || first.isReduced) return null;
    if (kept.isCompletion && kept.model !== first.model) return null;
    if (saying(kept) === saying(first)) return false;
    const again = await ask(chat, AROUND);
    // A model that answers otherwise each time says nothing of the cache.
    if (again?.isReduced === true) return null;
    return again !== null && saying(again) === saying(first);
  }

  return async (whileAsked) => {
    const questions = goldens()?.slice(0, prompts);
    if (questions === undefined || (whileAsked && !(await isAsked()))) return null;
    for (const { question } of questions.slice(filled)) {
      if ((await ask(ownChat(question), AS_USERS)) === null) return null;
      filled += 1;
    }
    const results: (boolean | null)[] = [];
    for (let n = turn.from; n < turn.from + perLook; n += 1) {
      results.push(await differs(ownChat(questions[n % questions.length]?.question ?? "")));
    }
    const ofUser = await users.next();
    const theirs = ofUser === undefined ? null : await differs(ofUser, sourcesOf);
    if (ofUser !== undefined) users.was(ofUser, theirs);
    const differing = results.filter((one) => one === true).length;
    const isNext = differing === 0 && turn.stays === 0;
    const next = { from: (turn.from + perLook) % questions.length, stays: 0 };
    turn = isNext ? next : { ...turn, stays: differing > 0 ? STAYS : turn.stays - 1 };
    const asked = [...results, theirs].filter((one) => one !== null).length;
    return asked === 0 ? null : { asked, differing: differing + (theirs === true ? 1 : 0) };
  };
}

const whole = ({ said }: Said): string => said;

/**
 * The source that ranks first, and all of them in whatever order; of an answer that names none, all that it says. A
 * user's answer may have been kept for the same question in other words, which quotes other sentences of the same
 * sources and ranks them a little otherwise; an answer to the opposite question has another one in front.
 */
function sourcesOf({ said, isCompletion }: Said): string {
  const at = said.lastIndexOf(SOURCES);
  const [first, ...others] =
    isCompletion && at !== -1
      ? said
          .slice(at + SOURCES.length)
          .trim()
          .split(" ")
      : [];
  return first === undefined ? said : [first, ...others.toSorted()].join(" ");
}

function saidIn({ body, text, reduced }: Extract<Answer, { kind: "answered" }>): Said {
  const { model, choices } = (body ?? {}) as { model?: unknown; choices?: { message?: { content?: unknown } }[] };
  const content = Array.isArray(choices) ? choices[0]?.message?.content : undefined;
  const isCompletion = typeof content === "string";
  const said = isCompletion ? content : text;
  const isReduced = reduced !== undefined;
  return { said, model: typeof model === "string" ? model : undefined, isCompletion, isReduced };
}
