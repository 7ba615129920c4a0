// What was asked under a key is done at most once, and its answer is remembered: a caller that was killed before the
// answer was written down asks again, and nothing happens twice. The keys live as long as the supervisor, and no
// operation outlives it.
import { messageOf } from "../common/log.ts";
import { refused, type OperationAnswer } from "./operations/operation.ts";

export interface OperationLedger {
  /**
   * The first time: does it. Again: the first answer, awaited if it is still being done. 422 when the key was used for
   * another request. An operation that failed has failed: to try again is a new key. One that was not begun, since
   * somebody was busy or away, has not used its key up.
   */
  once(key: string, request: string, work: () => Promise<OperationAnswer>): Promise<OperationAnswer>;
}

interface Entry {
  readonly request: string;
  readonly answer: Promise<OperationAnswer>;
}

/** Keys that are kept; far more than the healer, at one action in 10 s, can leave unanswered. */
const KEPT = 10_000;

export function createOperationLedger(): OperationLedger {
  const entries = new Map<string, Entry>();
  return {
    async once(key, request, work) {
      const known = entries.get(key);
      if (known === undefined) {
        const answer = work().catch((error: unknown) => refused(500, messageOf(error)));
        entries.set(key, { request, answer });
        void answer.then(({ againMs }) => againMs !== undefined && entries.delete(key));
        const [oldest] = entries.keys();
        if (entries.size > KEPT && oldest !== undefined) entries.delete(oldest);
        return answer;
      }
      if (known.request === request) return known.answer;
      return refused(422, `the idempotency key was used for another request: ${known.request.slice(0, 200)}`);
    },
  };
}
