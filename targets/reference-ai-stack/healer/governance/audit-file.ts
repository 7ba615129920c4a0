// The audit on disk: append-only, synced before anything acts on it, continued after a restart of the healer.
import { existsSync, mkdirSync, readFileSync, renameSync, truncateSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { dirname, join } from "node:path";
import { appendLines } from "./append-lines.ts";
import type { LineFile } from "./append-lines.ts";
import { GENESIS, chainRecord, verifyAudit } from "./audit-chain.ts";
import type { AuditFields } from "./audit-chain.ts";

export interface Audit {
  /**
   * Appends a record. Resolves once it is on the disk, however long the disk refuses, and rejects when patience ended.
   * Order of calls is order of records. One whose `event` stands in the chain already is not written again: its writer
   * was killed before it knew.
   */
  record(fields: AuditFields): Promise<void>;
  close(): Promise<void>;
}

export interface AuditParts {
  readonly wallTime: () => string;
  /** The disk refuses (why), or takes records again (null). */
  readonly onTrouble: (says: string | null) => void;
  /** Ends the waiting for a disk that refuses; absent: there is no end to it. */
  readonly patience?: AbortSignal;
}

/** Where a stack's audit lies. */
export function auditFileIn(dataDir: string): string {
  return join(dataDir, "healer", "audit.ndjson");
}

/**
 * Opens (or begins) the chain in `file`. A last line that was cut by the death of its writer is put aside. A chain that
 * is found broken is put aside as evidence and a new one begins by saying so.
 */
export async function openAudit(file: string, { wallTime, onTrouble, patience }: AuditParts): Promise<Audit> {
  mkdirSync(dirname(file), { recursive: true });
  const stamp = wallTime().replaceAll(":", "");
  const torn = cutTornLine(file, `${file}.torn-${stamp}`);
  const before = existsSync(file) ? verifyAudit(file) : null;
  let seq = before?.ok === true ? before.records : 0;
  let prev = before?.ok === true ? before.lastHash : GENESIS;
  const known = new Set<unknown>(before?.ok === true ? before.events : []);
  if (before?.ok === false) renameSync(file, `${file}.broken-${stamp}`);

  const handle = await open(file, "a");
  const append = appendLines(lineFile(handle), onTrouble, patience);
  let written: Promise<void> = Promise.resolve();
  const appendAfter = async (earlier: Promise<void>, line: string): Promise<void> => {
    await earlier;
    await append(line);
  };
  const record = (fields: AuditFields): Promise<void> => {
    const { event } = fields;
    if (event !== undefined && known.has(event)) return written;
    if (event !== undefined) known.add(event);
    const next = chainRecord(fields, seq + 1, prev, wallTime());
    seq = next.seq;
    prev = next.hash;
    written = appendAfter(written, `${JSON.stringify(next)}\n`);
    return written;
  };
  if (before?.ok === false) {
    const says = `record ${before.brokenSeq} of the chain found at start ${before.says}`;
    await record({ principal: "healer", what: "audit.chain-broken", says });
  }
  if (torn > 0) await record({ principal: "healer", what: "audit.torn-line", says: `${torn} bytes were put aside` });
  return {
    record,
    close: async () => {
      // What could not be written has its own answer.
      await written.catch(() => undefined);
      await handle.close();
    },
  };
}

function lineFile(handle: FileHandle): LineFile {
  return {
    size: async () => (await handle.stat()).size,
    appendFile: (data) => handle.appendFile(data),
    datasync: () => handle.datasync(),
    truncate: (size) => handle.truncate(size),
  };
}

/** Cuts off what stands after the last line's end and keeps it in `aside`; how many bytes that was. */
function cutTornLine(file: string, aside: string): number {
  if (!existsSync(file)) return 0;
  const bytes = readFileSync(file);
  const whole = bytes.lastIndexOf(0x0a) + 1;
  if (whole === bytes.length) return 0;
  writeFileSync(aside, bytes.subarray(whole));
  truncateSync(file, whole);
  return bytes.length - whole;
}
