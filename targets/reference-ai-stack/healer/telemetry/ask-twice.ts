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

/** Null when a prompt was not answered both times: that is for others to judge. */
export async function askTwice(port: number): Promise<TwiceView | null> {
  const ask = async (body: object): Promise<string | null> => {
    const call = { port, path: "/v1/chat/completions", method: "POST" as const, body };
    const answer = await askJson({ ...call, timeoutMs: NUMBERS.timeoutMs.twice });
    return answer.kind === "answered" && answer.status === 200 ? contentOf(answer.body) : null;
  };
  const { prompts } = NUMBERS.twice;
  let differing = 0;
  for (let n = 0; n < prompts; n += 1) {
    const body = bodyOf(n);
    const around = (): Promise<string | null> => ask({ ...body, cache_salt: randomUUID() });
    const [cached, first] = [await ask(body), await around()];
    if (cached === null || first === null) return null;
    // A model that answers otherwise each time says nothing of its cache.
    if (cached !== first && (await around()) === first) differing += 1;
  }
  return { asked: prompts, differing };
}

function contentOf(body: unknown): string | null {
  const { choices } = (body ?? {}) as { choices?: { message?: { content?: unknown } }[] };
  const content = choices?.[0]?.message?.content;
  return typeof content === "string" ? content : null;
}
