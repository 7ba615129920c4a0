// What is refused for what it is: the client hears why, and nothing of it is held against a replica.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { serve } from "../inference/inference-for-test.ts";
import { gatewayBefore, openThings, upstream } from "./stand-ins.ts";

beforeEach(() => {
  // The gateway logs each failed chat to stderr.
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all(openThings.splice(0).map((close) => close()));
});

const replicas = ["inference-1", "inference-2"] as const;

async function gateway(): Promise<string> {
  const [one = "", two = ""] = await Promise.all(
    replicas.map(async () => new URL(await serve({ kvBlocks: 8192 })).host),
  );
  return gatewayBefore({ inferences: [one, two] });
}

const post = (base: string, body: string): Promise<Response> =>
  fetch(`${base}/v1/chat/completions`, { method: "POST", body });

it("a prompt longer than KV memory is a 400 with OpenAI's code, and counts against no replica", async () => {
  const base = await gateway();
  // In an earlier turn, so that the embedder gets a short question.
  const messages = [
    { role: "user", content: "a ".repeat(200_000) },
    { role: "assistant", content: "Yes." },
    { role: "user", content: "And now?" },
  ];
  for (const stream of [true, false, true, false, true, false]) {
    const answer = await post(base, JSON.stringify({ stream, messages }));
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      error: { type: "invalid_request_error", code: "context_length_exceeded" },
    });
  }
  for (const replica of replicas) {
    const { errors, ejected, outcomes } = await upstream(base, replica);
    expect({ errors, ejected, ...outcomes }).toMatchObject({ errors: 0, ejected: false, failed: 0, broken: 0 });
  }
});

it("a body that is nested too deep to be written out again is a 400, and counts against no replica", async () => {
  const base = await gateway();
  const deep = `${"[".repeat(400_000)}${"]".repeat(400_000)}`;
  for (let n = 0; n < 6; n += 1) {
    const answer = await post(base, `{"messages":[{"role":"user","content":"Why?"}],"extra":${deep}}`);
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining("nested deeper than 100")]);
  }
  for (const replica of replicas) {
    expect(await upstream(base, replica)).toMatchObject({ requests: 0, errors: 0, ejected: false });
  }
  const brackets = JSON.stringify({ messages: [{ role: "user", content: `"\\${"[{".repeat(200)}` }] });
  expect((await post(base, brackets)).status).toBe(200);
});
