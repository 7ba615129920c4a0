// What verification sees with, apart from the eyes that raise alarms: users' own answers at the gateway, a question of
// our own, the replicas on the way that requests take, and what a search finds. `null`: it was not seen.
import { performance } from "node:perf_hooks";
import {
  ATTRIBUTE,
  GENAI_METRIC,
  OPERATION,
  plainPrometheusName,
  secondsPrometheusName,
} from "../../common/telemetry/names.ts";
import { askJson } from "../telemetry/http-json.ts";

/** Chats of users since the gateway's start. */
export interface UsersView {
  readonly answered: number;
  readonly failed: number;
  /** Of those that were answered: whose first token took longer than a second. */
  readonly late: number;
}

/** How far a replica finds what its sibling finds. */
interface AgreementView {
  /** Of what the sibling's exact search finds, the share that the replica's own search finds. */
  readonly share: number;
  readonly checked: number;
}

export interface Witness {
  users(): Promise<UsersView | null>;
  /** A question as a user asks it: how long the whole answer took, ms; `ok` false when there was none. */
  ask(): Promise<{ readonly ok: boolean; readonly ms: number } | null>;
  /** Can the gateway reach this replica? */
  reaches(replica: string): Promise<boolean | null>;
  /** Records that the replica holds. */
  records(port: number): Promise<number | null>;
  /** Both replicas are asked for the neighbours of records drawn from the sibling by `seed`. */
  agreement(port: number, siblingPort: number, seed: number): Promise<AgreementView | null>;
}

const TIMEOUT_MS = 3000;
const QUESTION = "How does an EventEmitter remove a listener?";
/** Records drawn for one look, and neighbours asked for each. */
const DRAWN = 8;
const NEIGHBOURS = 5;

/** A witness of the real stack, over HTTP. */
export function openWitness(gatewayPort: number): Witness {
  const get = async (port: number, path: string): Promise<unknown> => {
    const answer = await askJson({ port, path, timeoutMs: TIMEOUT_MS });
    return answer.kind === "answered" && answer.status === 200 ? answer.body : null;
  };
  const post = (port: number, path: string, body: object): ReturnType<typeof askJson> =>
    askJson({ port, path, method: "POST", body, timeoutMs: TIMEOUT_MS });
  return {
    async users() {
      const answer = await askJson({ port: gatewayPort, path: "/metrics", timeoutMs: TIMEOUT_MS });
      return answer.kind === "answered" && answer.status === 200 ? readUsers(answer.text) : null;
    },
    async ask() {
      const from = performance.now();
      const body = { stream: false, messages: [{ role: "user", content: QUESTION }] };
      const answer = await post(gatewayPort, "/v1/chat/completions", body);
      return { ok: answer.kind === "answered" && answer.status === 200, ms: performance.now() - from };
    },
    async reaches(replica) {
      const answer = await post(gatewayPort, "/internal/check", { upstream: replica });
      if (answer.kind !== "answered" || answer.status !== 200) return null;
      return (answer.body as { ok?: unknown } | null)?.ok === true;
    },
    async records(port) {
      const body = (await get(port, "/manifest?hash=0")) as { records?: unknown } | null;
      return typeof body?.records === "number" ? body.records : null;
    },
    async agreement(port, siblingPort, seed) {
      const drawn = (await get(siblingPort, `/records/sample?n=${DRAWN}&seed=${seed}`)) as {
        items?: { vector: number[] }[];
      } | null;
      const vectors = drawn?.items?.map(({ vector }) => vector) ?? [];
      if (vectors.length === 0) return null;
      const [own, exact] = await Promise.all([
        post(port, "/search", { vectors, k: NEIGHBOURS }),
        post(siblingPort, "/search/exact", { vectors, k: NEIGHBOURS }),
      ]);
      const [found, wanted] = [idsIn(own), idsIn(exact)];
      if (found === null || wanted === null) return null;
      const hits = wanted.flatMap((ids, n) => ids.map((id) => found[n]?.includes(id) === true));
      return { share: hits.filter(Boolean).length / Math.max(1, hits.length), checked: hits.length };
    },
  };
}

function idsIn(answer: Awaited<ReturnType<typeof askJson>>): readonly (readonly string[])[] | null {
  if (answer.kind !== "answered" || answer.status !== 200) return null;
  const { results } = (answer.body ?? {}) as { results?: { id: string }[][] };
  return Array.isArray(results) ? results.map((hits) => hits.map(({ id }) => id)) : null;
}

const DURATION = secondsPrometheusName(GENAI_METRIC.clientDuration);
const FIRST_TOKEN = secondsPrometheusName(GENAI_METRIC.timeToFirstToken);
const IS_CHAT = `${plainPrometheusName(ATTRIBUTE.operationName)}="${OPERATION.chat}"`;
const IS_WELL = `${plainPrometheusName(ATTRIBUTE.errorType)}=""`;

/** Of the gateway's `/metrics`: chats by their error type, and first tokens within a second; null without any chat. */
export function readUsers(text: string): UsersView | null {
  let [answered, failed, inTime, started] = [0, 0, 0, 0];
  for (const line of text.split("\n")) {
    const value = Number(line.slice(line.lastIndexOf(" ") + 1));
    if (!Number.isFinite(value)) continue;
    if (line.startsWith(`${DURATION}_count{`) && line.includes(IS_CHAT)) {
      if (line.includes(IS_WELL)) answered += value;
      else failed += value;
    }
    if (line.startsWith(`${FIRST_TOKEN}_bucket{`) && line.includes('le="1"')) inTime += value;
    if (line.startsWith(`${FIRST_TOKEN}_count`)) started += value;
  }
  return answered + failed === 0 ? null : { answered, failed, late: started - inTime };
}
