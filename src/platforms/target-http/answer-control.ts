// Asks one replica the same prompts twice, straight at its own port: with what it has cached, and around it. A right
// cache changes no answer, be it a completion or an embedding.

import { randomUUID } from "node:crypto";
import { z } from "zod";
import { areAlike, type Answer } from "../../core/answer.ts";
import { HarnessError } from "../../core/errors.ts";
import type { AnswerControl } from "../../core/controls.ts";
import type { AskedTwice } from "../../core/target.ts";
import { fetchJson } from "./fetch-json.ts";

const completion = z.object({ choices: z.tuple([z.object({ message: z.object({ content: z.string() }) })]) });
const embedding = z.object({ data: z.tuple([z.object({ embedding: z.array(z.number()).min(1) })]) });

/** `base`: `http://host:port` of the replica. Rejects with HarnessError "environment" when it does not answer. */
export function answerControl(asked: AskedTwice, base: string): AnswerControl {
  const { path, headers = {}, body, around, words, opposites = [] } = asked;
  const url = `${base}${path}`;
  // Undefined: it is of neither kind, such as an error that was cached.
  const answerTo = async (question: object, signal: AbortSignal): Promise<Answer | undefined> =>
    answerIn(await fetchJson(url, { method: "POST", headers, body: question, signal }));
  const aboutPrompt = (n: number) => ({ n: String(n), word: words?.[n % words.length] ?? "" });
  const askAround = async (about: ReturnType<typeof aboutPrompt>, signal: AbortSignal): Promise<Answer> => {
    const question = { ...filled(body, about), ...filled(around, { ...about, nonce: randomUUID() }) };
    const answer = await answerTo(question, signal);
    if (answer !== undefined) return answer;
    throw new HarnessError("environment", `${url} gave no chat completion and no embedding`);
  };
  // One after the other: a replica that is asked for much at once is slow, and not wrong.
  return {
    async sameTwice(prompts, signal) {
      let same = 0;
      for (let n = 0; n < prompts; n += 1) {
        const usual = await answerTo(filled(body, aboutPrompt(n)), signal);
        const other = await askAround(aboutPrompt(n), signal);
        if (usual !== undefined && areAlike(usual, other)) same += 1;
      }
      return same / prompts;
    },
    async around(prompts, signal) {
      const answers: Answer[] = [];
      for (let n = 0; n < prompts; n += 1) answers.push(await askAround(aboutPrompt(n), signal));
      return answers;
    },
    opposites,
    async about(word, signal) {
      const about = { n: "0", word };
      const kept = await answerTo(filled(body, about), signal);
      return { kept, anew: await askAround(about, signal) };
    },
  };
}

function answerIn(body: unknown): Answer | undefined {
  const completed = completion.safeParse(body);
  if (completed.success) return { says: completed.data.choices[0].message.content };
  const embedded = embedding.safeParse(body);
  return embedded.success ? { vector: embedded.data.data[0].embedding } : undefined;
}

function filled(value: Readonly<Record<string, unknown>>, words: Readonly<Record<string, string>>): object {
  const text = JSON.stringify(value).replace(/\{(n|nonce|word)\}/g, (whole, name: string) => {
    const word = words[name];
    return word === undefined ? whole : JSON.stringify(word).slice(1, -1);
  });
  return JSON.parse(text) as object;
}
