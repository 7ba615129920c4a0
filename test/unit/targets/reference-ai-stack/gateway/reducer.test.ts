import type { RequestListener } from "node:http";
import { afterEach, expect, it } from "vitest";
import { createReducer } from "../../../../../targets/reference-ai-stack/gateway/reducer.ts";
import { ask as askAt, chunkOf, embedder, gatewayBefore, openThings, standIn, streaming, vector } from "./stand-ins.ts";

afterEach(async () => {
  await Promise.all(openThings.splice(0).map((end) => end()));
});

function withResolvers() {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}

/** A gateway, what its services were asked, and a way to hold up answers. */
async function watched(between?: Promise<void>) {
  const asked: Record<string, unknown>[] = [];
  const noting =
    (listener: RequestListener): RequestListener =>
    (request, response) => {
      const parts: Buffer[] = [];
      request.on("data", (part: Buffer) => parts.push(part));
      request.on("end", () => {
        asked.push(JSON.parse(Buffer.concat(parts).toString()) as Record<string, unknown>);
        listener(request, response);
      });
    };
  const answer = noting(streaming([chunkOf("a word [fs.stat#1]"), chunkOf("", "stop"), "data: [DONE]\n\n"], between));
  const base = await gatewayBefore({
    embedder: await standIn(embedder),
    vectors: [await standIn(noting(vector)), await standIn(noting(vector))],
    inferences: [await standIn(answer), await standIn(answer)],
  });
  const put = (body: unknown, token = "s3cret") =>
    fetch(`${base}/internal/service`, {
      method: "PUT",
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    });
  const ask = (content: string, more: object = {}, headers: Readonly<Record<string, string>> = {}) =>
    fetch(`${base}/v1/chat/completions`, {
      method: "POST",
      headers,
      body: JSON.stringify({ messages: [{ role: "user", content }], ...more }),
    });
  const page = async (): Promise<string> => (await fetch(`${base}/metrics`)).text();
  return { asked, put, ask, page };
}

it("gives less by steps, says so in each answer, and full service again", async () => {
  const { asked, put, ask } = await watched();
  const full = await ask("How?");
  expect([full.headers.get("x-service-reduced"), asked[0]?.["k"], asked[1]?.["verbosity"]]).toEqual([
    null,
    4,
    undefined,
  ]);
  expect(await (await put({ level: 1, most: 4 })).json()).toEqual({ level: 1, asked: 1, refused: 0 });
  const less = await ask("How?");
  expect([less.headers.get("x-service-reduced"), asked[2]?.["k"], asked[3]?.["verbosity"]]).toEqual(["1", 2, "low"]);
  // A bound on tokens would cut the answer, and many clients take a cut one for a failure.
  expect(asked[3]?.["max_tokens"]).toBeUndefined();
  await put({ level: 0, most: 0 });
  await ask("How?");
  expect(asked.at(-1)?.["verbosity"]).toBeUndefined();
});

it("never gives more than was asked for", async () => {
  const { asked, put, ask } = await watched();
  await put({ level: 1, most: 4 });
  await ask("How?", { max_tokens: 3 });
  expect(asked.at(-1)?.["max_tokens"]).toBe(3);
});

it("gives an answer again to the same conversation alone, streamed or not, and asks nobody for it", async () => {
  const { asked, put, ask } = await watched();
  await (await ask("How?", { user: "a", cache_salt: "a" })).text();
  await put({ level: 2, most: 4 });
  const before = asked.length;
  const again = await ask("How?", { user: "a", cache_salt: "a" });
  expect(await again.json()).toMatchObject({
    choices: [{ message: { content: "a word [fs.stat#1]" }, finish_reason: "stop" }],
  });
  const streamed = await ask("How?", { user: "a", cache_salt: "a", stream: true });
  expect(await streamed.text()).toMatch(/"content":"a word[^]*"finish_reason":"stop"[^]*\[DONE\]/);
  expect(asked).toHaveLength(before);
  await (await ask("How?", { user: "b", cache_salt: "b" })).text();
  expect(asked.length).toBeGreaterThan(before);
});

it("keeps nothing of an answer that was cut or was itself less than full service", async () => {
  const { asked, put, ask } = await watched();
  await put({ level: 1, most: 4 });
  await (await ask("How?")).text();
  await put({ level: 2, most: 4 });
  const before = asked.length;
  await (await ask("How?")).text();
  expect(asked.length).toBeGreaterThan(before);
});

it("refuses politely when it is full, takes the next one when an answer is over, and counts what it refused", async () => {
  const { promise, resolve } = withResolvers();
  const { put, ask } = await watched(promise);
  await put({ level: 3, most: 1 });
  const first = await ask("One?", { stream: true });
  const refused = await ask("Two?");
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "2"]);
  expect(await (await put({ level: 3, most: 1 })).json()).toEqual({ level: 3, asked: 2, refused: 1 });
  resolve();
  await first.text();
  await expect.poll(async () => (await ask("Three?")).status).toBe(200);
});

it("frees the place of a client that goes away", async () => {
  const { promise, resolve } = withResolvers();
  const { put, ask } = await watched(promise);
  await put({ level: 3, most: 1 });
  await (await ask("One?", { stream: true })).body?.cancel();
  resolve();
  await expect.poll(async () => (await ask("Two?")).status).toBe(200);
});

it("takes no order without the supervisor's token, nor a level that is none", async () => {
  const { put } = await watched();
  expect((await put({ level: 1, most: 4 }, "guess")).status).toBe(401);
  for (const body of [{ level: 4, most: 1 }, { level: -1, most: 1 }, { level: 1 }, [], { level: 1, most: 0.5 }]) {
    expect((await put(body)).status).toBe(400);
  }
});

it("refuses what is of low priority first, says when to come again, and gives others full service meanwhile", async () => {
  const { asked, put, ask } = await watched();
  const low = { "x-priority": "low" };
  expect((await ask("How?", {}, low)).status).toBe(200);
  await put({ level: 1, most: 4 });
  const before = asked.length;
  const shed = await ask("How?", {}, low);
  expect([shed.status, shed.headers.get("retry-after"), shed.headers.get("x-service-reduced")]).toEqual([
    429,
    "2",
    "1",
  ]);
  expect(await shed.json()).toMatchObject({ error: { type: "overloaded" } });
  expect(asked).toHaveLength(before);
  const other = await ask("How?");
  expect([other.status, other.headers.get("x-service-reduced"), asked.at(-1)?.["verbosity"]]).toEqual([
    200,
    null,
    undefined,
  ]);
  await put({ level: 0, most: 0 });
  expect((await ask("How?", {}, low)).status).toBe(200);
});

it("gives others less, too, on the second step, and does not take a high priority for granted", async () => {
  const { asked, put, ask } = await watched();
  await ask("How?", {}, { "x-priority": "low" });
  await put({ level: 2, most: 4 });
  const other = await ask("What?", {}, { "x-priority": "high" });
  expect([other.headers.get("x-service-reduced"), asked.at(-1)?.["verbosity"]]).toEqual(["2", "low"]);
  expect((await ask("How?", {}, { "x-priority": "low" })).status).toBe(429);
});

it("takes refusing the low for the first step while they are a tenth, and never for full service to all", () => {
  const clock = { ms: 0 };
  const reducer = createReducer(() => clock.ms);
  const chat = { messages: [{ role: "user" as const, content: "How?" }], stream: false };
  const high = () => {
    const { level, isReduced } = reducer.serviceFor(chat);
    return { level, isReduced };
  };
  expect(high()).toEqual({ level: 0, isReduced: false });
  reducer.set({ level: 1, most: 4 });
  for (let n = 0; n < 18; n += 1) high();
  // One of twenty: a guest's word does not spare all others the step.
  reducer.serviceFor(chat, "low");
  expect(high()).toEqual({ level: 1, isReduced: true });
  reducer.serviceFor(chat, "low");
  reducer.serviceFor(chat, "low");
  expect(high()).toEqual({ level: 0, isReduced: true });
  clock.ms = 10_500;
  expect(high()).toEqual({ level: 1, isReduced: true });
});

it("learns nothing of a version from whom it gives full service while it refuses the low", async () => {
  const base = await gatewayBefore({ split: { stable: "a-1", canary: null, others: [], known: ["a-1"] } });
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  const noted = async (): Promise<number> => {
    const answer = await fetch(`${base}/internal/answers`, { headers: bearer("look") });
    return ((await answer.json()) as { readonly answers: readonly object[] }).answers.length;
  };
  await (await askAt(base)).text();
  expect(await noted()).toBe(1);
  const body = JSON.stringify({ level: 1, most: 4 });
  await fetch(`${base}/internal/service`, { method: "PUT", headers: bearer("s3cret"), body });
  const low = JSON.stringify({ messages: [{ role: "user", content: "How?" }] });
  await fetch(`${base}/v1/chat/completions`, { method: "POST", headers: { "x-priority": "low" }, body: low });
  const full = await askAt(base);
  await full.text();
  expect([full.status, full.headers.get("x-service-reduced"), await noted()]).toEqual([200, null, 1]);
});

it("counts what it refuses for its low priority apart from the chats that users get", async () => {
  const { put, ask, page } = await watched();
  await put({ level: 1, most: 4 });
  await ask("How?", {}, { "x-priority": "low" });
  const text = await page();
  expect(text).toMatch(/^gateway_shed_total 1$/m);
  const chats = /operation_duration_count\{.*"chat"/;
  expect(text).not.toMatch(chats);
  await (await ask("How?")).text();
  expect(await page()).toMatch(chats);
});
