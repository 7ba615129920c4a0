// Client libraries as a source of load: what each makes of an answer that a server cuts, as the source counts it.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { LoadEvent } from "../../src/core/load-source.ts";
import { clientNames, type ClientName } from "../../src/load/client/libraries.ts";
import { clientLibraries } from "../../src/load/client/source.ts";
import { serveForTest } from "../support/serve-for-test.ts";
import { clientsMissing } from "./installed.ts";

const chunk = (content: string, finish: string | null = null): string =>
  `data: ${JSON.stringify({ id: "c", object: "chat.completion.chunk", created: 1, model: "m", choices: [{ index: 0, delta: { role: "assistant", content }, finish_reason: finish }] })}\n\n`;
const message = { id: "m", type: "message", role: "assistant", content: [], model: "m", usage: {} };
const event = (type: string, more: object): string => `event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`;
const line = (content: string, done = false): string =>
  `${JSON.stringify({ model: "m", message: { role: "assistant", content }, done, ...(done && { done_reason: "stop" }) })}\n`;

/** A whole answer in the words of each protocol; without the last of them it is cut, in order. */
const answers = {
  sse: [chunk("The capital"), `${chunk("", "stop")}data: [DONE]\n\n`],
  anthropic: [
    event("message_start", { message }) +
      event("content_block_delta", { index: 0, delta: { type: "text_delta", text: "a" } }),
    event("message_delta", { delta: { stop_reason: "end_turn" }, usage: { output_tokens: 5 } }) +
      event("message_stop", {}),
  ],
  ndjson: [line("The capital"), line("", true)],
} as const;
const protocolOf = (client: ClientName): keyof typeof answers =>
  client === "anthropic-node" ? "anthropic" : client === "ollama-node" ? "ndjson" : "sse";

const dirs: string[] = [];
afterAll(() => {
  for (const dir of dirs) rmSync(dir, { recursive: true });
});

/** What the source says of the first call that is over. */
async function firstCall(client: ClientName, pieces: readonly string[]) {
  const type = client === "ollama-node" ? "application/x-ndjson" : "text/event-stream";
  const { url } = await serveForTest((request, response) => {
    request.resume();
    response.writeHead(200, { "content-type": type }).end(pieces.join(""));
  });
  const source = clientLibraries.launch({});
  const events: LoadEvent[] = [];
  try {
    let over: () => void = () => undefined;
    const first = new Promise<void>((resolve) => (over = resolve));
    const params = { client, from: ".", url: "http://127.0.0.1:{port:page}", ask: "What is the capital of France?" };
    const load = { arrival: "constant", ratePerSecond: 4, slowOverMs: 30_000, timeoutMs: 60_000 } as const;
    const control = await source.start(
      {
        streams: [{ name: "sdk", stream: { name: "sdk", source: "client", params }, load }],
        seed: 1,
        epochNs: String(process.hrtime.bigint()),
        fill: (text) => text.replace("http://127.0.0.1:{port:page}", url),
        dir: import.meta.dirname,
      },
      (said) => {
        events.push(said);
        if (said.kind === "reading" && said.probe === "client.sdk.cut_as_complete") over();
      },
    );
    control.begin(50);
    await first;
    await control.stop();
  } finally {
    await source.end();
  }
  const reading = events.find((said) => said.kind === "reading" && said.probe === "client.sdk.cut_as_complete");
  const request = events.find((said) => said.kind === "request");
  return {
    cutAsComplete: reading?.kind === "reading" && reading.reading.ok ? reading.reading.value : undefined,
    request,
  };
}

describe.skipIf(clientsMissing !== undefined)("client libraries as a source of load", () => {
  it.each(clientNames)("%s hands over a whole answer as one", async (client) => {
    const { cutAsComplete, request } = await firstCall(client, answers[protocolOf(client)]);
    expect(request).toMatchObject({ outcome: "answered", stream: "sdk" });
    expect(cutAsComplete).toBe(0);
  });

  it("some hand over an answer that is cut in order as a whole one: openai, groq, mistral, langchain and anthropic", async () => {
    const deceived: string[] = [];
    for (const client of clientNames) {
      const [begin = ""] = answers[protocolOf(client)];
      if ((await firstCall(client, [begin])).cutAsComplete === 1) deceived.push(client);
    }
    expect(deceived).toEqual(["openai-node", "groq-node", "mistral-node", "langchain-node", "anthropic-node"]);
  });
});

it("a library that is not installed is refused before anything is started, with what to do", async () => {
  const dir = mkdtempSync(join(tmpdir(), "no-clients-"));
  dirs.push(dir);
  const params = { client: "openai-node", from: "sub", url: "http://127.0.0.1:1", ask: "?" };
  const files = { exists: () => false, shown: (path: string) => path.replace(dir, "targets/mine") };
  expect(clientLibraries.missing?.(params, dir, files)).toEqual({
    needs: "the client library openai-node",
    says: "targets/mine/sub has no openai below node_modules: npm install --prefix targets/mine/sub openai, or name another folder in `from`",
  });
});
