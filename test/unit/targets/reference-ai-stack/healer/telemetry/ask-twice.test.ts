// The healer asks the same prompts of a replica out of its cache and around it.
import { expect, it } from "vitest";
import { askTwice } from "../../../../../../targets/reference-ai-stack/healer/telemetry/ask-twice.ts";
import { serveForTest } from "../../../../../support/serve-for-test.ts";

type Asked = { messages: { content: string }[]; cache_salt?: string; max_tokens: number };

async function replica(answer: (asked: Asked) => string | number) {
  const asked: Asked[] = [];
  const { port } = await serveForTest((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const body = JSON.parse(Buffer.concat(parts).toString()) as Asked;
      asked.push(body);
      const content = answer(body);
      if (typeof content === "number") response.writeHead(content).end("{}");
      else response.writeHead(200).end(JSON.stringify({ choices: [{ message: { content } }] }));
    });
  });
  return { port, asked };
}

it("counts prompts whose answers differ, asks each twice, and uses a salt once", async () => {
  const right = await replica(() => "the same");
  expect(await askTwice(right.port)).toEqual({ asked: 2, differing: 0 });
  const salts = right.asked.flatMap(({ cache_salt: salt }) => salt ?? []);
  expect([right.asked.length, salts.length, new Set(salts).size]).toEqual([4, 2, 2]);
  expect(new Set(right.asked.map(({ messages }) => JSON.stringify(messages))).size).toBe(2);
  const wrong = await replica(({ cache_salt: salt }) => (salt === undefined ? "garbage" : "right"));
  expect(await askTwice(wrong.port)).toEqual({ asked: 2, differing: 2 });
});

it("has seen nothing where a prompt was not answered both times", async () => {
  const busy = await replica(({ cache_salt: salt }) => (salt === undefined ? "right" : 429));
  expect(await askTwice(busy.port)).toBeNull();
  const odd = await replica(() => 500);
  expect(await askTwice(odd.port)).toBeNull();
});

it("blames no cache where a model answers otherwise each time", async () => {
  let times = 0;
  const moody = await replica(() => `answer ${(times += 1)}`);
  expect(await askTwice(moody.port)).toEqual({ asked: 2, differing: 0 });
});
