import { expect, test } from "vitest";
import { parseChatRequest } from "../../../../targets/reference-ai-stack/common/chat-request.ts";

const messages = [{ role: "user", content: "How do I read a file?" }];

test("one choice is what there is: more are refused, since their texts would run into each other", () => {
  for (const n of [undefined, null, 1]) expect(parseChatRequest({ messages, n })).toMatchObject({ ok: true });
  for (const n of [2, 0, 1.5, "2"]) {
    expect(parseChatRequest({ messages, n })).toMatchObject({
      ok: false,
      reason: "n: expected 1, the only number of choices",
    });
  }
});
