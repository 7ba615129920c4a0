// The services behind the gateway as it uses them: embed a text, find passages, have an answer streamed.

import { z } from "zod";
import type { ChatRequest } from "../common/chat-request.ts";
import { type Passage, promptFor } from "../common/passages.ts";
import { readSse } from "../common/sse.ts";
import type { Member } from "../common/members.ts";
import { askWithOneRetry } from "./ask.ts";
import { createMembership, type ServiceName } from "./membership.ts";
import type { Tracer } from "../common/telemetry/span.ts";
import { textOf, type Caller, type Upstream } from "./upstream.ts";

/** Bounds on the time to the first byte of each hop, ms. */
const TIMEOUTS: Readonly<Record<ServiceName, number>> = { embedder: 3000, vector: 3000, inference: 10_000 };

export interface Services {
  /** One for each replica of now. */
  upstreams(): readonly Upstream[];
  /** A replica's share of its service's traffic; 0 when it is not known. */
  weight(replica: string): number;
  setWeights(weights: Readonly<Record<string, number>>): void;
  /**
   * Sets who takes part from now on. Resolves when those who left have answered what they were asked, or 10 s later;
   * rejects, with nothing changed, when a service would be without a replica.
   */
  setMembers(members: readonly Member[]): Promise<void>;
  embed(text: string, caller: Caller): Promise<readonly number[]>;
  /** The `k` nearest passages, best first. */
  search(vector: readonly number[], k: number, caller: Caller): Promise<readonly Passage[]>;
  /**
   * Has every vector replica store the document, in the same order; rejects when one of them did not. Some may then
   * have it.
   */
  store(document: NewDocument, caller: Caller): Promise<void>;
  /** The streamed answer; `broken` is to be called when it ends too early. */
  answer(chat: ChatRequest, passages: readonly Passage[], caller: Caller): Promise<StreamedAnswer>;
}

interface NewDocument {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly vector: readonly number[];
}

export interface StreamedAnswer {
  /** `data:` payloads, those together that arrived together. */
  readonly events: AsyncIterable<readonly string[]>;
  broken(): void;
}

const embeddings = z.object({ data: z.tuple([z.object({ embedding: z.string() })]) });
const hits = z.object({ results: z.array(z.array(z.object({ id: z.string(), text: z.string() }))).min(1) });

export interface ServiceHooks {
  /** Hears of every retry. */
  readonly onRetry: (service: ServiceName) => void;
  readonly tracer: Tracer;
}

/** Connects to the members given. */
export function createServices(members: readonly Member[], { onRetry, tracer }: ServiceHooks): Services {
  const membership = createMembership(members, tracer);
  const { balancers } = membership;
  const upstreams = (): readonly Upstream[] => membership.upstreams();

  async function post(
    service: ServiceName,
    request: { readonly path: string; readonly body: object },
    caller: Caller,
  ): Promise<{ readonly bytes: AsyncIterable<Uint8Array>; readonly upstream: Upstream }> {
    return askWithOneRetry(
      balancers[service],
      async (replica) => {
        const upstream = upstreams().find((candidate) => candidate.replica === replica);
        if (upstream === undefined) throw new Error(`no upstream ${replica}`);
        return { bytes: await upstream.post({ ...request, timeoutMs: TIMEOUTS[service], ...caller }), upstream };
      },
      () => onRetry(service),
    );
  }

  let lastStored: Promise<unknown> = Promise.resolve();
  const storeNow = async (body: NewDocument, caller: Caller): Promise<void> => {
    const replicas = upstreams().filter((upstream) => upstream.service === "vector");
    const answers = await Promise.allSettled(
      replicas.map(async (upstream) =>
        textOf(await upstream.post({ path: "/records", body, timeoutMs: TIMEOUTS.vector, ...caller })),
      ),
    );
    const failed = answers.find((answer) => answer.status === "rejected");
    if (failed !== undefined) throw failed.reason;
  };

  return {
    ...membership,
    async store(document, caller) {
      // One after the other, so that every replica numbers its rows alike.
      const mine = lastStored.then(() => storeNow(document, caller));
      lastStored = mine.catch(() => undefined);
      return mine;
    },
    async embed(text, caller) {
      // As base64, because 512 numbers in decimals are four times as many bytes to write and to read.
      const body = { input: text, encoding_format: "base64" };
      const { bytes } = await post("embedder", { path: "/v1/embeddings", body }, caller);
      return floatsIn(embeddings.parse(JSON.parse(await textOf(bytes))).data[0].embedding);
    },
    async search(vector, k, caller) {
      const body = { vectors: [vector], k, include: ["text"] };
      const { bytes } = await post("vector", { path: "/search", body }, caller);
      return hits.parse(JSON.parse(await textOf(bytes))).results[0] ?? [];
    },
    async answer(chat, passages, caller) {
      const body = {
        ...chat,
        messages: [promptFor(passages), ...chat.messages],
        stream: true,
        stream_options: { include_usage: true },
      };
      const { bytes, upstream } = await post("inference", { path: "/v1/chat/completions", body }, caller);
      return { events: readSse(bytes), broken: () => upstream.noteBroken() };
    },
  };
}

/** Little-endian 32-bit floats, as OpenAI packs them. */
function floatsIn(base64: string): number[] {
  const packed = Buffer.from(base64, "base64");
  return Array.from({ length: packed.length / 4 }, (_, index) => packed.readFloatLE(index * 4));
}
