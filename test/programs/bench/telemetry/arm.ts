// A stack with telemetry or without it: asked as fast as it answers, and held still while the other one is asked.

import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { bootStack, type RunningStack } from "../../stack/boot.ts";
import { readGolden } from "../../../../targets/reference-ai-stack/corpus/golden.ts";

export interface Measured {
  /** Whole answers a second. */
  readonly perSecond: number;
  readonly latenciesMs: readonly number[];
  readonly failed: number;
  /** Processor time of the whole stack, ms an answer. */
  readonly cpuMs: number;
}

export interface Arm extends AsyncDisposable {
  readonly stack: RunningStack;
  /** Closed loop: so many askers, each with its next question as soon as it has an answer. */
  askFor(ms: number, askers: number): Promise<Measured>;
  /** Processor time of all of its processes since they began, ms. */
  cpuMs(): Promise<number>;
  /** Resident memory of all of its processes, MiB. */
  memoryMiB(): Promise<number>;
  /** SIGSTOP and SIGCONT for every process of it. */
  hold(): void;
  goOn(): void;
}

/** Ticks of /proc's processor times in a second on Linux. */
const TICKS = 100;
const PAGE_MIB = 4096 / 1024 / 1024;
const questions = readGolden().map(({ question }) => question);

/** Asks a stack its n-th question, and says whether that was answered. */
export type Asks = (stack: RunningStack, n: number) => Promise<boolean>;

const asksAsUsers: Asks = async (stack, n) => {
  const answer = await fetch(`http://127.0.0.1:${stack.port("gateway")}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ stream: true, messages: [{ role: "user", content: questions[n % questions.length] }] }),
    signal: AbortSignal.timeout(15_000),
  });
  return (await answer.text()).includes("[DONE]");
};

interface ArmStart {
  readonly root: string;
  readonly cacheDir: string;
  /** The healer is off unless it says otherwise: one that was held still may take the rest of the world for dead. */
  readonly env: Readonly<Record<string, string>>;
  readonly asks?: Asks;
}

export async function startArm({ root, cacheDir, env, asks = asksAsUsers }: ArmStart): Promise<Arm> {
  const stack = await bootStack({ root, cacheDir, env: () => ({ HEALER_OFF: "1", ...env }) });
  const children = (await stack.inventory()).flatMap(({ pid }) => (pid === null ? [] : [pid]));
  const supervisor = Number((await statOf(children[0] ?? 0))[PARENT]);
  const pids = [supervisor, ...children];
  const signal = (name: NodeJS.Signals): void => pids.forEach((pid) => process.kill(pid, name));
  const sumOf = async (fields: readonly number[]): Promise<number> => {
    const stats = await Promise.all(pids.map(statOf));
    return stats.flatMap((stat) => fields.map((field) => Number(stat[field]))).reduce((all, one) => all + one, 0);
  };
  const cpuMs = async (): Promise<number> => ((await sumOf([USER, SYSTEM])) * 1000) / TICKS;
  let asked = 0;
  const askOne = async (): Promise<number | null> => {
    const began = performance.now();
    const isAnswered = await asks(stack, (asked += 1)).catch(() => false);
    return isAnswered ? performance.now() - began : null;
  };
  return {
    stack,
    cpuMs,
    hold: () => signal("SIGSTOP"),
    goOn: () => signal("SIGCONT"),
    memoryMiB: async () => (await sumOf([RESIDENT])) * PAGE_MIB,
    async askFor(ms, askers) {
      const [before, began] = [await cpuMs(), performance.now()];
      const latenciesMs: number[] = [];
      let failed = 0;
      const asker = async (): Promise<void> => {
        while (performance.now() - began < ms) {
          const took = await askOne();
          if (took === null) failed += 1;
          else latenciesMs.push(took);
        }
      };
      await Promise.all(Array.from({ length: askers }, asker));
      const seconds = (performance.now() - began) / 1000;
      // What an exporter still owes for these answers is theirs too.
      await sleep(1200);
      return {
        perSecond: latenciesMs.length / seconds,
        latenciesMs,
        failed,
        cpuMs: ((await cpuMs()) - before) / latenciesMs.length,
      };
    },
    async [Symbol.asyncDispose]() {
      signal("SIGCONT");
      await stack[Symbol.asyncDispose]();
    },
  };
}

/** Places in /proc/PID/stat behind the process's name. */
const PARENT = 1;
const USER = 11;
const SYSTEM = 12;
const RESIDENT = 21;

async function statOf(pid: number): Promise<readonly string[]> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8");
  return text.slice(text.lastIndexOf(")") + 2).split(" ");
}
