// Restoring a vector replica's index: a child process makes the new file, then the replica is asked to map it.

import { spawn, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import { request } from "undici";
import { z } from "zod";
import type { StackConfig } from "../config.ts";
import type { VectorEngineName } from "../vector/engines/names.ts";
import { hashIndex } from "../vector/engines/generation.ts";
import { replicaFiles, type IndexFiles } from "../vector/layout.ts";
import { currentSnapshot, readManifest, snapshotOf } from "../vector/snapshot.ts";
import type { Child } from "./child.ts";
import type { Makers } from "./makers.ts";
import type { Secrets } from "./specs.ts";

export type RestoreAnswer =
  | {
      readonly ok: true;
      readonly hash: string;
      readonly rows: number;
      readonly readded: number;
      /** false when no process runs; it will map the new file when it is started. */
      readonly reloaded: boolean;
    }
  | { readonly ok: false; readonly status: 409 | 500 | 502; readonly reason: string };

const RESTORE_TIMEOUT_MS = 20_000;
/** A row of 512 dimensions takes about a millisecond of a core to build in. */
const REBUILD_TIMEOUT_MS = 300_000;
/** A replica may try what it loads in a process of its own; an engine with a server starts one for that. */
const RELOAD_TIMEOUT_MS: Readonly<Record<VectorEngineName, number>> = {
  usearch: 5000,
  "sqlite-vec": 5000,
  chroma: 18_000,
};

const restored = z.object({ restored: z.object({ hash: z.string(), rows: z.number(), readded: z.number() }) });
const failure = z.object({ kind: z.enum(["bad-source", "failed"]), reason: z.string() });
type Failure = z.output<typeof failure>;

/** What the making of an index needs of the stack. */
export interface Making {
  readonly config: StackConfig;
  readonly secrets: Pick<Secrets, "reloadToken">;
  readonly makers: Pick<Makers, "add">;
}

export interface RestoreRequest {
  readonly child: Child;
  /** "snapshot" or one of the peers. */
  readonly source: string;
  /** The other vector replicas. */
  readonly peers: readonly string[];
}

/** Call it in the replica's turn. */
export async function restoreIndex({ child, source, peers }: RestoreRequest, how: Making): Promise<RestoreAnswer> {
  const folder = sourceFolder(source, peers, how.config);
  if (typeof folder !== "string") return folder;
  const target = replicaFiles(how.config.dataDir, child.spec.replica).dir;
  return served(
    child,
    await runMaker(["restore", target, folder], RESTORE_TIMEOUT_MS, restored, forReplica(child, how)),
    how,
  );
}

/** The same from the replica's record store, also where index or manifest are lost. Call it in the replica's turn. */
export function rebuildIndex(child: Child, how: Making): Promise<RestoreAnswer> {
  return madeAnew("rebuild", child, how);
}

/** The same, to be rid of dead rows. */
export function compactIndex(child: Child, how: Making): Promise<RestoreAnswer> {
  return madeAnew("compact", child, how);
}

/** The same from the vectors that its own file holds, where only the links between them are bad. */
export function relinkIndex(child: Child, how: Making): Promise<RestoreAnswer> {
  return madeAnew("relink", child, how);
}

async function madeAnew(task: "rebuild" | "compact" | "relink", child: Child, how: Making): Promise<RestoreAnswer> {
  const target = replicaFiles(how.config.dataDir, child.spec.replica).dir;
  return served(child, await runMaker([task, target], REBUILD_TIMEOUT_MS, restored, forReplica(child, how)), how);
}

/** Has the process that makes something for the replica counted as long as it runs. */
export function forReplica({ spec }: Child, { makers }: Making): (maker: ChildProcess) => void {
  return (maker) => makers.add(spec.replica, maker);
}

/**
 * Whether the snapshot can be restored from: kept, and byte for byte what was written. `asked`: it was opened and asked
 * besides, by a child.
 */
export async function snapshotState(config: StackConfig, asked: boolean): Promise<SnapshotState> {
  if (!config.keepsSnapshot) return { good: false, says: NO_SNAPSHOT };
  const files = snapshotOf(currentSnapshot(config.cacheDir), config.vectorEngine);
  if (!(await isWhole(files))) {
    return { good: false, says: "its bytes are not those of its manifest" };
  }
  if (!asked) return { good: true, says: "its bytes are as written" };
  const outcome = await runMaker(["check", files.dir], RESTORE_TIMEOUT_MS, restored);
  if ("restored" in outcome) return { good: true, says: "its bytes are as written, and it finds its rows" };
  return { good: false, says: outcome.reason };
}

async function isWhole(files: IndexFiles): Promise<boolean> {
  try {
    return (await hashIndex(files.index)) === readManifest(files).indexHash;
  } catch {
    return false;
  }
}

interface SnapshotState {
  readonly good: boolean;
  readonly says: string;
}

const NO_SNAPSHOT = "this stack keeps no snapshot to restore from";

async function served(
  child: Child,
  outcome: z.output<typeof restored> | Failure,
  { secrets: { reloadToken }, config }: Making,
): Promise<RestoreAnswer> {
  const { replica, port } = child.spec;
  if (!("restored" in outcome)) {
    // One that was ended half-way: opening the index finishes what was begun, or forgets it.
    if (outcome.kind === "failed" && child.pid() !== null) await reloadIndex(port, reloadToken, config);
    return { ok: false, status: outcome.kind === "bad-source" ? 409 : 500, reason: outcome.reason };
  }
  if (child.pid() === null) return { ok: true, ...outcome.restored, reloaded: false };
  const refusal = await reloadIndex(port, reloadToken, config);
  if (refusal !== undefined) return { ok: false, status: 502, reason: `restored, but ${replica} ${refusal}` };
  return { ok: true, ...outcome.restored, reloaded: true };
}

function sourceFolder(
  source: string,
  peers: readonly string[],
  config: StackConfig,
): string | Extract<RestoreAnswer, { ok: false }> {
  if (source === "snapshot" && !config.keepsSnapshot) return { ok: false, status: 409, reason: NO_SNAPSHOT };
  if (source === "snapshot") return snapshotOf(currentSnapshot(config.cacheDir), config.vectorEngine).dir;
  if (peers.includes(source)) return replicaFiles(config.dataDir, source).dir;
  return { ok: false, status: 409, reason: `source is ${source}; expected snapshot or ${peers.join(", ")}` };
}

/** What a process that does the task reports, or why it failed; it is ended after `timeout` ms. */
export async function runMaker<Made extends object>(
  task: readonly string[],
  timeout: number,
  made: z.ZodType<Made>,
  onStart: (maker: ChildProcess) => void = () => undefined,
): Promise<Made | Failure> {
  const entry = fileURLToPath(new URL("restore/main.js", import.meta.url));
  const worker = spawn(process.execPath, [entry, ...task], {
    stdio: ["ignore", "pipe", "inherit"],
    timeout,
    killSignal: "SIGKILL",
  });
  onStart(worker);
  let output = "";
  worker.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  const ended = await new Promise<string>((resolve) => {
    worker.once("error", (error) => resolve(error.message));
    worker.once("close", (code, signal) => resolve(`ended with ${signal ?? `code ${code}`}`));
  });
  const parsed = z.union([made, failure]).safeParse(jsonIn(output));
  return parsed.success ? parsed.data : { kind: "failed", reason: `the restoring process ${ended}` };
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Why the replica did not reload, or undefined. */
export async function reloadIndex(
  port: number,
  token: string,
  { vectorEngine }: Pick<StackConfig, "vectorEngine">,
): Promise<string | undefined> {
  try {
    const answer = await request(`http://127.0.0.1:${port}/reload`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(RELOAD_TIMEOUT_MS[vectorEngine]),
    });
    const body = await answer.body.text();
    return answer.statusCode === 200 ? undefined : `answered ${answer.statusCode} to reload: ${body.slice(0, 200)}`;
  } catch (error) {
    return `did not reload: ${error instanceof Error ? error.message : String(error)}`;
  }
}
