// Remembers published files as they were before and right after the faults, to tell bytes that a fault left from bytes that a repair
// wrote: knowing only the hashes, a rebuilt file and a damaged one are both just "different".

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, realpath, stat } from "node:fs/promises";
import { sep } from "node:path";
import { pipeline } from "node:stream/promises";
import type { InventoryReplica } from "../../core/inventory.ts";
import type { PublishedFile } from "../../core/platform.ts";
import type { SeenPublishedFile } from "../../core/survey.ts";

/** Files up to this size are remembered byte by byte; of larger ones only the hash is. */
const mostBytes = 64 * 2 ** 20;
/** Size of a part outside of the rows that the file was published with. */
const plainPart = 256;

type Moment = "before" | "harmed" | "after";
type Memory = { readonly sha256: string; readonly bytes?: Uint8Array };

export interface FileWitness {
  /** Every published file that is there and lies in the work folder, as it is now. */
  look(moment: Moment, replicas: readonly InventoryReplica[]): Promise<readonly SeenPublishedFile[]>;
}

/** One witness for one trial. */
export function fileWitness(workDir: string): FileWitness {
  const before = new Map<string, Memory>();
  const harmed = new Map<string, Memory>();
  return {
    async look(moment, replicas) {
      const inside = `${await realpath(workDir)}${sep}`;
      const published = replicas.flatMap(({ replica, files = [] }) => files.map((file) => ({ replica, file })));
      const seen: SeenPublishedFile[] = [];
      for (const { replica, file } of published) {
        const now = await remember(file.path, inside);
        if (now === undefined) continue;
        if (moment === "before") before.set(file.path, now.memory);
        if (moment === "harmed") harmed.set(file.path, now.memory);
        const parts = { before: before.get(file.path), harmed: harmed.get(file.path), now: now.memory };
        const { path, role } = file;
        seen.push({ path, role, replica, size: now.size, sha256: now.memory.sha256, harmed: harmedParts(file, parts) });
      }
      return seen;
    },
  };
}

async function remember(path: string, inside: string): Promise<{ memory: Memory; size: number } | undefined> {
  const real = await realpath(path).catch(() => undefined);
  if (real?.startsWith(inside) !== true) return undefined;
  const { size } = await stat(real);
  if (size <= mostBytes) {
    const bytes = await readFile(real);
    return { size, memory: { sha256: createHash("sha256").update(bytes).digest("hex"), bytes } };
  }
  const sum = createHash("sha256");
  await pipeline(createReadStream(real), sum);
  return { size, memory: { sha256: sum.digest("hex") } };
}

interface Memories {
  readonly before: Memory | undefined;
  readonly harmed: Memory | undefined;
  readonly now: Memory;
}

/** Counts the parts that are as the fault left them and not as they were before it; a file too large to remember is one part. */
function harmedParts(file: PublishedFile, { before, harmed, now }: Memories): SeenPublishedFile["harmed"] {
  if (before === undefined || harmed === undefined || harmed.sha256 === before.sha256) return { parts: 0, of: 0 };
  if (now.sha256 === harmed.sha256 && (now.bytes === undefined || before.bytes === undefined))
    return { parts: 1, of: 1 };
  const [was, hurt, is] = [before.bytes, harmed.bytes, now.bytes];
  if (was === undefined || hurt === undefined || is === undefined) return { parts: 0, of: 1 };
  let parts = 0;
  const cuts = cutsOf(file, Math.max(was.length, hurt.length));
  for (const [from, to] of cuts) {
    const [a, b, c] = [was.subarray(from, to), hurt.subarray(from, to), is.subarray(from, to)];
    if (Buffer.compare(a, b) !== 0 && Buffer.compare(b, c) === 0) parts += 1;
  }
  return { parts, of: cuts.length };
}

/** Ranges [from, to): each row of the payload, and what lies before and after in plain parts. */
function cutsOf({ payload }: PublishedFile, length: number): readonly (readonly [number, number])[] {
  const end = payload.offset + payload.rows * payload.rowBytes;
  const whole = payload.rowBytes > 0 && end <= length;
  const cuts: (readonly [number, number])[] = [];
  const cut = (from: number, to: number, step: number): void => {
    for (let at = from; at < to; at += step) cuts.push([at, Math.min(at + step, to)]);
  };
  cut(0, whole ? payload.offset : length, plainPart);
  if (whole) {
    cut(payload.offset, end, payload.rowBytes);
    cut(end, length, plainPart);
  }
  return cuts;
}
