// How the ingestion tells a gateway that is away, silent, or of another mind, while its writes go on.
import type { RequestListener } from "node:http";
import { expect, it, onTestFinished } from "vitest";
import { openDoors, type Doors } from "../../../../../targets/reference-ai-stack/ingestion/doors.ts";
import type { StoredDocument } from "../../../../../targets/reference-ai-stack/ingestion/answers.ts";
import { openGatewayTeller } from "../../../../../targets/reference-ai-stack/ingestion/tell-gateway.ts";
import { serveForTest } from "../../../../support/serve-for-test.ts";
import { quiet } from "./stand.ts";

const token = "a-token-of-the-test";
const VECTOR = [0.5, 0.25];

function written(passages = 1): StoredDocument {
  const passage = { id: "a", title: "", text: "text", vector: VECTOR };
  const rest = { version: 1, source: "notes", batch: "1.jsonl", schema: 1, model: "m", tags: [] };
  return { ...rest, passages: Array.from({ length: passages }, () => passage) };
}

/** A gateway that answers so, the first answer to its first call; the last one again and again. */
async function telling(...answers: readonly (number | "cut" | "silent")[]) {
  const heard: (readonly [string, unknown])[] = [];
  let n = 0;
  const listener: RequestListener = (request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const answer = answers[Math.min(n, answers.length - 1)] ?? 200;
      n += 1;
      heard.push([request.url?.split("/").at(-1) ?? "", JSON.parse(Buffer.concat(parts).toString())]);
      if (answer === "cut") response.destroy();
      else if (answer !== "silent") response.writeHead(answer).end("{}");
    });
  };
  const { port, end } = await serveForTest(listener);
  const teller = openGatewayTeller({ port, token, log: quiet });
  onTestFinished(teller.close);
  const doors: Doors = { ...openDoors({ embedderPort: 1, vectorPorts: [], token }), write: async () => "stored" };
  const { write } = teller.over(doors);
  return { teller, write, heard, end };
}

it("tells a document and the vectors of its passages, and first of all that answers of before go", async () => {
  const { teller, write, heard } = await telling(200);
  expect(await write("a", written(2), 1)).toBe("stored");
  await write("b", written(0), 2);
  await teller.told();
  expect(heard).toEqual([
    ["clear", {}],
    ["documents", { document: "a", vectors: [VECTOR, VECTOR] }],
    ["documents", { document: "b", vectors: [] }],
  ]);
  expect(teller.untold()).toBeNull();
});

it("tells of a write that failed, too, since some replica may have it, and fails as it did", async () => {
  const { teller, heard } = await telling(200);
  const failing = async (): Promise<never> => Promise.reject(new Error("the second replica is away"));
  const { write } = teller.over({ ...openDoors({ embedderPort: 1, vectorPorts: [], token }), write: failing });
  await expect(write("a", written(), 1)).rejects.toThrow("the second replica is away");
  await teller.told();
  expect(heard.at(-1)).toEqual(["documents", { document: "a", vectors: [VECTOR] }]);
});

it("tells a document at the first replica that has it, while another one hangs", async () => {
  const { teller, heard } = await telling(200);
  await teller.told();
  let letGo = (): void => undefined;
  const hanging: Doors["write"] = async (_document, _write, _line, onReplica) => {
    onReplica?.();
    await new Promise<void>((resolve) => (letGo = resolve));
    return "stored";
  };
  const { write } = teller.over({ ...openDoors({ embedderPort: 1, vectorPorts: [], token }), write: hanging });
  const writing = write("a", written(), 1);
  await expect
    .poll(() => heard.at(-1), { timeout: 10_000 })
    .toEqual(["documents", { document: "a", vectors: [VECTOR] }]);
  letGo();
  expect(await writing).toBe("stored");
  await teller.told();
  expect(heard.map(([path]) => path)).toEqual(["clear", "documents", "documents"]);
});

it.each(["cut", "silent", 500, 401] as const)(
  "says that it was not heard, with the reason, and tells it again, after %s",
  async (how) => {
    const { teller, write, heard } = await telling(200, how, 200);
    expect(await write("a", written(), 1)).toBe("stored");
    await expect
      .poll(() => teller.untold(), { timeout: 10_000 })
      .toMatchObject({
        documents: 1,
        attempts: 1,
        says: expect.stringMatching(/^the gateway/) as string,
      });
    expect(await write("b", written(), 2)).toBe("stored");
    await teller.told();
    expect(heard.map(([path, body]) => [path, (body as { document?: string }).document])).toEqual([
      ["clear", undefined],
      ["documents", "a"],
      ["documents", "a"],
      ["documents", "b"],
    ]);
    expect(teller.untold()).toBeNull();
  },
);

it.each(["nobody listens", "no answers are kept"])("takes it for told where %s", async (where) => {
  const { teller, write, end } = await telling(409);
  await teller.told();
  if (where === "nobody listens") await end();
  await write("a", written(), 1);
  await teller.told();
  expect(teller.untold()).toBeNull();
});

it("has all answers go where one change is never understood, or where too many wait", async () => {
  const refused = await telling(200, 400, 200);
  await refused.write("a", written(), 1);
  await refused.teller.told();
  expect(refused.heard.map(([path]) => path)).toEqual(["clear", "documents", "clear"]);
  const busy = await telling(500, 200);
  for (let n = 0; n < 20; n += 1) await busy.write(`d${n}`, written(64), 1);
  await expect.poll(() => busy.teller.untold()?.documents).toBe(20);
  await busy.teller.told();
  expect(busy.heard.filter(([path]) => path === "documents").length).toBeLessThan(20);
});

it("tells nothing more once it is closed", async () => {
  const { teller, write, heard } = await telling(200);
  await teller.told();
  teller.close();
  await write("a", written(), 1);
  await teller.told();
  expect(heard).toHaveLength(1);
});
