// A stack under users' load whose registry is at hand: rolls versions out and back, and counts which version answers.

import { setTimeout as sleep } from "node:timers/promises";
import { readGolden } from "../../../../targets/reference-ai-stack/corpus/golden.ts";
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
  /** The version that is being rolled out; null: none is. */
  canary(): Promise<string | null>;
  /** Answers to users that were asked for in [from, to), ms of `performance.now()`: by this version, and all. */
  answered(version: string, from: number, to: number): { readonly own: number; readonly all: number };
}

/** A stack that has answered users for a while. */
export async function openStand({ root, cacheDir }: BenchSetting): Promise<VersionStand> {
  const stack = await bootStack({ root, cacheDir, env: () => ({ STACK_OPERATOR_TOKEN: OPERATOR }) });
  const supervisor = `http://127.0.0.1:${stack.port("supervisor")}`;
  const users = askAsUsers(stack.port("gateway"));
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
    async [Symbol.asyncDispose]() {
      await users.stop();
      await stack[Symbol.asyncDispose]();
    },
  };
}

/** Open loop, one question after the other of the golden set. */
function askAsUsers(gatewayPort: number) {
  const questions = readGolden().map(({ question }) => question);
  const answers: { readonly at: number; readonly model: string }[] = [];
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
      const { model = "" } = (await answer.json()) as { model?: string };
      if (answer.ok) answers.push({ at, model });
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
    async stop() {
      stopped.abort();
      await running;
      await Promise.all(open);
    },
  };
}
