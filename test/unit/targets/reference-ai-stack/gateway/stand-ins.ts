// Servers that stand in for the services behind a gateway, so that each way of failing can be had on purpose.

import { serveForTest } from "../../../../support/serve-for-test.ts";
import { type RequestListener } from "node:http";
import { Registry } from "prom-client";
import { createLogger } from "../../../../../targets/reference-ai-stack/common/log.ts";
import type { Split } from "../../../../../targets/reference-ai-stack/common/model-card.ts";
import { NO_TRACER } from "../../../../../targets/reference-ai-stack/common/telemetry/span.ts";
import { listen } from "../../../../../targets/reference-ai-stack/common/serve.ts";
import { membersAtStart, type GatewayEdges } from "../../../../../targets/reference-ai-stack/edge-settings.ts";
import { createGateway, type GatewayOptions } from "../../../../../targets/reference-ai-stack/gateway/app.ts";

/** What ends everything that was started; call it after each test. */
export const openThings: (() => Promise<void>)[] = [];

/** A server on a free port; gives its address. */
export async function standIn(listener: RequestListener): Promise<string> {
  return (await serveForTest(listener)).address;
}

/** An address at which nobody listens. */
export async function deadAddress(): Promise<string> {
  const { address, end } = await serveForTest(() => undefined);
  await end();
  return address;
}

export const embedder: RequestListener = (_request, response) => {
  const embedding = Buffer.from(new Float32Array(512).fill(0.5).buffer).toString("base64");
  response.end(JSON.stringify({ data: [{ embedding }] }));
};

export const vector: RequestListener = (_request, response) => {
  const hits = ["fs.stat#1", "fs.stat#2"].map((id) => ({ id, score: 1, text: `text of ${id}` }));
  response.end(JSON.stringify({ results: [hits], indexVersion: "v" }));
};

/** Streams an answer that names who gave it and cites. */
export function inference(name: string): RequestListener {
  return (_request, response) => {
    response.setHeader("content-type", "text/event-stream");
    response.write(
      `data: ${JSON.stringify({ choices: [{ delta: { content: `by ${name} [fs.stat#1]` }, finish_reason: null }] })}\n\n`,
    );
    response.write(`data: ${JSON.stringify({ choices: [{ delta: {}, finish_reason: "stop" }] })}\n\n`);
    response.write("data: [DONE]\n\n");
    // The end of a body comes after its last event, and often a little later.
    setTimeout(() => response.end(), 5);
  };
}

/** Streams these `data:` payloads and ends; a text is written as it is. `between` is awaited after the first. */
export function streaming(
  [first = "", ...rest]: readonly (string | object)[],
  between: Promise<void> = Promise.resolve(),
): RequestListener {
  const written = (event: string | object): string =>
    typeof event === "string" ? event : `data: ${JSON.stringify(event)}\n\n`;
  return (_request, response) => {
    response.setHeader("content-type", "text/event-stream");
    response.write(written(first));
    void between.then(() => response.end(rest.map(written).join("")));
  };
}

/** A chunk of OpenAI's stream. */
export function chunkOf(content: string, finish: string | null = null): object {
  return { choices: [{ index: 0, delta: content === "" ? {} : { content }, finish_reason: finish }] };
}

export interface Behind {
  readonly embedder?: string;
  readonly vectors?: readonly [string, string];
  readonly inferences?: readonly [string, string];
  /** Another way to them; absent: there is none. */
  readonly alternative?: GatewayEdges["alternative"];
  readonly contentWithinMs?: number;
  readonly split?: Split;
  /** Where answers are kept; absent: none are. */
  readonly keepsAnswers?: GatewayOptions["keepsAnswers"];
  /** Who has an account; absent: nobody has. */
  readonly access?: GatewayOptions["access"];
}

/**
 * A gateway before the given services, or well ones; gives its base URL. The supervisor's token is "s3cret", the
 * healer's "look".
 */
export async function gatewayBefore(behind: Behind): Promise<string> {
  const vectors = behind.vectors ?? [await standIn(vector), await standIn(vector)];
  const inferences = behind.inferences ?? [await standIn(inference("one")), await standIn(inference("two"))];
  const gateway = createGateway({
    members: membersAtStart({
      embedder: behind.embedder ?? (await standIn(embedder)),
      vector: { "vector-1": vectors[0], "vector-2": vectors[1] },
      inference: { "inference-1": inferences[0], "inference-2": inferences[1] },
      ...(behind.alternative !== undefined && { alternative: behind.alternative }),
    }),
    supervisorToken: "s3cret",
    lookToken: "look",
    recordsToken: "records",
    stored: async () => undefined,
    registry: new Registry(),
    tracer: NO_TRACER,
    log: createLogger("gateway-test"),
    ...(behind.split !== undefined && { split: behind.split }),
    ...(behind.keepsAnswers !== undefined && { keepsAnswers: behind.keepsAnswers }),
    ...(behind.access !== undefined && { access: behind.access }),
    ...(behind.contentWithinMs !== undefined && { contentWithinMs: behind.contentWithinMs }),
  });
  const server = await listen(gateway.app, 0);
  openThings.push(
    () => gateway.close(),
    () => server.close(),
  );
  return `http://127.0.0.1:${server.port}`;
}

/** Asks the gateway something; `more` stands beside it in the body. */
export function ask(base: string, stream = false, more: object = {}): Promise<Response> {
  const body = { stream, messages: [{ role: "user", content: "How do I stat a file?" }], ...more };
  return fetch(`${base}/v1/chat/completions`, { method: "POST", body: JSON.stringify(body) });
}

interface UpstreamSeen {
  readonly replica: string;
  readonly weight: number;
  readonly requests: number;
  readonly errors: number;
  readonly inFlight: number;
  readonly ejected: boolean;
  readonly ejections: number;
  readonly heldMs: number;
  readonly outcomes: {
    readonly whole: number;
    readonly failed: number;
    readonly broken: number;
    readonly throttled: number;
  };
}

/** What the gateway says of one upstream. */
export async function upstream(base: string, replica: string): Promise<UpstreamSeen> {
  const answer = await fetch(`${base}/internal/upstreams`);
  const { upstreams } = (await answer.json()) as { upstreams: UpstreamSeen[] };
  const found = upstreams.find((one) => one.replica === replica);
  if (found === undefined) throw new Error(`no upstream ${replica}`);
  return found;
}
