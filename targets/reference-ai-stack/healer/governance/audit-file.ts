// The audit on disk: append-only, synced before anything acts on it, continued after a restart of the healer.
import { existsSync, mkdirSync, renameSync } from "node:fs";
import { open } from "node:fs/promises";
import { dirname } from "node:path";
import { GENESIS, chainRecord, verifyAudit } from "./audit-chain.ts";
import type { AuditFields } from "./audit-chain.ts";

export interface Audit {
  /**
   * Appends a record. Resolves once it is on the disk; rejects when it could not be written. Order of calls is order of
   * records.
   */
  record(fields: AuditFields): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens (or begins) the chain in `file`. A chain that is found broken is put aside as evidence and a new one begins by
 * saying so.
 */
export async function openAudit(file: string, wallTime: () => string): Promise<Audit> {
  mkdirSync(dirname(file), { recursive: true });
  const before = existsSync(file) ? verifyAudit(file) : null;
  let seq = before?.ok === true ? before.records : 0;
  let prev = before?.ok === true ? before.lastHash : GENESIS;
  if (before?.ok === false) renameSync(file, `${file}.broken-${wallTime().replaceAll(":", "")}`);

  const handle = await open(file, "a");
  let written: Promise<void> = Promise.resolve();
  const appendAfter = async (before: Promise<void>, line: string): Promise<void> => {
    await before;
    await handle.appendFile(line);
    await handle.datasync();
  };
  const record = (fields: AuditFields): Promise<void> => {
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
  return {
    record,
    close: async () => {
      await written;
      await handle.close();
    },
  };
}
