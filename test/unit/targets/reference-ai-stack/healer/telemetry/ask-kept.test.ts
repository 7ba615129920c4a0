// The healer asks the same questions of the gateway out of the answers that it keeps and around them.
import { expect, it } from "vitest";
import { createAskKept } from "../../../../../../targets/reference-ai-stack/healer/telemetry/ask-kept.ts";
import { serveForTest } from "../../../../../support/serve-for-test.ts";

interface Asked {
  readonly user?: string;
  readonly messages: readonly { readonly content: string }[];
  readonly cache: { readonly "no-cache": boolean; readonly "no-store"?: boolean };
}
type Answer = (question: string, isAround: boolean) => string | object | number;

const GOLDENS = Array.from({ length: 24 }, (_, n) => ({ question: `What is q${n} for?`, passages: [], wanted: "" }));

async function gateway(answer: Answer, given: () => readonly object[] = () => []) {
  const asked: Asked[] = [];
  let chats = 0;
  const service = { isReduced: false };
  const { port } = await serveForTest((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      if (request.url === "/internal/answer-cache") {
        response.end(JSON.stringify({ kept: 1, asked: chats }));
        return;
      }
      if (request.url === "/internal/answer-cache/given") {
        const isHealer = request.headers.authorization === "Bearer looks";
        response.writeHead(isHealer ? 200 : 401).end(JSON.stringify({ given: given() }));
        return;
      }
      const body = JSON.parse(Buffer.concat(parts).toString()) as Asked;
      asked.push(body);
      const said = answer(body.messages[0]?.content ?? "", body.cache["no-cache"]);
      const [status, whole] =
        typeof said === "number"
          ? [said, {}]
          : [200, typeof said === "object" ? said : { model: "v-1", choices: [{ message: { content: said } }] }];
      const isLess = service.isReduced && body.cache["no-cache"];
      response.writeHead(status, isLess ? { "x-service-reduced": "1" } : {}).end(JSON.stringify(whole));
    });
  });
  const ask = createAskKept({ port, lookToken: "looks" }, () => GOLDENS);
  return { ask, port, asked, service, users: (more: number) => void (chats += more) };
}

it("has 20 questions kept, asks two of them twice a look in turn, and keeps nothing of what it asks anew", async () => {
  const { ask, asked } = await gateway((question) => question);
  for (let n = 0; n < 11; n += 1) expect(await ask(false)).toEqual({ asked: 2, differing: 0 });
  expect(asked).toHaveLength(20 + 11 * 4);
  const around = asked.filter(({ cache }) => cache["no-cache"]);
  expect(around.every(({ cache }) => cache["no-store"] === true)).toBe(true);
  expect(asked.filter(({ cache }) => !cache["no-cache"]).every(({ cache }) => cache["no-store"] === undefined)).toBe(
    true,
  );
  const questions = around.map(({ messages }) => messages[0]?.content);
  expect(new Set(questions).size).toBe(20);
  expect(questions.slice(20)).toEqual(questions.slice(0, 2));
});

it.each([
  ["another answer", "wrong", { asked: 2, differing: 2 }],
  ["an error body with status 200", { error: { message: "timeout" } }, { asked: 2, differing: 2 }],
  ["another version's answer", { model: "v-2", choices: [{ message: { content: "new" } }] }, null],
  ["no answer", 503, null],
] as const)("counts a question that is answered otherwise out of the cache, with %s", async (_what, kept, wanted) => {
  let isFilling = 20;
  const { ask } = await gateway((question, isAround) => (isAround || isFilling-- > 0 ? question : kept));
  expect(await ask(false)).toEqual(wanted);
});

it("asks what differed again until it was right twice", async () => {
  let rotten = false;
  const { ask, asked } = await gateway((question, isAround) => (rotten && !isAround ? "wrong" : question));
  await ask(false);
  rotten = true;
  expect([await ask(false), await ask(false)]).toEqual([
    { asked: 2, differing: 2 },
    { asked: 2, differing: 2 },
  ]);
  rotten = false;
  for (let n = 0; n < 3; n += 1) await ask(false);
  const looked = asked.filter(({ cache }) => cache["no-cache"]).map(({ messages }) => messages[0]?.content);
  expect(looked.slice(-6)).toEqual([2, 3, 2, 3, 4, 5].map((n) => `What is q${n} for?`));
});

const chatOf = (content: string): object => ({ user: "a", messages: [{ role: "user", content }] });

it("asks what users were given, one at a look, and what differed again until it was right", async () => {
  let wrong: string | undefined = "how to disable";
  const users = ["how to enable", "how to disable", "how to start"];
  const { ask, asked } = await gateway(
    (question, isAround) => (question === wrong && !isAround ? "the opposite" : question),
    () => users.map(chatOf),
  );
  const seen = [await ask(false), await ask(false), await ask(false)];
  wrong = undefined;
  for (let n = 0; n < 3; n += 1) seen.push(await ask(false));
  expect(seen.map((view) => view?.differing)).toEqual([0, 1, 1, 0, 0, 0]);
  expect(seen.every((view) => view?.asked === 3)).toBe(true);
  const theirs = asked.filter(({ user, cache }) => user === "a" && !cache["no-cache"]);
  const of = theirs.map(({ messages }) => users.indexOf(messages[0]?.content ?? ""));
  expect(of).toEqual([0, 1, 1, 1, 2, 0]);
  // As they asked it, so that it finds what they found.
  expect(theirs.every((body) => !("verbosity" in body))).toBe(true);
});

it("says nothing of what was kept at full service while the service is reduced, and of what is wrong again after", async () => {
  const users = [chatOf("how to enable")];
  const { ask, service } = await gateway(
    (question, isAround) => (isAround ? `${question} in short` : question),
    () => users,
  );
  service.isReduced = true;
  expect(await ask(false)).toBeNull();
  service.isReduced = false;
  expect(await ask(false)).toEqual({ asked: 3, differing: 3 });
});

it.each([
  ["other words of the same sources", "in other words [a] Sources: [a] [c] [b]", 0],
  ["other words of one source more", "in other words [a] Sources: [a] [c] [b] [d]", 1],
  ["the sources of its opposite, which are the same ones", "the opposite [b] Sources: [b] [a] [c]", 1],
  ["words without a source", "in other words", 1],
  ["an error that names the sources", { error: "Sources: [a] [b] [c]" }, 1],
] as const)("judges what a user was given by its sources: %s", async (_what, kept, wanted) => {
  const { ask } = await gateway(
    (question, isAround) => (question === "how to enable" && !isAround ? kept : "words [a] Sources: [a] [b] [c]"),
    () => [chatOf("how to enable")],
  );
  expect(await ask(false)).toEqual({ asked: 3, differing: wanted });
});

it("takes other words of the same sources for another answer to its own questions", async () => {
  let isFilling = 20;
  const { ask } = await gateway(
    (_question, isAround) => `${isAround || isFilling-- > 0 ? "" : "other "}words Sources: [a]`,
  );
  expect(await ask(false)).toEqual({ asked: 2, differing: 2 });
});

it("asks its own alone where it may not see what users were given", async () => {
  const { port } = await gateway(
    (question) => question,
    () => [chatOf("how to enable")],
  );
  for (const lookToken of [undefined, "another"]) {
    expect(await createAskKept({ port, lookToken }, () => GOLDENS)(false)).toEqual({ asked: 2, differing: 0 });
  }
});

it("takes a model that answers otherwise each time for no sign of the cache", async () => {
  let turn = 0;
  const { ask } = await gateway(() => `answer ${(turn += 1)}`);
  expect(await ask(false)).toEqual({ asked: 2, differing: 0 });
});

it("leaves a gateway alone that no user asks, and goes on with its filling where it was not answered", async () => {
  let isBusy = true;
  const { ask, asked, users } = await gateway((question) => (isBusy && question.includes("q5 ") ? 429 : question));
  expect([await ask(true), asked.length]).toEqual([null, 0]);
  users(2);
  expect([await ask(true), asked.length]).toEqual([null, 0]);
  users(3);
  expect([await ask(true), asked.length]).toEqual([null, 6]);
  isBusy = false;
  users(3);
  expect([await ask(true), asked.length]).toEqual([{ asked: 2, differing: 0 }, 6 + 15 + 4]);
});

it.each(["refused", "no JSON", "null"])("sees nothing of a gateway whose count is %s, and lives on", async (how) => {
  const { port, end } = await serveForTest((_request, response) => void response.end(how));
  if (how === "refused") await end();
  const ask = createAskKept({ port }, () => GOLDENS);
  expect([await ask(true), await ask(true), await ask(false)]).toEqual([null, null, null]);
  expect(await createAskKept({ port }, () => null)(false)).toBeNull();
});
