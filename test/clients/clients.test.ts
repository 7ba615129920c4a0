// What users of real client libraries see: straight from a server that cuts its answers, and through the reference
// gateway, where no cut answer may look whole. Versions are those of the lock beside this file.

import { execFile } from "node:child_process";
import type { RequestListener } from "node:http";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { chunkOf, gatewayBefore, openThings } from "../unit/targets/reference-ai-stack/gateway/stand-ins.ts";
import { serveForTest } from "../support/serve-for-test.ts";
import { body, proxied } from "../support/sockets.ts";
import { clientsMissing } from "./installed.ts";

const here = import.meta.dirname;

const CLIENTS = ["openai", "groq", "mistral", "langchain", "ai-sdk"] as const;

beforeEach(() => {
  // The gateway logs each cut answer.
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
  vi.spyOn(console, "error").mockReturnValue();
});
afterEach(async () => {
  await Promise.all(openThings.splice(0).map((close) => close()));
});

interface Seen {
  readonly raised: boolean;
  readonly isMarked: boolean;
  readonly text: string;
  readonly finish: string | null;
  readonly says?: string;
}

async function usersOf(client: string, addresses: readonly string[]): Promise<readonly Seen[]> {
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, [join(here, "ask.mjs"), client, JSON.stringify(addresses)]);
  return JSON.parse(stdout) as Seen[];
}

const id = { id: "c", object: "chat.completion.chunk", created: 1, model: "m" };
const said = (content: string, finish: string | null = null): string =>
  `data: ${JSON.stringify({ ...id, ...chunkOf(content, finish) })}\n\n`;
const WORDS = ["The capital", " of France is", " Paris. [fs.stat#1]"].map((word) => said(word));
const DONE = "data: [DONE]\n\n";

/** Streams the first event, and the others a moment later, so that the answer has begun by then. */
function server(events: readonly string[], asks: { count: number } = { count: 0 }): RequestListener {
  return (request, response) => {
    asks.count += 1;
    request.resume();
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(events[0] ?? "");
    setTimeout(() => response.end(events.slice(1).join("")), 60);
  };
}

const failing =
  (status: number, headers: Readonly<Record<string, string>>, page: string, asks: { count: number }): RequestListener =>
  (request, response) => {
    asks.count += 1;
    request.resume();
    response.writeHead(status, headers).end(page);
  };

async function through(listener: RequestListener): Promise<string> {
  const { address } = await serveForTest(listener);
  return gatewayBefore({ inferences: [address, address] });
}

/** Ends in some way before its last word. */
const CUT: Readonly<Record<string, readonly string[]>> = {
  "a clean end": WORDS.slice(0, 2),
  "a clean end with [DONE]": [...WORDS.slice(0, 2), DONE],
  "an error and [DONE]": [...WORDS.slice(0, 2), `data: ${JSON.stringify({ error: { message: "gone" } })}\n\n`, DONE],
  "an error object and [DONE]": [
    ...WORDS.slice(0, 2),
    `data: ${JSON.stringify({ object: "error", message: "gone" })}\n\n`,
    DONE,
  ],
  "a line with the error": [...WORDS.slice(0, 2), 'error: {"message":"gone"}\n\n'],
  "a torn event, then all the rest": [
    WORDS[0] ?? "",
    `${WORDS[1]?.slice(0, 40)}\n\n`,
    WORDS[2] ?? "",
    said("", "stop"),
    DONE,
  ],
};
const looksWhole = ({ raised, isMarked }: Seen): boolean => !raised && !isMarked;

describe.skipIf(clientsMissing !== undefined)("users of real clients", () => {
  it.each(CLIENTS)("of %s see a whole answer as one through the gateway, with [DONE] or without", async (client) => {
    const [withDone, without] = [
      [...WORDS, said("", "stop"), DONE],
      [...WORDS, said("", "stop")],
    ];
    const seen = await usersOf(client, [await through(server(withDone)), await through(server(without))]);
    for (const one of seen) expect(one).toMatchObject({ raised: false, isMarked: false, finish: "stop" });
    expect(seen.map(({ text }) => text)).toEqual(seen.map(() => "The capital of France is Paris. [fs.stat#1]"));
  });

  it.each(CLIENTS)("of %s never take a cut answer for a whole one through the gateway", async (client) => {
    const addresses: string[] = [];
    for (const events of Object.values(CUT)) addresses.push(await through(server(events)));
    const seen = await usersOf(client, addresses);
    expect(Object.keys(CUT).filter((_, n) => seen[n] === undefined || looksWhole(seen[n]))).toEqual([]);
  });

  it("take it for whole without a gateway, by a cut of the fault proxy: openai, groq, mistral and langchain", async () => {
    const whole = await serveForTest(server([...WORDS, said("", "stop"), DONE]));
    const { listen, proxy } = await proxied(whole.address);
    proxy.addToxic(body({ name: "e", type: "end_stream", attributes: { events: 2 } }));
    const deceived: string[] = [];
    for (const client of CLIENTS) {
      const [seen] = await usersOf(client, [`http://${listen}`]);
      if (seen !== undefined && looksWhole(seen)) deceived.push(client);
    }
    expect(deceived).toEqual(["openai", "groq", "mistral", "langchain"]);
  });

  it.each(CLIENTS)("of %s see the error of a page that came with status 200", async (client) => {
    const page = await through(failing(200, { "content-type": "text/html" }, "<html>gateway</html>", { count: 0 }));
    const [seen] = await usersOf(client, [page]);
    expect(seen).toMatchObject({ isMarked: true });
  });

  it("do not multiply the gateway's own retries: a 500 of both replicas costs one request of openai and groq", async () => {
    for (const client of ["openai", "groq"]) {
      const asks = { count: 0 };
      const base = await through(failing(500, {}, "no", asks));
      expect((await usersOf(client, [base]))[0]).toMatchObject({ raised: true });
      // One user's request: the gateway asked each of its two replicas once.
      expect(asks.count).toBe(2);
    }
  });

  it("come again when the gateway knows when: openai waits out a Retry-After, and is answered", async () => {
    const asks = { count: 0 };
    const well = server([...WORDS, said("", "stop"), DONE], asks);
    const full = failing(429, { "retry-after": "1" }, "{}", asks);
    const base = await through((request, response) => (asks.count < 2 ? full : well)(request, response));
    expect((await usersOf("openai", [base]))[0]).toMatchObject({ raised: false, finish: "stop" });
    expect(asks.count).toBe(3);
    // By its own back-off, of half a second, it would have been turned away once more: both were to be left alone.
    const page = await (await fetch(`${base}/metrics`)).text();
    const chats = [...page.matchAll(/^gen_ai_\w*duration_seconds_count\{[^}]*operation_name="chat"[^}]*\} (\d+)$/gm)];
    expect(chats.map(([, count]) => Number(count))).toEqual([1, 1]);
  });

  it("of langchain would run a tool with half a path, and through the gateway get no call that is cut", async () => {
    const called = '{"path":"/data/tmp/job-17/old"}';
    const call = { index: 0, id: "t1", type: "function", function: { name: "delete_path", arguments: called } };
    const telling = { ...id, choices: [{ index: 0, delta: { tool_calls: [call] }, finish_reason: null }] };
    const opening = {
      ...id,
      choices: [{ index: 0, delta: { role: "assistant", content: "I clean up." }, finish_reason: null }],
    };
    const events = [
      `data: ${JSON.stringify(opening)}\n\n`,
      `data: ${JSON.stringify(telling)}\n\n`,
      said("", "tool_calls"),
      DONE,
    ];
    const whole = await serveForTest(server(events));
    const cut = async (attributes: object): Promise<string> => {
      const { listen, proxy } = await proxied(whole.address);
      proxy.addToxic(body({ name: "c", type: "cut_tool_call", attributes }));
      return listen;
    };
    const [none, length] = [await cut({ done: 1 }), await cut({ done: 1, finish_length: 1 })];
    const direct = await usersOf("langchain-tool", [`http://${whole.address}`, `http://${none}`, `http://${length}`]);
    const halfPath = [{ path: "/data/t" }];
    expect(direct.map(({ text }) => JSON.parse(text) as unknown)).toEqual([[JSON.parse(called)], halfPath, halfPath]);
    const bases = [await gatewayBefore({ inferences: [whole.address, whole.address] })];
    for (const address of [none, length]) bases.push(await gatewayBefore({ inferences: [address, address] }));
    const [well, ...others] = await usersOf("langchain-tool", bases);
    expect(JSON.parse(well?.text ?? "")).toEqual([JSON.parse(called)]);
    expect(others.map(({ raised }) => raised)).toEqual([true, true]);
  });

  it("of anthropic take an end in order for the end, and those of ollama and anthropic see one that is torn", async () => {
    const event = (type: string, more: object): string =>
      `event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`;
    const message = { id: "m", type: "message", role: "assistant", content: [], model: "m", usage: {} };
    const words = ["The capital", " of France is", " Paris."].map((text) =>
      event("content_block_delta", { index: 0, delta: { type: "text_delta", text } }),
    );
    const stopped = event("message_delta", { delta: { stop_reason: "end_turn" }, usage: { output_tokens: 5 } });
    const anthropic = await serveForTest(
      server([event("message_start", { message }), ...words, stopped, event("message_stop", {})]),
    );
    const line = (content: string, done = false): string =>
      `${JSON.stringify({ model: "m", message: { role: "assistant", content }, done, ...(done && { done_reason: "stop" }) })}\n`;
    const ollama = await serveForTest(server([line("The capital"), line(" of France is Paris."), line("", true)]));
    const seenBy = async (client: string, address: string, toxic?: object): Promise<Seen | undefined> => {
      const { listen, proxy } = await proxied(address);
      if (toxic !== undefined) proxy.addToxic(body({ name: "t", ...toxic }));
      return (await usersOf(client, [`http://${listen}`]))[0];
    };
    const torn = { type: "truncate_stream", attributes: { bytes: 120 } };
    const ended = { type: "end_stream", attributes: { events: 3 } };
    expect(await seenBy("anthropic", anthropic.address)).toMatchObject({ raised: false, finish: "end_turn" });
    expect(await seenBy("anthropic", anthropic.address, ended)).toMatchObject({ raised: false, finish: null });
    expect(await seenBy("anthropic", anthropic.address, torn)).toMatchObject({ raised: true });
    expect(await seenBy("ollama", ollama.address)).toMatchObject({ raised: false, finish: "stop" });
    expect(await seenBy("ollama", ollama.address, torn)).toMatchObject({ raised: true });
  });
});
