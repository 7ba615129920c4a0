// A gateway with its chat page before services that answer as a test says, piece by piece: the real gateway, and no
// process but this one. Nothing of vitest is used: browser tests open it, too.

import { Hono } from "hono";
import { Registry } from "prom-client";
import { BY_ID, NO_SUCH_RECORD } from "../../targets/reference-ai-stack/common/record-by-id.ts";
import { listen } from "../../targets/reference-ai-stack/common/serve.ts";
import { NO_TRACER } from "../../targets/reference-ai-stack/common/telemetry/span.ts";
import { membersAtStart } from "../../targets/reference-ai-stack/edge-settings.ts";
import { createGateway } from "../../targets/reference-ai-stack/gateway/app.ts";

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
const TOKEN = "supervisor-token-of-this-test";

/** An answer of a model that a test gives piece by piece. */
export interface GivenAnswer {
  /** The question that was asked. */
  readonly question: string;
  readonly write: (text: string) => void;
  /** Ends it as a whole answer. */
  readonly finish: () => void;
  /** Breaks it off. */
  readonly cut: () => void;
}

interface Waiting {
  readonly resolve: (answer: GivenAnswer) => void;
}

/** Stored passages by id; what is not there is 404. */
const PASSAGES: Readonly<Record<string, string>> = {
  "fs.watch#1": "Watch for changes on <b>filename</b>.",
  "fs/promises.open#2": "Opens a file.",
};

function vectorApp(down: () => boolean): Hono {
  const app = new Hono();
  app.post("/search", (c) => {
    const results = [Object.entries(PASSAGES).map(([id, text]) => ({ id, text, score: 1 }))];
    return c.json({ results, indexVersion: "v" });
  });
  app.get(BY_ID, (c) => {
    if (down()) return c.json({ error: { message: "away" } }, 503);
    const id = c.req.query("id") ?? "";
    const text = PASSAGES[id];
    if (text === undefined) return c.json({ error: { message: "none", code: NO_SUCH_RECORD } }, 404);
    return c.json({ id, title: `Title of ${id}`, text });
  });
  return app;
}

function embedderApp(): Hono {
  const embedding = Buffer.from(new Float32Array(512).fill(0.5).buffer).toString("base64");
  return new Hono().post("/v1/embeddings", (c) => c.json({ data: [{ embedding }] }));
}

/** Streams what the test writes. */
function streamed(question: string, give: (answer: GivenAnswer) => void): Response {
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const send = (text: string): void => controller.enqueue(encoder.encode(text));
      const chunk = (content: string, finish: string | null): string =>
        `data: ${JSON.stringify({ choices: [{ index: 0, delta: content === "" ? {} : { content }, finish_reason: finish }] })}\n\n`;
      give({
        question,
        write: (text) => send(chunk(text, null)),
        finish: () => {
          send(`${chunk("", "stop")}data: [DONE]\n\n`);
          controller.close();
        },
        cut: () => controller.close(),
      });
    },
  });
  return new Response(body, { headers: { "content-type": "text/event-stream", "transfer-encoding": "chunked" } });
}

/** Whoever opens it closes it. */
export async function openChatStand() {
  const waiting: Waiting[] = [];
  const asked: GivenAnswer[] = [];
  const give = (answer: GivenAnswer): void => {
    const next = waiting.shift();
    if (next === undefined) asked.push(answer);
    else next.resolve(answer);
  };
  let isDown = false;
  const inference = new Hono().post("/v1/chat/completions", async (c) => {
    const { messages } = await c.req.json<{ messages: { content: string }[] }>();
    return streamed(messages.at(-1)?.content ?? "", give);
  });
  const servers = await Promise.all([embedderApp(), vectorApp(() => isDown), inference].map((app) => listen(app, 0)));
  const [embedder = "", vector = "", model = ""] = servers.map(({ port }) => `127.0.0.1:${port}`);
  const gateway = createGateway({
    members: membersAtStart({
      embedder,
      vector: { "vector-1": vector, "vector-2": vector },
      inference: { "inference-1": model, "inference-2": model },
    }),
    supervisorToken: TOKEN,
    lookToken: undefined,
    stored: async () => undefined,
    registry: new Registry(),
    tracer: NO_TRACER,
    log: quiet,
  });
  const server = await listen(gateway.app, 0);
  const url = `http://127.0.0.1:${server.port}`;
  return {
    url,
    /** The next answer that somebody waits for. */
    asked: async () => asked.shift() ?? new Promise<GivenAnswer>((resolve) => void waiting.push({ resolve })),
    /** Stored passages cannot be read. */
    takeStoreAway: (away: boolean) => void (isDown = away),
    /** How far the service is reduced; `most`: answers at once on the third step. */
    reduce: async (level: number, most = 0) => {
      const headers = { authorization: `Bearer ${TOKEN}` };
      const body = JSON.stringify({ level, most });
      const answer = await fetch(`${url}/internal/service`, { method: "PUT", headers, body });
      if (!answer.ok) throw new Error(`not reduced: ${answer.status}`);
    },
    async close() {
      await gateway.close();
      await Promise.all([server, ...servers].map((one) => one.close()));
    },
  };
}
