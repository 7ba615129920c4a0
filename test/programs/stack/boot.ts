// Starts the reference stack of a build, with its own ports and data, and ends it: for programs that look at its healer
// from outside, without the harness between.

import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { freePort } from "../../support/free-port.ts";

const names = [
  "supervisor",
  "embedder",
  "vector_1",
  "vector_2",
  "inference_1",
  "inference_2",
  "gateway",
  "collector",
  "healer",
  // Runs only where `STACK_INGESTION` asks for it.
  "ingestion",
];
/** Ten seconds on a calm machine. */
const READY_WITHIN_MS = 180_000;
const END_WITHIN_MS = 10_000;

const inventorySchema = z.object({
  replicas: z.array(
    z.object({ replica: z.string(), service: z.string(), pid: z.number().nullable(), port: z.number() }),
  ),
});
type Replica = z.infer<typeof inventorySchema>["replicas"][number];

export interface RunningStack extends AsyncDisposable {
  readonly dataDir: string;
  /** By the name of its replica: `supervisor`, `inference_1`, … */
  port(name: string): number;
  inventory(): Promise<readonly Replica[]>;
}

/** How a stack is started. */
interface Start {
  /** The folder of the build, with `dist` in it. */
  readonly root: string;
  readonly cacheDir: string;
  /** Beside ports and folders, such as `HEALER_OFF` or the address of an edge. */
  readonly env?: (port: (name: string) => number) => Readonly<Record<string, string>>;
}

/**
 * Resolves when every replica has answered. Throws, with the supervisor's last words, when that takes three minutes.
 */
export async function bootStack({ root, cacheDir, env }: Start): Promise<RunningStack> {
  const ports = new Map<string, number>();
  for (const name of names) ports.set(name, await freePort());
  const port = (name: string): number => ports.get(name) ?? 0;
  const dataDir = await mkdtemp(join(tmpdir(), "rebound-stack-"));
  const child = spawn(process.execPath, [join(root, "dist/targets/reference-ai-stack/supervisor/main.js")], {
    cwd: root,
    env: {
      ...process.env,
      STACK_DATA_DIR: dataDir,
      STACK_CACHE_DIR: cacheDir,
      ...Object.fromEntries(names.map((name) => [`${name.toUpperCase()}_PORT`, String(port(name))])),
      STACK_PORT_POOL: "7450-7479",
      ...env?.(port),
    },
    stdio: ["ignore", "ignore", "pipe"],
  });
  // A program that is ended takes its stack along: nobody else would.
  const endWithUs = (): void => void child.kill("SIGTERM");
  process.once("exit", endWithUs);
  let words = "";
  child.stderr.on("data", (piece: Buffer) => (words = (words + String(piece)).slice(-2000)));
  const ended = new Promise<void>((done) => void child.once("close", () => done()));
  const stack: RunningStack = {
    dataDir,
    port,
    inventory: async () =>
      inventorySchema.parse(await (await fetch(`http://127.0.0.1:${port("supervisor")}/inventory`)).json()).replicas,
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      const killing = setTimeout(() => child.kill("SIGKILL"), END_WITHIN_MS);
      await ended;
      clearTimeout(killing);
      process.removeListener("exit", endWithUs);
      await rm(dataDir, { recursive: true, force: true });
    },
  };
  const until = performance.now() + READY_WITHIN_MS;
  while (performance.now() < until && child.exitCode === null) {
    const ready = await fetch(`http://127.0.0.1:${port("supervisor")}/ready`).catch(() => undefined);
    await ready?.arrayBuffer();
    if (ready?.status === 200) return stack;
    await sleep(100);
  }
  await stack[Symbol.asyncDispose]();
  throw new Error(`the stack of ${root} did not become ready: ${words}`);
}

/** Ctrl-C and SIGTERM end the program, and with it the stack that it has started. */
export function endOnSignals(): void {
  for (const [name, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const) {
    process.once(name, () => process.exit(code));
  }
}
