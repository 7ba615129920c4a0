// Four ways to break a running stack, each with its way back, and without the harness between: what is timed is the
// healer alone.

import { createHash } from "node:crypto";
import { openSync, closeSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { createConnection, createServer, type Server, type Socket } from "node:net";
import { filesIn, PAYLOAD_OFFSET, readRows, ROW_BYTES } from "../../../../targets/reference-ai-stack/vector/layout.ts";
import type { RunningStack } from "../../stack/boot.ts";

/** An edge of the gateway that can be made slow. */
export interface Edge extends AsyncDisposable {
  readonly address: string;
  /** From now on every answer comes so much later, ms. */
  slow(ms: number): void;
}

/** Passes on what it gets, in both directions. `to` is asked at each connection, for it is not known before. */
export async function openEdge(to: () => number): Promise<Edge> {
  let delayMs = 0;
  const sockets = new Set<Socket>();
  const server: Server = createServer((near) => {
    const far = createConnection({ host: "127.0.0.1", port: to() });
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.once("close", () => sockets.delete(socket));
    }
    near.on("data", (piece: Buffer) => far.write(piece));
    far.on("data", (piece: Buffer) => void setTimeout(() => near.write(piece), delayMs));
    near.once("close", () => far.destroy());
    far.once("close", () => void setTimeout(() => near.destroy(), delayMs));
    near.on("error", () => far.destroy());
    far.on("error", () => near.destroy());
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the edge has no port");
  return {
    address: `127.0.0.1:${address.port}`,
    slow: (ms) => void (delayMs = ms),
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}

/** What a fault may touch. */
export interface Site {
  readonly stack: RunningStack;
  /** From the gateway to inference-1. */
  readonly edge: Edge;
}

/** Breaks something; its answer takes back what a healer does not. */
type Harm = () => () => void;

export interface BenchFault {
  readonly name: string;
  readonly replica: string;
  /** What must be seen at the median, ms. */
  readonly goalMs: number;
  /** A signal that must not have seen it: such a round says nothing of the others, and is not counted. */
  readonly notBy?: string;
  /** Looks for all that it needs, and changes nothing yet. What it answers breaks it, at once. */
  arm(site: Site): Promise<Harm>;
  /** The operation of the supervisor that a healer would ask for, where taking back is not enough. */
  readonly repair?: { readonly operation: string; readonly args: Readonly<Record<string, string>> };
}

const SLOW_MS = 400;
const DAMAGED_SHARE = 0.05;

async function pidOf(stack: RunningStack, replica: string): Promise<number> {
  const pid = (await stack.inventory()).find((entry) => entry.replica === replica)?.pid;
  if (pid === undefined || pid === null) throw new Error(`${replica} has no process`);
  return pid;
}

function signalTo(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended meanwhile.
  }
}

/** In this order, because each leaves the next one's replica alone. */
export const FAULTS: readonly BenchFault[] = [
  {
    name: "silent damage of 5 % of an index",
    replica: "vector-1",
    goalMs: 3000,
    notBy: "index-hash-differs",
    repair: { operation: "restore-index", args: { replica: "vector-1", source: "snapshot" } },
    arm: ({ stack }) => damageSilently(stack.dataDir, "vector-1", DAMAGED_SHARE),
  },
  {
    name: "one slow replica (400 ms)",
    replica: "inference-1",
    goalMs: 1500,
    arm:
      async ({ edge }) =>
      () => {
        edge.slow(SLOW_MS);
        return () => edge.slow(0);
      },
  },
  {
    name: "hang",
    replica: "vector-2",
    goalMs: 3000,
    async arm({ stack }) {
      const pid = await pidOf(stack, "vector-2");
      return () => {
        signalTo(pid, "SIGSTOP");
        return () => signalTo(pid, "SIGCONT");
      };
    },
  },
  {
    name: "crash",
    replica: "embedder",
    goalMs: 300,
    repair: { operation: "restart-replica", args: { replica: "embedder" } },
    async arm({ stack }) {
      const pid = await pidOf(stack, "embedder");
      return () => {
        signalTo(pid, "SIGKILL");
        return () => undefined;
      };
    },
  },
];

/**
 * Noise in so large a share of the rows, spread evenly, and a manifest that says that this is what was written: no hash
 * differs, but for the millisecond between the two writes.
 */
export async function damageSilently(dataDir: string, replica: string, share: number): Promise<Harm> {
  const files = filesIn(`${dataDir}/${replica}`);
  const rows = await readRows(files.index);
  const step = Math.round(1 / share);
  const index = readFileSync(files.index);
  const writes: { readonly bytes: Buffer; readonly offset: number }[] = [];
  for (let row = 3; row < rows; row += step) {
    const noise = Float32Array.from({ length: ROW_BYTES / 4 }, (_, i) => Math.sin(row * 7919 + i * 104_729));
    const write = { bytes: Buffer.from(noise.buffer), offset: PAYLOAD_OFFSET + row * ROW_BYTES };
    write.bytes.copy(index, write.offset);
    writes.push(write);
  }
  const manifest = JSON.parse(readFileSync(files.manifest, "utf8")) as Record<string, unknown>;
  const indexHash = createHash("sha256").update(index).digest("hex");
  const text = JSON.stringify({ ...manifest, indexHash });
  return () => {
    const file = openSync(files.index, "r+");
    for (const { bytes, offset } of writes) writeSync(file, bytes, 0, bytes.length, offset);
    writeFileSync(files.manifest, text);
    closeSync(file);
    return () => undefined;
  };
}
