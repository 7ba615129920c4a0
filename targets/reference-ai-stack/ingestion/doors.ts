// The services behind the ingestion, as it uses them: texts are embedded, and documents written to every vector
// replica. What a service will never take is told apart from what it may take later.
import { askJson, type Answer } from "../healer/telemetry/http-json.ts";
import { documentIn, embeddingsIn, hitsIn, outcomeIn, type Outcome, type StoredDocument } from "./answers.ts";
import { BatchFailure } from "./records.ts";

export interface Doors {
  /** Vectors of the texts, in their order, and the model's name. Rejects with {@link BatchFailure}. */
  embed(
    texts: readonly string[],
    line: number,
  ): Promise<{ readonly model: string; readonly vectors: readonly (readonly number[])[] }>;
  /** The document as the first vector replica has it; null: it has none. Rejects with {@link BatchFailure}. */
  readonly read: (document: string, line: number) => Promise<StoredDocument | null>;
  /** What the first vector replica finds for each vector, the nearest first. Rejects with {@link BatchFailure}. */
  readonly search: (vectors: readonly (readonly number[])[], k: number) => Promise<ReturnType<typeof hitsIn>>;
  /** Who of those behind does not answer that it is well, and what instead; null: all do. Never rejects. */
  readonly knock: () => Promise<string | null>;
  /**
   * Writes it to one replica after the other, and says what became of it: `stale` where one of them has a newer one.
   * Rejects with {@link BatchFailure} at the first that does not take it. `onReplica`: one more replica has it.
   */
  readonly write: (
    document: string,
    write: StoredDocument & { readonly over?: number },
    line: number,
    onReplica?: () => void,
  ) => Promise<Outcome>;
}

const LEAST_FIRST: readonly Outcome[] = ["stale", "stored", "known"];
const EMBED_TIMEOUT_MS = 10_000;
const VECTOR_TIMEOUT_MS = 3000;
const KNOCK_TIMEOUT_MS = 1000;

export function openDoors({
  embedderPort,
  vectorPorts,
  token,
}: {
  readonly embedderPort: number;
  readonly vectorPorts: readonly number[];
  readonly token: string;
}): Doors {
  const pathOf = (document: string): string => `/collections/passages/documents/${encodeURIComponent(document)}`;
  return {
    async embed(texts, line) {
      const body = { input: texts };
      const call = { port: embedderPort, path: "/v1/embeddings", method: "POST" as const, body };
      const answer = await askJson({ ...call, timeoutMs: EMBED_TIMEOUT_MS });
      return embeddingsIn(bodyOf(answer, "the embedder", line), texts.length);
    },
    async knock() {
      const ports = [{ port: embedderPort, who: "the embedder" }];
      for (const port of vectorPorts) ports.push({ port, who: "a vector replica" });
      const says = await Promise.all(ports.map(({ port, who }) => unwell(port, who)));
      return says.find((one) => one !== null) ?? null;
    },
    async read(document, line) {
      const [port = 0] = vectorPorts;
      const answer = await askJson({ port, path: pathOf(document), token, timeoutMs: VECTOR_TIMEOUT_MS });
      if (answer.kind === "answered" && answer.status === 404) return null;
      return documentIn(bodyOf(answer, "a vector replica", line));
    },
    async search(vectors, k) {
      const [port = 0] = vectorPorts;
      const call = { port, path: "/search", method: "POST" as const, body: { vectors, k } };
      const answer = await askJson({ ...call, timeoutMs: VECTOR_TIMEOUT_MS });
      return hitsIn(bodyOf(answer, "a vector replica", 0), vectors.length);
    },
    async write(document, write, line, onReplica) {
      const outcomes: Outcome[] = [];
      for (const port of vectorPorts) {
        const call = { port, path: pathOf(document), method: "PUT" as const, body: write, token };
        const answer = await askJson({ ...call, timeoutMs: VECTOR_TIMEOUT_MS });
        outcomes.push(outcomeIn(bodyOf(answer, "a vector replica", line)));
        onReplica?.();
      }
      return LEAST_FIRST.find((outcome) => outcomes.includes(outcome)) ?? "known";
    },
  };
}

async function unwell(port: number, who: string): Promise<string | null> {
  const answer = await askJson({ port, path: "/health", timeoutMs: KNOCK_TIMEOUT_MS });
  if (answer.kind !== "answered") return `${who}: ${answer.says}`;
  return answer.status === 200 ? null : `${who} answered ${answer.status}`;
}

const [TOO_OFTEN, TOO_SLOW, UNAUTHORISED] = [429, 408, 401];

function bodyOf(answer: Answer, who: string, line: number): unknown {
  if (answer.kind !== "answered") throw new BatchFailure("unreachable", line, `${who}: ${answer.says}`);
  const { status, body, text } = answer;
  if (status >= 200 && status < 300) return body;
  const isFinal = status >= 400 && status < 500 && ![TOO_OFTEN, TOO_SLOW, UNAUTHORISED].includes(status);
  throw new BatchFailure(isFinal ? "refused" : "unreachable", line, `${who} answered ${status}: ${text.slice(0, 200)}`);
}
