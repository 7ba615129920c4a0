// A stack under users' load whose registry is at hand: rolls versions out and back, and counts which version answers.

import { setTimeout as sleep } from "node:timers/promises";
import type { ModelCard } from "../../../../targets/reference-ai-stack/common/model-card.ts";
import { readGolden } from "../../../../targets/reference-ai-stack/corpus/golden.ts";
import { symbolsIn } from "../../../../targets/reference-ai-stack/common/symbols.ts";
import { readCorpus } from "../../../../targets/reference-ai-stack/healer/telemetry/golden-questions.ts";
import { seededRandom } from "../../../../src/core/random.ts";
import { bootStack, type RunningStack } from "../../stack/boot.ts";
import type { BenchSetting } from "./row.ts";

const OPERATOR = "token-of-the-bench-operator";
const PER_SECOND = 12;
/** Before the first roll-out, ms: baselines are learned. */
const QUIET_MS = 8000;

export interface VersionStand extends AsyncDisposable {
  readonly stack: RunningStack;
  /** Resolves when the version answers its share. */
  rollOut(version: string, share: number): Promise<void>;
  rollBack(version: string): Promise<void>;
  /** The registry knows one more version. */
  register(card: ModelCard): Promise<void>;
  /** Exactly that is served. */
  serve(serving: { readonly stable: string; readonly canary: null; readonly before: readonly string[] }): Promise<void>;
  /** Users ask in another order from now on. */
  shuffle(): void;
  /** Names of the signals that stand in the healer now. */
  signals(): Promise<readonly string[]>;
  /** The version that is being rolled out; null: none is. */
  canary(): Promise<string | null>;
  /** Answers to users that were asked for in [from, to), ms of `performance.now()`: by this version, and all. */
  answered(version: string, from: number, to: number): { readonly own: number; readonly all: number };
  /** The same one by one: did it cite only passages that there are, and one at least? */
  judged(from: number, to: number): readonly { readonly version: string; readonly isBad: boolean }[];
}

/** A stack that has answered users for a while. */
export async function openStand({ root, cacheDir }: BenchSetting): Promise<VersionStand> {
  const stack = await bootStack({ root, cacheDir, env: () => ({ STACK_OPERATOR_TOKEN: OPERATOR }) });
  const supervisor = `http://127.0.0.1:${stack.port("supervisor")}`;
  const corpus = readCorpus(cacheDir);
  if (corpus === null) throw new Error(`no corpus in ${cacheDir}`);
  const users = askAsUsers(stack.port("gateway"), (text) => isBad(text, (symbol) => corpus.knows(symbol)));
  const post = async (path: string, body: object): Promise<void> => {
    const headers = { authorization: `Bearer ${OPERATOR}` };
    const answer = await fetch(`${supervisor}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
  };
  await sleep(QUIET_MS);
  return {
    stack,
    rollOut: (version, share) => post("/models/roll-out", { version, share }),
    rollBack: (version) => post("/models/roll-back", { version }),
    register: (card) => post("/models", card),
    serve: (serving) => post("/models/serving", serving),
    shuffle: () => users.shuffle(),
    async signals() {
      const { signals } = (await (await fetch(`http://127.0.0.1:${stack.port("healer")}/signals`)).json()) as {
        signals: readonly { readonly name: string }[];
      };
      return signals.map(({ name }) => name);
    },
    async canary() {
      const { serving } = (await (await fetch(`${supervisor}/models`)).json()) as {
        serving: { canary: { version: string } | null };
      };
      return serving.canary?.version ?? null;
    },
    answered(version, from, to) {
      const within = users.answers.filter(({ at }) => at >= from && at < to);
      return { own: within.filter((one) => one.model === version).length, all: within.length };
    },
    judged: (from, to) =>
      users.answers
        .filter(({ at }) => at >= from && at < to)
        .map(({ model, isBad: bad }) => ({ version: model, isBad: bad })),
    async [Symbol.asyncDispose]() {
      await users.stop();
      await stack[Symbol.asyncDispose]();
    },
  };
}

const ID = /\[([\w$./:@-]+)#\d+\]/g;

/** Does it cite nothing, or name an id or a symbol that the corpus does not have? */
function isBad(text: string, knows: (symbol: string) => boolean): boolean {
  const ids = [...text.matchAll(ID)].map(([, id = ""]) => id);
  return ids.length === 0 || ![...ids, ...symbolsIn(text.replaceAll(ID, " "))].every(knows);
}

/** Open loop, one question after the other of the golden set. */
function askAsUsers(gatewayPort: number, judge: (text: string) => boolean) {
  let questions = readGolden().map(({ question }) => question);
  let shuffles = 0;
  const answers: { readonly at: number; readonly model: string; readonly isBad: boolean }[] = [];
  const open = new Set<Promise<void>>();
  const stopped = new AbortController();
  const ask = async (content: string): Promise<void> => {
    const at = performance.now();
    try {
      const answer = await fetch(`http://127.0.0.1:${gatewayPort}/v1/chat/completions`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ messages: [{ role: "user", content }] }),
        signal: AbortSignal.any([stopped.signal, AbortSignal.timeout(15_000)]),
      });
      const { model = "", choices } = (await answer.json()) as {
        model?: string;
        choices?: readonly { message: { content: string } }[];
      };
      if (answer.ok) answers.push({ at, model, isBad: judge(choices?.[0]?.message.content ?? "") });
    } catch {
      // Not answered: no version has served it.
    }
  };
  const running = (async () => {
    for (let n = 0, dueAt = performance.now(); !stopped.signal.aborted; n += 1, dueAt += 1000 / PER_SECOND) {
      await sleep(Math.max(0, dueAt - performance.now()));
      const one = ask(questions[n % questions.length] ?? "");
      open.add(one);
      void one.finally(() => open.delete(one));
    }
  })();
  return {
    answers,
    shuffle() {
      const random = seededRandom((shuffles += 1), "questions of users");
      questions = questions
        .map((question) => ({ question, place: random.next() }))
        .toSorted((a, b) => a.place - b.place)
        .map(({ question }) => question);
    },
    async stop() {
      stopped.abort();
      await running;
      await Promise.all(open);
    },
  };
}
