// One answer to a user, good and quick unless a test says otherwise.
import type { AnswerView } from "../../../../../targets/reference-ai-stack/healer/nouns.ts";

export function answerView(seq: number, more: Partial<AnswerView> = {}): AnswerView {
  const good = { version: "a", cites: true, inventsSymbols: false, firstMs: 40, tokenMs: 2 };
  return { seq, ...good, asked: `question ${seq}`, said: `answer ${seq}`, cluster: 0, ...more };
}
