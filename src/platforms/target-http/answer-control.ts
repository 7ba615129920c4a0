// Asks one replica the same prompts twice, straight at its own port: with what it has cached, and around it. A right
// cache changes no answer.

import { randomUUID } from "node:crypto";
import { z } from "zod";
import { HarnessError } from "../../core/errors.ts";
import type { AnswerControl } from "../../core/controls.ts";
import type { AskedTwice } from "../../core/target.ts";
import { fetchJson } from "./fetch-json.ts";

const completion = z.object({ choices: z.tuple([z.object({ message: z.object({ content: z.string() }) })]) });

/** `base`: `http://host:port` of the replica. Rejects with HarnessError "environment" when it does not answer. */
export function answerControl({ path, headers = {}, body, around }: AskedTwice, base: string): AnswerControl {
  const url = new URL(path, base).href;
  const answerTo = async (question: object, signal: AbortSignal): Promise<string> => {
    const answer = completion.safeParse(await fetchJson(url, { method: "POST", headers, body: question, signal }));
    if (answer.success) return answer.data.choices[0].message.content;
    throw new HarnessError("environment", `${url} gave no chat completion`);
  };
  return {
    async sameTwice(prompts, signal) {
      let same = 0;
      for (let n = 0; n < prompts; n += 1) {
        const question = filled(body, { n: String(n) });
        // One after the other: a replica that is asked for much at once is slow, and not wrong.
        const usual = await answerTo(question, signal);
        const other = { ...question, ...filled(around, { n: String(n), nonce: randomUUID() }) };
        if (usual === (await answerTo(other, signal))) same += 1;
      }
      return same / prompts;
    },
  };
}

function filled(value: Readonly<Record<string, unknown>>, words: Readonly<Record<string, string>>): object {
  const text = JSON.stringify(value).replace(/\{(n|nonce)\}/g, (whole, word: string) => words[word] ?? whole);
  return JSON.parse(text) as object;
}
