import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ask, chunkOf, gatewayBefore, inference, openThings, standIn, streaming, upstream } from "./stand-ins.ts";

beforeEach(() => {
  // The gateway logs each cut answer to stderr.
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
  // Its server tells of each connection that was cut.
  vi.spyOn(console, "error").mockReturnValue();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all(openThings.splice(0).map((close) => close()));
});

const DONE = "data: [DONE]\n\n";
const half = chunkOf("half an answer");
const stop = chunkOf("", "stop");

/** What a client sees of a stream: its text, and whether it ended cleanly. */
async function read(answer: Response): Promise<{ text: string; isClean: boolean }> {
  let text = "";
  try {
    for await (const piece of answer.body ?? []) text += new TextDecoder().decode(piece);
    return { text, isClean: true };
  } catch {
    return { text, isClean: false };
  }
}

it.each([
  ["a clean end in the middle", [half]],
  ["[DONE] without a finish reason", [half, DONE]],
  ["an error event and [DONE]", [half, { error: { message: "engine lost", code: 503 } }, DONE]],
  ["an error object and [DONE]", [half, { object: "error", message: "engine lost", code: 503 }, DONE]],
  ["an error that is an event of its own", [half, "event: error\ndata: engine lost\n\n", DONE]],
  ["a line of its own with the error", [half, 'error: {"message":"engine lost"}\n\n', stop, DONE]],
  ["one torn event", [half, 'data: {"choices":[{"delta":{"content":" and\n\n', stop, DONE]],
])("after %s never looks whole, streamed or not, and counts against the replica", async (_what, events) => {
  let goOn: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => (goOn = resolve));
  const cutting = await standIn(streaming(events, begun));
  const base = await gatewayBefore({ inferences: [cutting, cutting] });
  // It answers when it has something to pass on, so that the rest comes too late to ask anybody else.
  const answer = await ask(base, true);
  goOn();
  const seen = await read(answer);
  expect(seen.isClean).toBe(false);
  expect(seen.text).toContain("half an answer");
  expect(seen.text).toContain('"error"');
  expect(seen.text).not.toMatch(/\[DONE\]|"finish_reason":"/);
  const whole = await ask(base);
  expect(whole.status).toBe(502);
  expect(await whole.text()).not.toContain('"choices"');
  for (const replica of ["inference-1", "inference-2"]) {
    const { outcomes } = await upstream(base, replica);
    expect(outcomes.whole).toBe(0);
    expect(outcomes.broken).toBeGreaterThan(0);
  }
});

it.each([
  ["a page of HTML", "text/html", "<html>Bad gateway</html>"],
  [
    "a JSON body",
    "application/json",
    JSON.stringify({ choices: [{ message: { content: "a" }, finish_reason: "stop" }] }),
  ],
  ["an event stream that only says that it failed", "text/event-stream", 'data: {"error":{"message":"no"}}\n\n'],
  ["an empty body", "text/event-stream", ""],
  ["[DONE] and nothing else", "text/event-stream", DONE],
])("asks another replica after %s, of which nothing was passed on", async (_what, type, body) => {
  const bad = await standIn((_request, response) => void response.writeHead(200, { "content-type": type }).end(body));
  const base = await gatewayBefore({ inferences: [bad, await standIn(inference("two"))] });
  for (let n = 0; n < 2; n += 1) expect((await read(await ask(base, true))).text).toContain("by two");
  expect((await upstream(base, "inference-1")).outcomes).toMatchObject({ whole: 0, broken: 1 });
  expect((await upstream(base, "inference-2")).outcomes).toMatchObject({ whole: 2, broken: 0 });
});

const callOf = (given: string, finish: string | null = null): object => ({
  choices: [
    { index: 0, delta: { tool_calls: [{ index: 0, id: "t", function: { arguments: given } }] }, finish_reason: finish },
  ],
});

it.each([
  ["the bound that the client set", { max_tokens: 9 }, true],
  ["the bound that the client set by its newer name", { max_completion_tokens: 9 }, true],
  ["a bound of the server's own", {}, false],
])("lets no client bring replicas into disrepute by tool calls that %s cuts", async (_what, more, passes) => {
  let goOn: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => (goOn = resolve));
  const cutting = await standIn(streaming([callOf('{"path":"/data/tmp/jo'), callOf("", "length"), DONE], begun));
  const base = await gatewayBefore({ inferences: [cutting, cutting] });
  const answer = await ask(base, true, more);
  goOn();
  const seen = await read(answer);
  // Who set no bound does not look for a cut call, and may run it.
  expect(seen.isClean).toBe(passes);
  expect(seen.text.includes("[DONE]")).toBe(passes);
  for (let n = 0; n < 12; n += 1) await read(await ask(base, true, more));
  for (const replica of ["inference-1", "inference-2"]) {
    expect(await upstream(base, replica)).toMatchObject({ errors: 0, ejected: false, outcomes: { broken: 0 } });
  }
});

it("takes bytes that are no UTF-8 for a broken answer", async () => {
  const event = Buffer.from(`data: ${JSON.stringify(chunkOf("gr#t [fs.stat#1]"))}\n\n`);
  event[event.indexOf("#")] = 0xff;
  const rest = Buffer.from(`data: ${JSON.stringify(stop)}\n\n${DONE}`);
  for (const bytes of [
    Buffer.concat([event, rest]),
    Buffer.concat([rest.subarray(0, -3), Buffer.from([0xe2, 0x82])]),
  ]) {
    const garbling = await standIn((_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" }).end(bytes);
    });
    const base = await gatewayBefore({ inferences: [garbling, garbling] });
    const answer = await ask(base);
    expect(answer.status).toBe(502);
    expect(await answer.text()).toContain("no UTF-8");
  }
});

it("takes a stream without [DONE] for whole when it gave its reason, and ends it with [DONE]", async () => {
  const quiet = await standIn(streaming([chunkOf("all of it [fs.stat#1]"), stop]));
  const base = await gatewayBefore({ inferences: [quiet, quiet] });
  expect(await read(await ask(base, true))).toMatchObject({
    isClean: true,
    text: expect.stringMatching(/\[DONE\]\s*$/),
  });
  expect((await upstream(base, "inference-1")).outcomes).toMatchObject({ whole: 1, broken: 0 });
});

it.each([
  ["comments", ": still here\n\n"],
  ["empty events", `data: ${JSON.stringify(chunkOf(""))}\n\n`],
])("is not deceived by %s while the content stands still", async (_what, beatText) => {
  let left: () => void = () => undefined;
  const gone = new Promise<void>((resolve) => (left = resolve));
  const stalling = await standIn((_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(`data: ${JSON.stringify(half)}\n\n`);
    // Were it deceived, it would find the end of the body first.
    let beats = 0;
    const beat = setInterval(() => ((beats += 1) < 150 ? response.write(beatText) : response.end()), 10);
    response.once("close", () => (clearInterval(beat), left()));
  });
  const base = await gatewayBefore({ inferences: [stalling, stalling], contentWithinMs: 600 });
  const seen = await read(await ask(base, true));
  expect(seen).toMatchObject({ isClean: false, text: expect.stringContaining("no content for 600 ms") });
  await gone;
  expect((await upstream(base, "inference-1")).outcomes).toMatchObject({ broken: 1 });
});

it.each([
  ["that stands still", half, "broken"],
  ["that never begins", undefined, "failed"],
] as const)(
  "holds it against the replica when a client leaves an answer %s, and not when it leaves early",
  async (_what, first, how) => {
    let arrived: () => void = () => undefined;
    const stalling = await standIn((_request, response) => {
      arrived();
      if (first === undefined) return;
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(`data: ${JSON.stringify(first)}\n\n`);
    });
    const base = await gatewayBefore({ inferences: [stalling, stalling] });
    const leaveAfter = async (ms: number): Promise<void> => {
      const leaving = new AbortController();
      const isThere = new Promise<void>((resolve) => (arrived = resolve));
      const body = JSON.stringify({ stream: true, messages: [{ role: "user", content: "How do I stat a file?" }] });
      const answer = fetch(`${base}/v1/chat/completions`, { method: "POST", body, signal: leaving.signal });
      const text = answer.then(async (begun) => begun.text());
      await Promise.all([isThere, first === undefined ? undefined : answer]);
      setTimeout(() => leaving.abort(), ms);
      await expect(text).rejects.toThrow();
    };
    await leaveAfter(0);
    await leaveAfter(2200);
    const ended = async (): Promise<number> =>
      (await upstream(base, "inference-1")).outcomes[how] + (await upstream(base, "inference-2")).outcomes[how];
    await expect.poll(ended).toBe(1);
  },
);

it("answers 504, and asks nobody else, when comments came and no content ever", async () => {
  const stalling = await standIn((_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    const beat = setInterval(() => response.write(": still here\n\n"), 10);
    response.once("close", () => clearInterval(beat));
  });
  const base = await gatewayBefore({ inferences: [stalling, await standIn(inference("two"))], contentWithinMs: 150 });
  expect((await ask(base, true)).status).toBe(504);
  expect((await upstream(base, "inference-2")).requests).toBe(0);
});

it("waits as long as it takes while content comes", async () => {
  const slow = await standIn((_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    let n = 0;
    const beat = setInterval(() => {
      n += 1;
      response.write(`data: ${JSON.stringify(n < 8 ? chunkOf(`${n} [fs.stat#1] `) : stop)}\n\n`);
      if (n === 8) response.end(DONE);
    }, 60);
    response.once("close", () => clearInterval(beat));
  });
  const base = await gatewayBefore({ inferences: [slow, slow], contentWithinMs: 300 });
  expect(await read(await ask(base, true))).toMatchObject({ isClean: true, text: expect.stringContaining("7 [fs") });
});
