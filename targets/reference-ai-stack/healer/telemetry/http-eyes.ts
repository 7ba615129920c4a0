// The healer's eyes: what it can see of the stack over HTTP, each look with its own time limit.
import { setTimeout as delay } from "node:timers/promises";
import type { EngineName } from "../../common/model-card.ts";
import { frozenTexts } from "../detection/drift/frozen-texts.ts";
import type { CompletionView, Eyes } from "../nouns.ts";
import type { ManifestView } from "./vector-views.ts";
import { NUMBERS } from "../numbers.ts";
import { readCorpus, type Corpus } from "./golden-questions.ts";
import { createAskKept } from "./ask-kept.ts";
import { createAskResources } from "./ask-resources.ts";
import { createAskSources } from "./ask-sources.ts";
import { createAskStored, embedTexts } from "./ask-stored.ts";
import { askHeld, askHoldings } from "./ask-held.ts";
import { createAskTwice } from "./ask-twice.ts";
import { askJson } from "./http-json.ts";
import type { Answer, Call } from "./http-json.ts";
import { readIngestion } from "./read-ingestion.ts";
import { openModelEyes } from "./model-eyes.ts";
import { createPulse } from "./pulse.ts";
import { createRollCall } from "./roll-call.ts";
import {
  countCompleted,
  readCheck,
  readGood,
  readManifest,
  readQuestions,
  readSelfRetrieval,
  readTokens,
  readUpstreams,
} from "./read-answer.ts";
import type { ResourceLimits } from "./read-answer.ts";

export interface EyesConfig {
  readonly supervisorPort: number;
  readonly gatewayPort: number;
  readonly limits: ResourceLimits;
  /** Where the corpus lies. */
  readonly cacheDir: string;
  /** Towards the gateway; without it nothing is seen of users' answers. */
  readonly lookToken?: string;
  /** What answers there; a language model takes longer over a golden question, and over a token. */
  readonly engine?: EngineName;
}

/** Eyes on the supervisor, the gateway and every replica's own port. */
export function openEyes(config: EyesConfig): Eyes {
  const corpus = once(() => readCorpus(config.cacheDir));
  const limits = NUMBERS.timeoutMs;
  const supervisor = (path: string, timeoutMs: number): Call => ({ port: config.supervisorPort, path, timeoutMs });
  return {
    rollCall: createRollCall(config.supervisorPort),
    pulse: createPulse(),
    completion: async (port) => {
      const path = "/v1/chat/completions";
      const call = { port, path, method: "POST" as const, body: ONE_TOKEN, probe: true, kept: true };
      const times = TOKEN_TIMES[config.engine ?? "extractive"];
      return completionOf(await askJson({ ...call, timeoutMs: times * limits.completion }));
    },
    manifest: async (port) =>
      manifestOf(await askJson({ port, path: "/manifest?held=1", timeoutMs: limits.manifest, kept: true })),
    selfRetrieval: async (port, rows) => {
      const path = `/self-retrieval?n=${rows}`;
      return seen(await askJson({ port, path, timeoutMs: limits.selfRetrieval, kept: true }), readSelfRetrieval);
    },
    holdings: askHoldings,
    held: askHeld,
    snapshotGood: async (asked) =>
      seen(await askJson(supervisor(`/snapshot?asked=${asked ? 1 : 0}`, limits.manifest)), readGood),
    resources: createAskResources(config.limits),
    tokensMove: async (port) => {
      const before = await tokensOf(port);
      if (before === null) return null;
      await delay(NUMBERS.deepProbe.tokensApartMs);
      const now = await tokensOf(port);
      return now === null ? null : now !== before;
    },
    embeddings: askEmbeddings,
    questions: async (port) =>
      seen(await askJson({ port, path: "/internal/questions", timeoutMs: limits.questions }), readQuestions),
    ingestion: async (port) =>
      seen(await askJson({ port, path: "/status", timeoutMs: limits.ingestion, kept: true }), readIngestion),
    storedTexts: createAskStored(),
    askTwice: askTwiceOf(config, corpus),
    traffic: async () => {
      const path = `/internal/upstreams?back=${NUMBERS.trafficBackMs}`;
      return seen(
        await askJson({ port: config.gatewayPort, path, timeoutMs: limits.traffic, kept: true }),
        readUpstreams,
      );
    },
    sources: createAskSources(config),
    models: openModelEyes(config, corpus),
    check: async (replica) => {
      const call = { port: config.gatewayPort, path: "/internal/check", method: "POST" as const };
      return seen(await askJson({ ...call, body: { upstream: replica }, timeoutMs: limits.check }), readCheck);
    },
  };
}

const askEmbeddings: Eyes["embeddings"] = async (port, places, fresh) => {
  const input = places.map((place) => frozenTexts()[place]?.text ?? "");
  const vectors = await embedTexts(port, input, fresh);
  return vectors === null ? null : { places, vectors };
};

/** Inference replicas are asked prompts, the gateway questions of the corpus. */
function askTwiceOf({ gatewayPort, lookToken }: EyesConfig, corpus: () => Corpus | null): Eyes["askTwice"] {
  const askKept = createAskKept({ port: gatewayPort, lookToken }, () => corpus()?.goldens ?? null);
  const askReplica = createAskTwice();
  return async (port, service, whileAsked = false) => (service === "gateway" ? askKept(whileAsked) : askReplica(port));
}

/** Called when first needed, and not again. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

function seen<T>(answer: Answer, read: (body: unknown) => T | null): T | null {
  return answer.kind === "answered" && answer.status === 200 ? read(answer.body) : null;
}

/** One that answers with an error of its own cannot say what it holds: that is seen, and silence is not. */
function manifestOf(answer: Answer): ManifestView | null {
  if (answer.kind !== "answered" || answer.status < 500) return seen(answer, readManifest);
  return { matches: true, rows: 0, trouble: `it answers ${answer.status} when it is asked what its index is` };
}

async function tokensOf(port: number): Promise<number | null> {
  const answer = await askJson({ port, path: "/metrics", timeoutMs: NUMBERS.timeoutMs.resources });
  return answer.kind === "answered" && answer.status === 200 ? readTokens(answer.text) : null;
}

const TOO_MANY = 429;
/** The least that a model can be asked for. */
/**
 * So many times the usual bound may one token take: a language model takes turns with the prompts that it reads. The
 * window of a verification does not know that, and is short there.
 */
const TOKEN_TIMES: Readonly<Record<EngineName, number>> = { extractive: 1, llama: 5 };
const ONE_TOKEN = { messages: [{ role: "user", content: "Are you there?" }], max_tokens: 1, stream: false };

/** Null: it was refused for what it asks, which says nothing of whether tokens are made. */
function completionOf(answer: Answer): CompletionView | null {
  if (answer.kind !== "answered") return { state: answer.kind, says: answer.says };
  if (answer.status >= 400 && answer.status < 500 && answer.status !== TOO_MANY) return null;
  if (answer.status === 200 && countCompleted(answer.body) > 0) return { state: "good", says: "one token" };
  return { state: "busy", says: `answered ${answer.status}${answer.status === 200 ? " without a token" : ""}` };
}
