// Questions to a gateway at a rate that may change: open loop, so that a slow answer holds up no other question.

import { setTimeout as sleep } from "node:timers/promises";
import { readGolden } from "../../../targets/reference-ai-stack/corpus/golden.ts";

export interface Load extends AsyncDisposable {
  /** Sent so far, and those of them that were not answered to their end. */
  sent(): number;
  failed(): number;
}

/** `gapMs(ms)`: how long after a question the next one comes, ms, at that time since the start. */
export function startLoad(gatewayPort: number, gapMs: (ms: number) => number): Load {
  const questions = readGolden().map(({ question }) => question);
  const open = new Set<Promise<void>>();
  const stopped = new AbortController();
  const counts = { sent: 0, failed: 0 };
  const ask = async (question: string): Promise<void> => {
    try {
      const answer = await fetch(`http://127.0.0.1:${gatewayPort}/v1/chat/completions`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ stream: true, messages: [{ role: "user", content: question }] }),
        signal: AbortSignal.any([stopped.signal, AbortSignal.timeout(15_000)]),
      });
      if (!(await answer.text()).includes("[DONE]")) counts.failed += 1;
    } catch {
      if (!stopped.signal.aborted) counts.failed += 1;
    }
  };
  const begun = performance.now();
  const running = (async () => {
    let dueAt = begun;
    while (!stopped.signal.aborted) {
      await sleep(Math.max(0, dueAt - performance.now()));
      const one = ask(questions[counts.sent % questions.length] ?? "");
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
