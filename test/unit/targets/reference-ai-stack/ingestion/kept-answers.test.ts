// Answers that a gateway keeps, while the ingestion writes: what it changes is told, so that the healer's own questions
// are answered alike out of the cache and around it.
import { mkdtempSync, rmSync } from "node:fs";
import type { RequestListener } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { afterEach, expect, it, onTestFinished } from "vitest";
import type { ChatMessage } from "../../../../../targets/reference-ai-stack/common/chat-request.ts";
import { passagesIn } from "../../../../../targets/reference-ai-stack/common/passages.ts";
import { createRowFile } from "../../../../../targets/reference-ai-stack/common/row-file.ts";
import { createAskKept } from "../../../../../targets/reference-ai-stack/healer/telemetry/ask-kept.ts";
import { openGatewayTeller, TELLS_NOBODY } from "../../../../../targets/reference-ai-stack/ingestion/tell-gateway.ts";
import { chunkOf, gatewayBefore, openThings, standIn } from "../gateway/stand-ins.ts";
import { openStand, quiet, record, vectorOf } from "./stand.ts";

const token = "a-token-of-the-ingestion";
const ROWS = 64;
const QUESTIONS = Array.from({ length: 6 }, (_, n) => ({ question: `What is q${n} for?`, passages: [], wanted: "" }));

afterEach(async () => {
  await Promise.all(openThings.splice(0).map((end) => end()));
});

const reading = (answer: (body: unknown) => string): RequestListener => {
  return (request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => response.end(answer(JSON.parse(Buffer.concat(parts).toString()))));
  };
};

const embeds = reading((body) => {
  const vector = vectorOf((body as { input: string }).input);
  const length = Math.hypot(...vector);
  const embedding = Buffer.from(vector.map((part) => part / length).buffer).toString("base64");
  return JSON.stringify({ data: [{ embedding }] });
});

/** Says what its passages are and say. */
const quotes = reading((body) => {
  const passages = passagesIn((body as { messages: ChatMessage[] }).messages);
  const said = passages.map(({ id, text }) => `[${id}] ${text}`).join("\n");
  const chunks = [{ ...chunkOf(said), model: "v-1" }, chunkOf("", "stop")];
  return `${chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join("")}data: [DONE]\n\n`;
});

/** A gateway that keeps answers, before the replicas of an ingestion that tells it, or does not. */
async function openBoth(isTold = true) {
  const stand = await openStand();
  const folder = mkdtempSync(join(tmpdir(), "kept-answers-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [first = 0, second = 0] = stand.ports;
  const base = await gatewayBefore({
    embedder: await standIn(embeds),
    vectors: [`127.0.0.1:${first}`, `127.0.0.1:${second}`],
    inferences: [await standIn(quotes), await standIn(quotes)],
    keepsAnswers: {
      rows: ROWS,
      openFile: () => createRowFile(join(folder, "answers.bin"), ROWS, 4096),
      ingestionToken: token,
    },
  });
  const port = Number(new URL(base).port);
  const teller = openGatewayTeller({ port, token: isTold ? token : "another", log: quiet });
  stand.again((doors) => doors, teller);
  if (isTold) await teller.told();
  const askKept = createAskKept({ port }, () => QUESTIONS);
  /** Of all questions, how many are answered otherwise out of the cache than around it. */
  const differing = async (): Promise<number> => {
    let sum = 0;
    for (let looks = 0; looks < QUESTIONS.length / 2;) {
      const seen = await askKept(false);
      // Null: on a busy machine a look comes to nothing, and is taken again.
      looks += seen === null ? 0 : 1;
      sum += seen?.differing ?? 0;
    }
    return sum;
  };
  const kept = async (): Promise<number> => {
    const { kept: count } = (await (await fetch(`${base}/internal/answer-cache`)).json()) as { kept: number };
    return count;
  };
  const turn = async (): Promise<void> => {
    await stand.ingestion().turn();
    if (isTold) await teller.told();
  };
  return { stand, teller, differing, kept, turn };
}

/** What an ordinary day brings: new documents, newer versions, a deletion, and a batch that is called back. */
const DAY: readonly (readonly [string, readonly object[]])[] = [
  ["1.jsonl", Array.from({ length: 5 }, (_, n) => record(`n${n}`, `a new document ${n}`))],
  ["2.jsonl", [record("n1", "another text of the same document", 2), record("c#3", "the corpus says otherwise", 2)]],
  ["3.jsonl", [record("n2", "", 2), record("c#7", "", 2)]],
];

it("answers alike out of the cache and around it, whatever the ingestion has written or taken back", async () => {
  const { stand, teller, differing, kept, turn } = await openBoth();
  expect([await differing(), await kept()]).toEqual([0, QUESTIONS.length]);
  for (const [batch, records] of DAY) {
    stand.deliver("notes", batch, ...records);
    await turn();
    const left = await kept();
    expect([left < QUESTIONS.length, await differing()], batch).toEqual([true, 0]);
  }
  stand.ingestion().withdraw("notes", "2.jsonl");
  await turn();
  expect(await stand.texts("c#3")).toEqual(["corpus text 3", "corpus text 3"]);
  expect([await differing(), teller.untold()]).toEqual([0, null]);
});

it("answers otherwise out of the cache after each of these where the gateway does not hear of it", async () => {
  const { stand, differing, turn } = await openBoth(false);
  expect(await differing()).toBe(0);
  for (const [batch, records] of DAY) stand.deliver("notes", batch, ...records);
  await turn();
  expect(stand.ingestion().view().untold).toMatchObject({ says: expect.stringContaining("401") as string });
  expect(await differing()).toBeGreaterThan(QUESTIONS.length / 2);
});

it("leaves answers alone that a document has nothing to do with", async () => {
  const { stand, differing, kept, turn } = await openBoth();
  stand.deliver("notes", "1.jsonl", record("gone", "nobody asks for this"));
  await turn();
  await differing();
  const before = await kept();
  stand.deliver("notes", "2.jsonl", record("go", "", 1), record("nobody", "", 1));
  await turn();
  expect([before, await kept()]).toEqual([QUESTIONS.length, QUESTIONS.length]);
});

it("answers a user's write once the gateway has heard of it, and one that never hears holds nobody up", async () => {
  const stand = await openStand();
  const order: string[] = [];
  const told = async (): Promise<void> => {
    await setImmediate();
    order.push("told");
  };
  const document = { id: "a", title: "", text: "a text" };
  order.push(await stand.again((doors) => doors, { ...TELLS_NOBODY, told }).submit(document));
  expect(order).toEqual(["told", "stored"]);
  const deaf = async (): Promise<void> => new Promise(() => undefined);
  const ingestion = stand.again((doors) => doors, { ...TELLS_NOBODY, told: deaf });
  stand.pass(1);
  expect(await ingestion.submit({ ...document, text: "another text" })).toBe("stored");
});
