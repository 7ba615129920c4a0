// The way to an engine in a process of its own, as vLLM parts its API server from its engine core: who listens goes on
// answering health checks whatever the engine does. Nobody here watches the engine; that is left to who looks from
// outside.

import { fork, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Logger } from "../common/log.ts";
import type { InferenceSettings } from "../inference-settings.ts";
import type { Asked, Engine, Finish, Generation, MemoryView, OnRead } from "./generate.ts";

export type ToEngine =
  | { readonly kind: "begin"; readonly id: number; readonly asked: Asked }
  | { readonly kind: "clear"; readonly id: number }
  | { readonly kind: "why-not"; readonly id: number; readonly asked: Asked }
  | { readonly kind: "leave"; readonly id: number };

type Begun = { readonly kind: "begun"; readonly id: number } & Omit<Generation, "chunks" | "finish">;

/** What the engine says of one request. */
type OfRequest =
  | Begun
  | { readonly kind: "read"; readonly id: number; readonly tokens: number }
  | { readonly kind: "tokens"; readonly id: number; readonly tokens: readonly string[] }
  | { readonly kind: "ended"; readonly id: number; readonly finish: Finish }
  | { readonly kind: "cleared"; readonly id: number; readonly blocks: number }
  | { readonly kind: "judged"; readonly id: number; readonly why: string | null }
  | { readonly kind: "failed"; readonly id: number; readonly says: string };

export type FromEngine = OfRequest | { readonly kind: "memory"; readonly view: MemoryView };

export interface EngineProcess extends Engine {
  /** Ends it at once, also when it was stopped. */
  end(): void;
}

/** What waits for the engine's messages on one request. */
interface Waiter {
  take(message: OfRequest): void;
  break(reason: Error): void;
}

/** Starts the engine's process, which reads `kvBlocks` and all else out of the same environment. */
export function startEngine(
  log: Logger,
  { kvBlocks, engine }: Pick<InferenceSettings, "kvBlocks" | "engine">,
): EngineProcess {
  const child = fork(fileURLToPath(new URL("./engine-process.js", import.meta.url)), [], { stdio: "inherit" });
  const waiters = new Map<number, Waiter>();
  let ids = 0;
  let view: MemoryView = { held: 0, waiting: 0, preemptions: 0 };
  child.on("message", (message: FromEngine) => {
    if (message.kind === "memory") ({ view } = message);
    else waiters.get(message.id)?.take(message);
  });
  child.on("error", (error) => log.error("the engine's process", { reason: error.message }));
  child.once("exit", (code, signal) => {
    log.error("the engine's process ended", { reason: signal ?? `code ${code}` });
    for (const waiter of waiters.values()) waiter.break(new Error("the engine's process ended"));
    waiters.clear();
    // Its memory went with it.
    view = { ...view, held: 0, waiting: 0 };
  });
  return {
    kvBlocks,
    memory: () => view,
    clearCache() {
      ids += 1;
      return clear({ child, waiters, id: ids });
    },
    // The bundled engine counts words, as is done here; tokens of a language model only it can count.
    ...(engine === "llama" && {
      whyNot(asked: Asked, signal: AbortSignal) {
        ids += 1;
        return judge({ child, waiters, id: ids }, asked, signal);
      },
    }),
    end: () => void child.kill("SIGKILL"),
    generate(asked, signal, onRead) {
      ids += 1;
      return begin({ child, waiters, id: ids, onRead }, asked, signal);
    },
  };
}

interface Line {
  readonly child: ChildProcess;
  readonly waiters: Map<number, Waiter>;
  readonly id: number;
}

function begin(
  { child, waiters, id, onRead }: Line & { readonly onRead: OnRead },
  asked: Asked,
  signal: AbortSignal,
): Promise<Generation> {
  return new Promise((resolve, reject) => {
    const chunks = createChunks();
    let finish: Finish = "stop";
    const over = (): void => {
      waiters.delete(id);
      signal.removeEventListener("abort", leave);
    };
    const fail = (error: Error): void => {
      over();
      reject(error);
      chunks.break(error);
    };
    const leave = (): void => {
      tell(child, { kind: "leave", id });
      fail(signal.reason instanceof Error ? signal.reason : new Error("aborted"));
    };
    waiters.set(id, {
      break: fail,
      take(message) {
        if (message.kind === "begun") {
          const { promptTokens, cachedTokens, waitedMs } = message;
          resolve({ promptTokens, cachedTokens, waitedMs, chunks: chunks.all(), finish: () => finish });
        } else if (message.kind === "read") onRead(message.tokens);
        else if (message.kind === "tokens") chunks.put(message.tokens);
        else if (message.kind === "failed") fail(new Error(message.says));
        else if (message.kind === "ended") {
          ({ finish } = message);
          over();
          chunks.end();
        }
      },
    });
    if (signal.aborted) return leave();
    signal.addEventListener("abort", leave, { once: true });
    tell(child, { kind: "begin", id, asked });
  });
}

function clear({ child, waiters, id }: Line): Promise<number> {
  return new Promise((resolve, reject) => {
    if (!child.connected) return reject(new Error("the engine's process is gone"));
    waiters.set(id, {
      break: reject,
      take(message) {
        waiters.delete(id);
        if (message.kind === "cleared") resolve(message.blocks);
      },
    });
    tell(child, { kind: "clear", id });
  });
}

function judge({ child, waiters, id }: Line, asked: Asked, signal: AbortSignal): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const over = (): void => {
      waiters.delete(id);
      signal.removeEventListener("abort", leave);
    };
    const fail = (error: Error): void => {
      over();
      reject(error);
    };
    const leave = (): void => fail(signal.reason instanceof Error ? signal.reason : new Error("aborted"));
    waiters.set(id, {
      break: fail,
      take(message) {
        if (message.kind === "failed") return fail(new Error(message.says));
        over();
        if (message.kind === "judged") resolve(message.why);
      },
    });
    if (signal.aborted) return leave();
    signal.addEventListener("abort", leave, { once: true });
    tell(child, { kind: "why-not", id, asked });
  });
}

/** To a process that is gone nothing is said: its requests wait until whoever asked goes away. */
function tell(child: ChildProcess, message: ToEngine): void {
  if (child.connected) child.send(message, () => undefined);
}

interface Chunks {
  put(tokens: readonly string[]): void;
  end(): void;
  break(reason: Error): void;
  all(): AsyncGenerator<readonly string[]>;
}

/** Tokens that came and were not yet taken. */
function createChunks(): Chunks {
  const come: (readonly string[])[] = [];
  let ended = false;
  let broken: Error | undefined;
  let wake = (): void => undefined;
  return {
    put(tokens) {
      come.push(tokens);
      wake();
    },
    end() {
      ended = true;
      wake();
    },
    break(reason) {
      broken = reason;
      wake();
    },
    async *all() {
      for (;;) {
        const next = come.shift();
        if (next !== undefined) yield next;
        else if (broken !== undefined) throw broken;
        else if (ended) return;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
}
