// The same prompt twice: what counts as the same answer, and as another one.
import { expect, it } from "vitest";
import { answerControl } from "../../../src/platforms/target-http/answer-control.ts";
import { serveForTest } from "../../support/serve-for-test.ts";

interface Body {
  readonly about: string;
  readonly around?: string;
}

/** How many of three prompts are answered alike by a replica that answers so; and what it was asked. */
async function alike(answer: (body: Body) => unknown, words?: readonly string[]) {
  const asked: Body[] = [];
  const { url } = await serveForTest((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const body = JSON.parse(Buffer.concat(parts).toString()) as Body;
      asked.push(body);
      response.end(JSON.stringify(answer(body)));
    });
  });
  const about = words === undefined ? "prompt {n}" : "on {word}";
  const asking = { path: "/", body: { about }, around: { around: "{nonce}" }, ...(words && { words }) };
  const share = await answerControl(asking, url).sameTwice(3, AbortSignal.timeout(10_000));
  return { share, asked };
}

const says = (content: string) => ({ choices: [{ message: { content } }] });
const means = (...embedding: readonly number[]) => ({ data: [{ embedding }] });

it("asks nobody but the replica, also where the path looks like another host", async () => {
  const asked: (string | undefined)[] = [];
  const { url } = await serveForTest((request, response) => {
    asked.push(request.url);
    response.end(JSON.stringify(says("a")));
  });
  const control = answerControl({ path: "//127.0.0.2/ask", body: {}, around: {} }, url);
  expect(await control.sameTwice(1, AbortSignal.timeout(10_000))).toBe(1);
  expect(asked).toEqual(["//127.0.0.2/ask", "//127.0.0.2/ask"]);
});

it("takes completions of one text and embeddings of one direction for the same, and all else for another answer", async () => {
  const cases: readonly (readonly [cached: object, anew: object, share: number])[] = [
    [says("a"), says("a"), 1],
    [says("b"), says("a"), 0],
    [{ error: { message: "timeout" } }, says("a"), 0],
    [means(1, 0), means(1, 1e-7), 1],
    [means(0, 1), means(1, 0), 0],
    [means(0, 0), means(1, 0), 0],
    [means(1, 0, 0), means(1, 0), 0],
    [says("a"), means(1, 0), 0],
  ];
  for (const [cached, anew, share] of cases) {
    const seen = await alike(({ around }) => (around === undefined ? cached : anew));
    expect(seen.share, JSON.stringify([cached, anew])).toBe(share);
  }
});

it("asks about each word in turn, as it is written, and with a new nonce each time", async () => {
  const { asked } = await alike(() => says("a"), ['a "quoted" \\ word', "$&"]);
  expect(asked.map(({ about }) => about)).toEqual(
    ['a "quoted" \\ word', "$&", 'a "quoted" \\ word'].flatMap((word) => [`on ${word}`, `on ${word}`]),
  );
  expect(new Set(asked.map(({ around }) => around)).size).toBe(4);
});

it("says so where nothing that can be compared is answered around the cache", async () => {
  await expect(alike(() => ({ error: "no" }))).rejects.toThrow("gave no chat completion and no embedding");
});
