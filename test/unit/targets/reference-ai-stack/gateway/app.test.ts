import { afterEach, beforeEach, expect, it, vi } from "vitest";
import {
  ask,
  deadAddress,
  embedder,
  gatewayBefore,
  inference,
  openThings,
  standIn,
  upstream,
  vector,
} from "./stand-ins.ts";

beforeEach(() => {
  // The services log to stderr, and some of them fail here on purpose.
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all(openThings.splice(0).map((close) => close()));
});

it("streams an answer that cites, ended by [DONE]", async () => {
  const text = await (await ask(await gatewayBefore({}), true)).text();
  expect(text).toContain("[fs.stat#1]");
  expect(text.trimEnd()).toMatch(/data: \[DONE\]$/);
});

it.each([
  [[{ role: "user", content: "" }]],
  [[{ role: "user", content: [] }]],
  [[{ role: "system", content: "Be kind." }]],
])("refuses a chat in which nobody asks anything: %j", async (messages) => {
  const answer = await fetch(`${await gatewayBefore({})}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ messages }),
  });
  expect(answer.status).toBe(400);
  expect(await answer.text()).toContain("nobody asks anything");
});

it("keeps its connections from one answer to the next", async () => {
  const connections = new Set<object>();
  const one = await standIn((request, response) => {
    connections.add(request.socket);
    inference("one")(request, response);
  });
  const base = await gatewayBefore({ inferences: [one, one] });
  for (let i = 0; i < 8; i += 1) await (await ask(base, true)).text();
  // Two edges lead there, and each of them needs one connection.
  expect(connections.size).toBe(2);
});

it("ends an answer whose body goes on after [DONE]", async () => {
  const endless = await standIn((_request, response) => {
    response.setHeader("content-type", "text/event-stream");
    const all = { choices: [{ delta: { content: "all of it [fs.stat#1]" }, finish_reason: "stop" }] };
    response.write(`data: ${JSON.stringify(all)}\n\ndata: [DONE]\n\n`);
    const beat = setInterval(() => response.write(": still here\n\n"), 20);
    response.once("close", () => clearInterval(beat));
  });
  const base = await gatewayBefore({ inferences: [endless, endless] });
  for (const stream of [true, false]) expect(await (await ask(base, stream)).text()).toContain("all of it");
});

it("shares requests between the replicas of a service", async () => {
  const base = await gatewayBefore({});
  for (let i = 0; i < 6; i += 1) await (await ask(base)).text();
  expect((await upstream(base, "inference-1")).requests).toBe(3);
  expect((await upstream(base, "inference-2")).requests).toBe(3);
  expect((await upstream(base, "vector-1")).requests).toBe(3);
});

it("asks another replica once when one cannot be reached, and counts the failure", async () => {
  const base = await gatewayBefore({ inferences: [await deadAddress(), await standIn(inference("two"))] });
  for (let i = 0; i < 4; i += 1) expect(await (await ask(base)).text()).toContain("by two");
  expect((await upstream(base, "inference-1")).errors).toBeGreaterThan(0);
  expect((await upstream(base, "inference-2")).errors).toBe(0);
});

it("asks another replica when the first breaks with 5xx or breaks off before its first byte", async () => {
  const broken = await standIn((_request, response) => void response.writeHead(500).end("no"));
  const gone = await standIn((request) => void request.socket.destroy());
  const base = await gatewayBefore({
    vectors: [broken, await standIn(vector)],
    inferences: [gone, await standIn(inference("two"))],
  });
  for (let i = 0; i < 4; i += 1) expect((await ask(base)).status).toBe(200);
});

it("gives up with 502 after one other replica", async () => {
  let asked = 0;
  const broken = await standIn((_request, response) => {
    asked += 1;
    response.writeHead(500).end("no");
  });
  const base = await gatewayBefore({ vectors: [broken, broken] });
  expect((await ask(base)).status).toBe(502);
  expect(asked).toBe(2);
});

it("waits for a slow replica instead of asking another", async () => {
  const slow = await standIn((request, response) => void setTimeout(() => inference("slow")(request, response), 150));
  const base = await gatewayBefore({ inferences: [slow, await standIn(inference("quick"))] });
  const answers = await Promise.all([ask(base), ask(base)].map(async (answer) => (await answer).text()));
  expect(answers.filter((answer) => answer.includes("by slow"))).toHaveLength(1);
  expect((await upstream(base, "inference-2")).requests).toBe(1);
});

it("never ends a cut answer with [DONE], and counts it against the replica", async () => {
  let cut: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => (cut = resolve));
  const cutting = await standIn((_request, response) => {
    response.write(
      `data: ${JSON.stringify({ choices: [{ delta: { content: "half an" }, finish_reason: null }] })}\n\n`,
    );
    void begun.then(() => response.destroy());
  });
  const base = await gatewayBefore({ inferences: [cutting, cutting] });
  let text = "";
  const answer = await ask(base, true);
  // Now something of it was passed on.
  cut();
  const reading = async (): Promise<void> => {
    for await (const piece of answer.body ?? []) text += new TextDecoder().decode(piece);
  };
  await expect(reading()).rejects.toThrow();
  expect(text).toContain("half an");
  expect(text).not.toContain("[DONE]");
  expect((await upstream(base, "inference-1")).errors).toBe(1);
  expect((await ask(base)).status).toBe(502);
});

it("takes weights from the supervisor alone, and drains at 0", async () => {
  const base = await gatewayBefore({});
  const put = (token: string): Promise<Response> =>
    fetch(`${base}/internal/weights`, {
      method: "PUT",
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify({ weights: { "inference-1": 0 } }),
    });
  expect((await put("guess")).status).toBe(401);
  expect((await put("s3cret")).status).toBe(200);
  for (let i = 0; i < 3; i += 1) expect(await (await ask(base)).text()).toContain("by two");
  expect((await upstream(base, "inference-1")).weight).toBe(0);
});

it("answers 503 when every replica of a service is drained", async () => {
  const base = await gatewayBefore({});
  await fetch(`${base}/internal/weights`, {
    method: "PUT",
    headers: { authorization: "Bearer s3cret" },
    body: JSON.stringify({ weights: { "vector-1": 0, "vector-2": 0 } }),
  });
  expect((await ask(base)).status).toBe(503);
});

it("checks an upstream through its own edge without adding to the statistics", async () => {
  const base = await gatewayBefore({ inferences: [await deadAddress(), await standIn(embedder)] });
  const check = async (replica: string): Promise<{ ok: boolean; ms: number; error?: string }> => {
    const answer = await fetch(`${base}/internal/check`, {
      method: "POST",
      body: JSON.stringify({ upstream: replica }),
    });
    return (await answer.json()) as { ok: boolean; ms: number; error?: string };
  };
  expect(await check("inference-2")).toMatchObject({ ok: true });
  expect(await check("inference-1")).toMatchObject({
    ok: false,
    error: expect.stringContaining("ECONNREFUSED") as string,
  });
  expect((await upstream(base, "inference-1")).requests).toBe(0);
});

it("shows what it notes of answers to the healer and the supervisor alone", async () => {
  const base = await gatewayBefore({ split: { stable: "a-1", canary: null, others: [], known: ["a-1"] } });
  await (await ask(base)).text();
  const notes = (token?: string): Promise<Response> =>
    fetch(`${base}/internal/answers`, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } });
  for (const token of [undefined, "guess"]) expect((await notes(token)).status).toBe(401);
  for (const token of ["look", "s3cret"]) {
    expect(await (await notes(token)).json()).toMatchObject({ answers: [{ version: "a-1", cited: 1 }] });
  }
});

it("lets who waits for a note hear of it as it comes", async () => {
  const base = await gatewayBefore({ split: { stable: "a-1", canary: null, others: [], known: ["a-1"] } });
  const headers = { authorization: "Bearer look" };
  const notes = async (since: number, more: Record<string, string> = {}): Promise<unknown> =>
    (await fetch(`${base}/internal/answers?since=${since}`, { headers: { ...headers, ...more } })).json();
  const waiting = notes(0, { prefer: "wait=2" });
  expect(await Promise.race([waiting, notes(0)])).toEqual({ answers: [] });
  await (await ask(base)).text();
  expect(await waiting).toMatchObject({ answers: [{ seq: 1, version: "a-1" }] });
  expect(await notes(0, { prefer: "wait=2" })).toMatchObject({ answers: [{ seq: 1 }] });
});

async function putReplicas(base: string, replicas: unknown, token = "s3cret"): Promise<Response> {
  return fetch(`${base}/internal/replicas`, {
    method: "PUT",
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify({ replicas }),
  });
}

it("takes up a replica while it runs, and lets one go only after the answers that it owes", async () => {
  const one = await standIn((request, response) => void setTimeout(() => inference("one")(request, response), 150));
  const members = {
    embedder: await standIn(embedder),
    vectors: [await standIn(vector), await standIn(vector)] as const,
    inferences: [one, await standIn(inference("two"))] as const,
  };
  const base = await gatewayBefore(members);
  const member = (service: string, replica: string, address: string) => ({ service, replica, address, weight: 1 });
  const others = [
    member("embedder", "embedder", members.embedder),
    member("vector", "vector-1", members.vectors[0]),
    member("vector", "vector-2", members.vectors[1]),
    member("inference", "inference-2", members.inferences[1]),
  ];
  const three = member("inference", "inference-3", await standIn(inference("three")));
  const first = member("inference", "inference-1", one);
  expect((await putReplicas(base, [...others, first, three], "guess")).status).toBe(401);
  expect((await putReplicas(base, [...others, first, three])).status).toBe(200);
  const texts = await Promise.all(Array.from({ length: 6 }, async () => (await ask(base)).text()));
  for (const name of ["one", "two", "three"])
    expect(texts.filter((text) => text.includes(`by ${name}`))).toHaveLength(2);
  const owed = Promise.all(Array.from({ length: 3 }, async () => (await ask(base)).text()));
  await expect.poll(async () => (await upstream(base, "inference-1")).inFlight).toBe(1);
  expect((await putReplicas(base, [...others, three])).status).toBe(200);
  expect((await owed).filter((text) => text.includes("by one"))).toHaveLength(1);
  await expect(upstream(base, "inference-1")).rejects.toThrow("no upstream");
  for (let n = 0; n < 4; n += 1) expect(await (await ask(base)).text()).toMatch(/by (?:two|three)/);
});

it("refuses replicas that would leave a service without any, and changes nothing", async () => {
  const base = await gatewayBefore({});
  const alone = { service: "vector", replica: "vector-1", address: "127.0.0.1:9", weight: 1 };
  for (const replicas of [[], [alone], [{ ...alone, address: "nowhere" }], "all"]) {
    expect((await putReplicas(base, replicas)).status).toBe(400);
  }
  expect((await ask(base)).status).toBe(200);
});

it("measures the time of a token after the first, for whole answers of more than one token", async () => {
  const saying =
    (tokens: number, isWhole: boolean): Parameters<typeof standIn>[0] =>
    (_request, response) => {
      const chunk = { choices: [{ delta: { content: "a word" }, finish_reason: isWhole ? "stop" : null }] };
      const usage = { prompt_tokens: 3, completion_tokens: tokens, total_tokens: 3 + tokens };
      response.write(`data: ${JSON.stringify(chunk)}\n\ndata: ${JSON.stringify({ choices: [], usage })}\n\n`);
      response.end(isWhole ? "data: [DONE]\n\n" : "");
    };
  const counted = async (tokens: number, isWhole: boolean): Promise<number> => {
    const server = await standIn(saying(tokens, isWhole));
    const base = await gatewayBefore({ inferences: [server, server] });
    await (await ask(base)).text().catch(() => "cut");
    const page = await (await fetch(`${base}/metrics`)).text();
    const found = /^gen_ai_server_time_per_output_token_seconds_count (\d+)$/m.exec(page);
    return Number(found?.[1]);
  };
  expect(await Promise.all([counted(5, true), counted(1, true), counted(5, false)])).toEqual([1, 0, 0]);
});
