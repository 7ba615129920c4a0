// The services behind the gateway as it uses them: embed a text, find passages, have an answer streamed.

import { z } from "zod";
import { messageOf } from "../common/log.ts";
import type { ChatRequest } from "../common/chat-request.ts";
import { type Passage, promptFor } from "../common/passages.ts";
import type { Member } from "../common/members.ts";
import { NO_SUCH_RECORD, pathOfRecord } from "../common/record-by-id.ts";
import { askInTurn, askUntilFound, type RetryBudget } from "./ask.ts";
import { beginAnswer } from "./begun-answer.ts";
import { createMembership, type ServiceName } from "./membership.ts";
import type { StreamPiece } from "./strict-stream.ts";
import type { Tracer } from "../common/telemetry/span.ts";
import { UpstreamFailure } from "./upstream-failure.ts";
import { textOf } from "./bodies.ts";
import { type Begun, type Caller, type Upstream } from "./upstream.ts";

/** Bounds on the time to the first byte of each hop, ms. */
const TIMEOUTS: Readonly<Record<ServiceName, number>> = { embedder: 3000, vector: 3000, inference: 10_000 };
/** Longest time without content in an answer, ms. */
const CONTENT_WITHIN_MS = 10_000;

/** One user's request, whatever it needs of which services. */
interface UserRequest extends Caller {
  readonly budget: RetryBudget;
}

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
  embed(text: string, user: UserRequest): Promise<readonly number[]>;
  /** The `k` nearest passages, best first. */
  search(vector: readonly number[], k: number, user: UserRequest): Promise<Found>;
  /**
   * One stored passage by its id, from whichever replica has it; undefined: none of them has it. Rejects with
   * `NotKnown` where one could not be asked that may have it.
   */
  passage(id: string, user: UserRequest): Promise<StoredPassage | undefined>;
  /**
   * Has every vector replica store the document, in the same order; rejects when one of them did not. Some may then
   * have it.
   */
  store(document: NewDocument, caller: Caller): Promise<void>;
  /** The streamed answer from its first content on; it ends in {@link CutAnswer} when it is cut. */
  answer(chat: ChatRequest, from: AnswerFrom, user: UserRequest): Promise<AsyncGenerator<StreamPiece>>;
}

/** What a search has found, and where. */
export interface Found {
  /** `score`: cosine to the vector; absent: the replica does not say. */
  readonly passages: readonly (Passage & { readonly score?: number | undefined })[];
  /** There is nothing else. */
  readonly isAll: boolean;
  /** Which replica was asked, and which index it has. */
  readonly index: { readonly replica: string; readonly version: string };
}

const storedPassage = z.object({ id: z.string(), title: z.string().default(""), text: z.string() });
/** A passage as whoever reads an answer opens it. */
type StoredPassage = z.infer<typeof storedPassage>;

interface NewDocument {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly vector: readonly number[];
}

/** What an answer is made from. */
interface AnswerFrom {
  readonly passages: readonly Passage[];
  /** The version that is to answer; absent: whichever the client names. */
  readonly version: string | undefined;
}

const embeddings = z.object({ data: z.tuple([z.object({ embedding: z.string() })]) });
const hits = z.object({
  results: z.array(z.array(z.object({ id: z.string(), text: z.string(), score: z.number().optional() }))).min(1),
  indexVersion: z.string().default(""),
});

export interface ServiceHooks {
  /** Hears of every retry. */
  readonly onRetry: (service: ServiceName) => void;
  readonly tracer: Tracer;
  /** Longest time without content in an answer, ms; 10 s when absent. */
  readonly contentWithinMs?: number;
  /** With which vector replicas take documents from the gateway. */
  readonly recordsToken?: string | undefined;
}

/** Connects to the members given. */
export function createServices(members: readonly Member[], hooks: ServiceHooks): Services {
  const membership = createMembership(members, hooks.tracer);
  const upstreams = (): readonly Upstream[] => membership.upstreams();

  const asking = (service: ServiceName, { budget }: UserRequest) => ({ budget, onRetry: () => hooks.onRetry(service) });
  const upstreamOf = (replica: string): Upstream => {
    const upstream = upstreams().find((candidate) => candidate.replica === replica);
    if (upstream === undefined) throw new Error(`no upstream ${replica}`);
    return upstream;
  };

  /** Asks one replica of the service after the other, within the budget of the user's request. */
  async function ask<T>(service: ServiceName, user: UserRequest, of: (upstream: Upstream) => Promise<T>): Promise<T> {
    return askInTurn(membership.pool(service), asking(service, user), async (replica) => of(upstreamOf(replica)));
  }

  return {
    upstreams,
    weight: (replica) => membership.weight(replica),
    setWeights: (weights) => membership.setWeights(weights),
    setMembers: async (next) => membership.setMembers(next),
    store: storeInOrder(upstreams, hooks.recordsToken),
    async embed(text, user) {
      // As base64, because 512 numbers in decimals are four times as many bytes to write and to read.
      const body = { input: text, encoding_format: "base64" };
      const call = { path: "/v1/embeddings", body, timeoutMs: TIMEOUTS.embedder, isOurs: true, ...user };
      return ask("embedder", user, async (upstream) =>
        wholeOf(await upstream.post(call), upstream, user.signal, (json) =>
          floatsIn(embeddings.parse(json).data[0].embedding),
        ),
      );
    },
    async search(vector, k, user) {
      const body = { vectors: [vector], k, include: ["text"] };
      const call = { path: "/search", body, timeoutMs: TIMEOUTS.vector, isOurs: true, ...user };
      return ask("vector", user, async (upstream) =>
        wholeOf(await upstream.post(call), upstream, user.signal, (json) => foundIn(json, k, upstream)),
      );
    },
    passage: async (id, user) =>
      askUntilFound(membership.pool("vector"), asking("vector", user), async (replica) =>
        storedPassageAt(upstreamOf(replica), id, user),
      ),
    async answer(chat, { passages, version }, user) {
      const body = {
        ...chat,
        ...(version !== undefined && { model: version }),
        messages: [promptFor(passages), ...chat.messages],
        stream: true,
        stream_options: { include_usage: true },
      };
      const isOurs = version !== undefined;
      const call = { path: "/v1/chat/completions", body, timeoutMs: TIMEOUTS.inference, isOurs };
      return ask("inference", user, async (upstream) =>
        beginAnswer({
          post: async (caller) => upstream.post({ ...call, ...caller }),
          caller: user,
          replica: upstream.replica,
          contentWithinMs: hooks.contentWithinMs ?? CONTENT_WITHIN_MS,
          bounds: chat,
        }),
      );
    },
  };
}

/** Undefined: the replica has none of that id. */
async function storedPassageAt(upstream: Upstream, id: string, user: UserRequest): Promise<StoredPassage | undefined> {
  try {
    const begun = await upstream.get({ path: pathOfRecord(id), timeoutMs: TIMEOUTS.vector, ...user });
    return await wholeOf(begun, upstream, user.signal, (json) => storedPassage.parse(json));
  } catch (error) {
    if (error instanceof UpstreamFailure && error.status === 404 && error.code === NO_SUCH_RECORD) return undefined;
    throw error;
  }
}

function foundIn(json: unknown, k: number, { replica }: Upstream): Found {
  const { results, indexVersion: version } = hits.parse(json);
  const passages = results[0] ?? [];
  return { passages, isAll: passages.length < k, index: { replica, version } };
}

/** Has one document after the other stored, so that every replica numbers its rows alike. */
function storeInOrder(upstreams: () => readonly Upstream[], token: string | undefined): Services["store"] {
  let lastStored: Promise<unknown> = Promise.resolve();
  const storeNow = async (body: NewDocument, caller: Caller): Promise<void> => {
    const replicas = upstreams().filter((upstream) => upstream.service === "vector");
    const answers = await Promise.allSettled(
      replicas.map(async (upstream) =>
        wholeOf(
          await upstream.post({ path: "/records", body, token, timeoutMs: TIMEOUTS.vector, ...caller }),
          upstream,
          caller.signal,
          String,
        ),
      ),
    );
    const failed = answers.find((answer) => answer.status === "rejected");
    if (failed !== undefined) throw failed.reason;
  };

  return async (document, caller) => {
    const mine = lastStored.then(() => storeNow(document, caller));
    lastStored = mine.catch(() => undefined);
    return mine;
  };
}

/**
 * What a body that is no stream says, read to its end. Rejects with {@link UpstreamFailure} when that is not what was
 * asked for.
 */
async function wholeOf<T>(
  begun: Begun,
  { replica }: Upstream,
  signal: AbortSignal,
  read: (json: unknown) => T,
): Promise<T> {
  try {
    const value = read(JSON.parse(await textOf(begun.bytes)));
    begun.ended("whole");
    return value;
  } catch (error) {
    if (signal.aborted) throw error;
    begun.ended("broken");
    throw new UpstreamFailure(replica, "broken", `the answer cannot be read: ${messageOf(error).slice(0, 200)}`);
  }
}

/** Little-endian 32-bit floats, as OpenAI packs them. */
function floatsIn(base64: string): number[] {
  const packed = Buffer.from(base64, "base64");
  return Array.from({ length: packed.length / 4 }, (_, index) => packed.readFloatLE(index * 4));
}
