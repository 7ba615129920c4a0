// What the healer can see of versions of the model: what the gateway notes of answers, and how a replica answers the
// healer's own golden questions.
import type { EngineName } from "../../common/model-card.ts";
import { promptFor } from "../../common/passages.ts";
import { symbolsIn } from "../../common/symbols.ts";
import type { AnswerView, GoldenView, ModelEyes } from "../nouns.ts";
import type { Corpus, GoldenQuestion } from "./golden-questions.ts";
import { askJson } from "./http-json.ts";

/** Time limits of one look at answers and of one golden question, ms: a slow version is not a wrong one. */
const ANSWERS_MS = 3000;
const GOLDEN_MS: Readonly<Record<EngineName, number>> = { extractive: 8000, llama: 60_000 };

/** Whom to look at; `lookToken`: the healer's towards the gateway. */
interface Looked {
  readonly gatewayPort: number;
  readonly lookToken?: string;
  readonly engine?: EngineName;
}

/** `corpus` is called when symbols or questions are first needed. */
export function openModelEyes(
  { gatewayPort: port, lookToken: token, engine = "extractive" }: Looked,
  corpus: () => Corpus | null,
): ModelEyes {
  let known: Corpus | null | undefined;
  const read = (): Corpus | null => (known ??= corpus());
  return {
    async answers(since, isWaiting = false) {
      const path = `/internal/answers?since=${since}`;
      const call = { port, path, timeoutMs: ANSWERS_MS, kept: true, ...(isWaiting && { waitSeconds: 1 }) };
      const answer = await askJson({ ...call, ...(token !== undefined && { token }) });
      if (answer.kind !== "answered" || answer.status !== 200) return null;
      return readAnswers(answer.body, (symbol) => read()?.knows(symbol) ?? true);
    },
    async goldens(replicaPort, version, places) {
      const goldens = read()?.goldens;
      if (goldens === undefined) return null;
      return Promise.all(
        places.map((place) =>
          askGolden({ port: replicaPort, timeoutMs: GOLDEN_MS[engine] }, version, goldens[place % goldens.length]),
        ),
      );
    },
  };
}

async function askGolden(
  whom: { readonly port: number; readonly timeoutMs: number },
  version: string | undefined,
  golden: GoldenQuestion | undefined,
): Promise<GoldenView | null> {
  if (golden === undefined) return null;
  const { question, passages, wanted } = golden;
  const messages = [promptFor(passages), { role: "user", content: question }];
  const body = { stream: false, messages, ...(version !== undefined && { model: version }) };
  const call = { ...whom, path: "/v1/chat/completions", method: "POST" as const, body, probe: true };
  const from = performance.now();
  const answer = await askJson(call);
  const ms = performance.now() - from;
  if (answer.kind !== "answered" || answer.status !== 200) return null;
  const { model, choices } = (answer.body ?? {}) as {
    model?: unknown;
    choices?: readonly { message?: { content?: unknown } }[];
  };
  const text = choices?.[0]?.message?.content;
  if (typeof model !== "string" || typeof text !== "string") return null;
  const ground = [question, ...passages.flatMap(({ id, text: given }) => [id, given])].join("\n");
  const isGrounded = symbolsIn(text.replaceAll(/\[[^\]\s]+#\d+\]/g, " ")).every((symbol) => ground.includes(symbol));
  return { model, right: text.includes(`[${wanted}]`) && isGrounded, ms };
}

/** A row of another form is left out; null when the body has not that shape. */
export function readAnswers(body: unknown, knows: (symbol: string) => boolean): readonly AnswerView[] | null {
  const { answers } = (body ?? {}) as { answers?: unknown };
  if (!Array.isArray(answers)) return null;
  return answers.flatMap((row: unknown): readonly AnswerView[] => {
    const { seq, version, isNamed, passages, cited, strange, ungrounded } = (row ?? {}) as Record<string, unknown>;
    const rest = restOf((row ?? {}) as Record<string, unknown>);
    if (typeof seq !== "number" || typeof version !== "string" || isNamed === true || passages === 0) return [];
    if (rest === null) return [];
    const named = [...textsIn(strange).map((id) => id.replace(/#\d+$/, "")), ...textsIn(ungrounded)];
    const cites = typeof cited === "number" && cited > 0;
    return [{ seq, version, cites, inventsSymbols: !named.every(knows), ...rest }];
  });
}

type Rest = Pick<AnswerView, "firstMs" | "tokenMs" | "asked" | "said" | "cluster">;

function restOf(row: Readonly<Record<string, unknown>>): Rest | null {
  const { firstMs, ms, tokens, asked, said, cluster } = row;
  if (typeof firstMs !== "number" || typeof ms !== "number" || typeof cluster !== "number") return null;
  if (typeof asked !== "string" || typeof said !== "string") return null;
  const tokenMs = typeof tokens === "number" && tokens > 1 ? (ms - firstMs) / (tokens - 1) : null;
  return { firstMs, tokenMs, asked, said, cluster };
}

function textsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}
