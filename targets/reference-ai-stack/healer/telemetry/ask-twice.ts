// The same prompt twice, at one inference replica: out of its prefix cache, and around it by a salt of its own. Both
// answers are the engine's, so nothing has to be known of what is right.
import { randomUUID } from "node:crypto";
import { promptFor } from "../../common/passages.ts";
import type { TwiceView } from "../nouns.ts";
import { NUMBERS } from "../numbers.ts";
import { askJson } from "./http-json.ts";

/** Long enough for some blocks of a cache, and each of its own. */
function bodyOf(n: number): object {
  const text =
    `The healer asks for sentence ${n} with and without the cache. Sentence ${n} is quoted word by word out of the blocks ` +
    `that hold it, and blocks that hold something else by now give another sentence than the one that was asked for. ` +
    `Nothing else is told of sentence ${n}, and no user has ever asked for it.`;
  const question = { role: "user", content: `What is told of sentence ${n} and its blocks?` };
  return {
    stream: false,
    temperature: 0,
    max_tokens: NUMBERS.twice.tokens,
    messages: [promptFor([{ id: `healer.asks.${n}`, text }]), question],
  };
}

/** Which prompts a replica is asked next, and for how many looks they stay the same. */
interface Turn {
  readonly from: number;
  readonly stays: number;
}

/** A pair that differed is asked again until it was right twice, read anew and then out of the cache: once more. */
const STAYS = 1;

/**
 * Asks the replica at a port the next two of the prompts, each twice; marked as probes. Before the first look at a port
 * all of them are asked once, so that the cache has them. Null when a prompt was not answered: that is for others to
 * judge.
 */
export function createAskTwice(): (port: number) => Promise<TwiceView | null> {
  const { prompts, perLook } = NUMBERS.twice;
  const turns = new Map<number, Turn>();
  return async (port) => {
    const ask = askerOf(port);
    const turn = turns.get(port) ?? { from: 0, stays: 0 };
    if (!turns.has(port)) {
      for (let n = 0; n < prompts; n += 1) if ((await ask({ ...bodyOf(n), max_tokens: 1 })) === null) return null;
      turns.set(port, turn);
    }
    let differing = 0;
    for (let n = turn.from; n < turn.from + perLook; n += 1) {
      const differs = await isTwo(ask, bodyOf(n % prompts));
      if (differs === null) return null;
      if (differs) differing += 1;
    }
    const isNext = differing === 0 && turn.stays === 0;
    const next = { from: (turn.from + perLook) % prompts, stays: 0 };
    turns.set(port, isNext ? next : { ...turn, stays: differing > 0 ? STAYS : turn.stays - 1 });
    return { asked: perLook, differing };
  };
}

type Ask = (body: object) => Promise<string | null>;

function askerOf(port: number): Ask {
  return async (body) => {
    const call = { port, path: "/v1/chat/completions", method: "POST" as const, body, probe: true };
    const answer = await askJson({ ...call, timeoutMs: NUMBERS.timeoutMs.twice });
    return answer.kind === "answered" && answer.status === 200 ? contentOf(answer.body) : null;
  };
}

/** Has it another answer out of the cache than around it? Null: it was not answered. */
async function isTwo(ask: Ask, body: object): Promise<boolean | null> {
  const around = (): Promise<string | null> => ask({ ...body, cache_salt: randomUUID() });
  const [cached, first] = [await ask(body), await around()];
  if (cached === null || first === null) return null;
  // A model that answers otherwise each time says nothing of its cache.
  return cached !== first && (await around()) === first;
}

function contentOf(body: unknown): string | null {
  const { choices } = (body ?? {}) as { choices?: { message?: { content?: unknown } }[] };
  const content = choices?.[0]?.message?.content;
  return typeof content === "string" ? content : null;
}
