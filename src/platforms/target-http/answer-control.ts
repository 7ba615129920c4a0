// Asks one replica the same prompts twice, straight at its own port: with what it has cached, and around it. A right
// cache changes no answer, be it a completion or an embedding.

import { randomUUID } from "node:crypto";
import { z } from "zod";
import { HarnessError } from "../../core/errors.ts";
import type { AnswerControl } from "../../core/controls.ts";
import type { AskedTwice } from "../../core/target.ts";
import { fetchJson } from "./fetch-json.ts";

const completion = z.object({ choices: z.tuple([z.object({ message: z.object({ content: z.string() }) })]) });
const embedding = z.object({ data: z.tuple([z.object({ embedding: z.array(z.number()).min(1) })]) });

type Answer = { readonly says: string } | { readonly vector: readonly number[] };

/** Rounding of 32-bit floats in another order of additions stays far below this, as a distance of cosines. */
const rounding = 1e-4;

/** `base`: `http://host:port` of the replica. Rejects with HarnessError "environment" when it does not answer. */
export function answerControl({ path, headers = {}, body, around, words }: AskedTwice, base: string): AnswerControl {
  const url = new URL(path, base).href;
  // Undefined: it is of neither kind, such as an error that was cached.
  const answerTo = async (question: object, signal: AbortSignal): Promise<Answer | undefined> =>
    answerIn(await fetchJson(url, { method: "POST", headers, body: question, signal }));
  return {
    async sameTwice(prompts, signal) {
      let same = 0;
      for (let n = 0; n < prompts; n += 1) {
        const about = { n: String(n), word: words?.[n % words.length] ?? "" };
        const question = filled(body, about);
        // One after the other: a replica that is asked for much at once is slow, and not wrong.
        const usual = await answerTo(question, signal);
        const other = await answerTo({ ...question, ...filled(around, { ...about, nonce: randomUUID() }) }, signal);
        if (other === undefined) {
          throw new HarnessError("environment", `${url} gave no chat completion and no embedding`);
        }
        if (usual !== undefined && areAlike(usual, other)) same += 1;
      }
      return same / prompts;
    },
  };
}

function answerIn(body: unknown): Answer | undefined {
  const completed = completion.safeParse(body);
  if (completed.success) return { says: completed.data.choices[0].message.content };
  const embedded = embedding.safeParse(body);
  return embedded.success ? { vector: embedded.data.data[0].embedding } : undefined;
}

function areAlike(one: Answer, other: Answer): boolean {
  if ("says" in one) return "says" in other && one.says === other.says;
  return "vector" in other && cosine(one.vector, other.vector) >= 1 - rounding;
}

/** Of vectors of different lengths, or without a direction: no number that is above another. */
function cosine(one: readonly number[], other: readonly number[]): number {
  if (one.length !== other.length) return Number.NaN;
  const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, n) => sum + x * (b[n] ?? 0), 0);
  return dot(one, other) / Math.sqrt(dot(one, one) * dot(other, other));
}

function filled(value: Readonly<Record<string, unknown>>, words: Readonly<Record<string, string>>): object {
  const text = JSON.stringify(value).replace(/\{(n|nonce|word)\}/g, (whole, name: string) => {
    const word = words[name];
    return word === undefined ? whole : JSON.stringify(word).slice(1, -1);
  });
  return JSON.parse(text) as object;
}
