// Questions to a gateway at a rate that may change: open loop, so that a slow answer holds up no other question.

import { setTimeout as sleep } from "node:timers/promises";
import { readGolden } from "../../../targets/reference-ai-stack/corpus/golden.ts";

export interface Load extends AsyncDisposable {
  /** Sent so far, and those of them that were not answered to their end. */
  sent(): number;
  failed(): number;
}

/** Of the n-th request, what it asks; the questions of the golden set in their order, when absent. */
type Prompts = (n: number, questions: readonly string[]) => { readonly text: string; readonly stream: boolean };

const inOrder: Prompts = (n, questions) => ({ text: questions[n % questions.length] ?? "", stream: true });

/** `gapMs(ms)`: how long after a question the next one comes, ms, at that time since the start. */
export function startLoad(gatewayPort: number, gapMs: (ms: number) => number, prompts: Prompts = inOrder): Load {
  const questions = readGolden().map(({ question }) => question);
  const open = new Set<Promise<void>>();
  const stopped = new AbortController();
  const counts = { sent: 0, failed: 0 };
  const ask = async ({ text, stream }: ReturnType<Prompts>): Promise<void> => {
    try {
      const answer = await fetch(`http://127.0.0.1:${gatewayPort}/v1/chat/completions`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ stream, messages: [{ role: "user", content: text }] }),
        signal: AbortSignal.any([stopped.signal, AbortSignal.timeout(15_000)]),
      });
      const whole = await answer.text();
      if (!(stream ? whole.includes("[DONE]") : answer.ok)) counts.failed += 1;
    } catch {
      if (!stopped.signal.aborted) counts.failed += 1;
    }
  };
  const begun = performance.now();
  const running = (async () => {
    let dueAt = begun;
    while (!stopped.signal.aborted) {
      await sleep(Math.max(0, dueAt - performance.now()));
      const one = ask(prompts(counts.sent, questions));
      counts.sent += 1;
      open.add(one);
      void one.finally(() => open.delete(one));
      dueAt += gapMs(dueAt - begun);
    }
  })();
  return {
    sent: () => counts.sent,
    failed: () => counts.failed,
    async [Symbol.asyncDispose]() {
      stopped.abort();
      await running;
      await Promise.all(open);
    },
  };
}
