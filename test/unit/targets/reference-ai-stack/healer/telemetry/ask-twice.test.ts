// The healer asks the same prompts of a replica out of its cache and around it.
import { expect, it } from "vitest";
import { createAskTwice } from "../../../../../../targets/reference-ai-stack/healer/telemetry/ask-twice.ts";
import { serveForTest } from "../../../../../support/serve-for-test.ts";

type Body = { messages: { content: string }[]; cache_salt?: string; max_tokens: number };
type Asked = Body & { readonly n: number; readonly isProbe: boolean };

async function replica(answer: (asked: Asked) => string | number) {
  const asked: Asked[] = [];
  const { port } = await serveForTest((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const body = JSON.parse(Buffer.concat(parts).toString()) as Body;
      const n = Number(/sentence (\d+)/.exec(body.messages[1]?.content ?? "")?.[1]);
      const one = { ...body, n, isProbe: request.headers["x-probe"] === "1" };
      asked.push(one);
      const content = answer(one);
      if (typeof content === "number") response.writeHead(content).end("{}");
      else response.writeHead(200).end(JSON.stringify({ choices: [{ message: { content } }] }));
    });
  });
  return { port, asked };
}

it("counts prompts whose answers differ, asks each twice, uses a salt once, and is never taken for a user", async () => {
  const right = await replica(() => "the same");
  expect(await createAskTwice()(right.port)).toEqual({ asked: 2, differing: 0 });
  const looked = right.asked.filter(({ max_tokens: most }) => most > 1);
  const salts = looked.flatMap(({ cache_salt: salt }) => salt ?? []);
  expect([looked.length, salts.length, new Set(salts).size]).toEqual([4, 2, 2]);
  expect(new Set(looked.map(({ messages }) => JSON.stringify(messages))).size).toBe(2);
  expect(right.asked.every(({ isProbe }) => isProbe)).toBe(true);
  const wrong = await replica(({ cache_salt: salt }) => (salt === undefined ? "garbage" : "right"));
  expect(await createAskTwice()(wrong.port)).toEqual({ asked: 2, differing: 2 });
});

it("finds one wrong prompt among twenty within ten looks, asks it again until it was right twice, and goes on", async () => {
  let damaged = 13;
  const one = await replica(({ n, cache_salt: salt }) => (n === damaged && salt === undefined ? "garbage" : "right"));
  const askTwice = createAskTwice();
  const seen: number[] = [];
  const look = async (): Promise<void> => void seen.push((await askTwice(one.port))?.differing ?? -1);
  for (let n = 0; n < 8; n += 1) await look();
  expect(seen).toEqual([0, 0, 0, 0, 0, 0, 1, 1]);
  damaged = -1;
  for (let n = 0; n < 3; n += 1) await look();
  const lookedAt = one.asked.filter(({ max_tokens: most, cache_salt: salt }) => most > 1 && salt === undefined);
  expect(lookedAt.slice(-6).map(({ n }) => n)).toEqual([12, 13, 12, 13, 14, 15]);
  expect(new Set(one.asked.filter(({ max_tokens: most }) => most === 1).map(({ n }) => n)).size).toBe(20);
});

it("has seen nothing where a prompt was not answered both times", async () => {
  const busy = await replica(({ cache_salt: salt }) => (salt === undefined ? "right" : 429));
  expect(await createAskTwice()(busy.port)).toBeNull();
  const odd = await replica(() => 500);
  expect(await createAskTwice()(odd.port)).toBeNull();
});

it("blames no cache where a model answers otherwise each time", async () => {
  let times = 0;
  const moody = await replica(() => `answer ${(times += 1)}`);
  expect(await createAskTwice()(moody.port)).toEqual({ asked: 2, differing: 0 });
});
