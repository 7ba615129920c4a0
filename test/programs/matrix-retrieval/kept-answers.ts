// Answers in the cache of the gateway, made from what a replica finds: what is kept of them against what is found anew.
import { readFile, writeFile } from "node:fs/promises";
import { ANSWER_ROWS } from "../../../targets/reference-ai-stack/cache-settings.ts";
import { createRowFile } from "../../../targets/reference-ai-stack/common/row-file.ts";
import { createAnswerCache } from "../../../targets/reference-ai-stack/gateway/answer-cache.ts";
import { twiceDetector } from "../../../targets/reference-ai-stack/healer/detection/twice-detector.ts";
import type { Observation } from "../../../targets/reference-ai-stack/healer/nouns.ts";
import { NUMBERS } from "../../../targets/reference-ai-stack/healer/numbers.ts";
import type { VectorReplica } from "../../../targets/reference-ai-stack/vector/replica.ts";
import { shareIn, spokeOver } from "./spoke-over.ts";

/** Passages that an answer is made from. */
const HITS = 4;

/** Two kept answers change places in the file: of the healer's own, or to a user's question and its opposite. */
export async function swapAnswers(path: string, whose: "own" | "users"): Promise<void> {
  const { rows, rowBytes } = ANSWER_ROWS;
  const bytes = await readFile(path);
  const rowAt = (row: number): Buffer => bytes.subarray(row * rowBytes, (row + 1) * rowBytes);
  const from = whose === "own" ? 0 : NUMBERS.twice.prompts;
  const kept = [...Array(rows).keys()].map(rowAt).filter((row) => row.some((byte) => byte !== 0));
  const [one, other] = kept.slice(from);
  if (one === undefined || other === undefined) throw new Error(`${path} has no two answers to swap`);
  const first = Buffer.from(one);
  other.copy(one);
  first.copy(other);
  await writeFile(path, bytes);
}

/** A question, and where its vector points. */
interface Asking {
  readonly question: string;
  readonly query: Float32Array;
}

/** The healer's own, and behind them a user's and its opposite: nearly the same to whoever goes by vectors. */
function askings(queries: readonly Float32Array[]): readonly Asking[] {
  const own = queries.slice(0, NUMBERS.twice.prompts);
  const [query = new Float32Array(), away = query] = queries.slice(own.length);
  const near = query.map((component, i) => component + (away[i] ?? 0) / 5);
  return [
    ...own.map((one, n) => ({ question: `What is told of matter${n}?`, query: one })),
    { question: "How is the matter enabled?", query },
    { question: "How is the matter disabled?", query: near },
  ];
}

/** Every question is answered by what a search finds, and that is kept. */
export async function keepAnswers(replica: VectorReplica, queries: readonly Float32Array[], path: string) {
  const { prompts, perLook } = NUMBERS.twice;
  const asked = askings(queries).map(({ question, query }) => {
    const length = Math.hypot(...query);
    const vector = [...query].map((component) => component / length);
    return { question, vector, context: "", version: "", query };
  });
  const answer = async (query: Float32Array): Promise<object> => ({
    says: (await replica.search(query, HITS)).map(({ id }) => replica.records.textOf(id)?.text ?? id),
  });
  const openFile = () => createRowFile(path, ANSWER_ROWS.rows, ANSWER_ROWS.rowBytes);
  const cache = createAnswerCache({ openFile, rows: ANSWER_ROWS.rows, now: () => 0, dropped: () => undefined });
  for (const one of asked) {
    const isKept = cache.keep(cache.ticket(one), await answer(one.query), { passages: [], floor: -1 });
    if (!isKept) throw new Error(`an answer was not kept: ${one.question}`);
  }
  return {
    async compare() {
      const differing: boolean[] = [];
      for (const one of asked) {
        const [hit, miss] = [cache.find(one)?.body, await answer(one.query)];
        if (hit === undefined) throw new Error(`an answer is kept no more: ${one.question}`);
        differing.push(JSON.stringify(hit) !== JSON.stringify(miss));
      }
      cache.close();
      const [own, users] = [differing.slice(0, prompts), differing.slice(prompts)];
      const scope = { service: "gateway", replica: "gateway" };
      const looks = Array.from({ length: Math.ceil(own.length / perLook) }, (_, look): Observation => {
        // Two of its own and one of users' in turn.
        const both = [...own.slice(look * perLook, (look + 1) * perLook), users[look % users.length] ?? false];
        const view = { asked: both.length, differing: both.filter(Boolean).length };
        return { kind: "twice", at: (look + 1) * NUMBERS.look.twiceMs, scope, view };
      });
      const spokeAt = await spokeOver(twiceDetector, async (look) => looks[look - 1], looks.length);
      return { hitsDiffer: shareIn(own), usersHitsDiffer: shareIn(users), spokeAt };
    },
  };
}
