// Where every change of data and every remedy came from: what was done, to what, on whose word and for which incident,
// how it was before and after. Append-only and hash-chained like the audit, in a file that outlives the stack's start.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "../common/log.ts";
import { checkAuditText } from "../healer/governance/audit-chain.ts";
import type { AuditCheck } from "../healer/governance/audit-chain.ts";
import { openAudit } from "../healer/governance/audit-file.ts";

/** What is known of one change; the chain adds its number, time and hashes. */
export interface LineageEntry {
  /** Who asked: a person, `healer`, or `gateway` for users' writes. */
  readonly principal: string;
  /** The operation's name, or `document.written`. */
  readonly what: string;
  /** Whose change it was, where it was one incident's. */
  readonly incident?: string;
  /** A change that is told again under this name is written once. */
  readonly event?: string;
  readonly replica?: string;
  readonly service?: string;
  readonly document?: string;
  readonly args?: unknown;
  readonly before?: unknown;
  readonly after?: unknown;
  /** What was answered: an HTTP status. */
  readonly status?: number;
}

/** Members by which entries are asked for. */
export const LINEAGE_KEYS = ["incident", "what", "replica", "service", "document", "principal"] as const;
type LineageQuery = Partial<Readonly<Record<(typeof LINEAGE_KEYS)[number], string>>> & {
  readonly limit: number;
};

export interface Lineage {
  /** Resolves when it is on the disk; when that takes long it goes on in its turn, and nobody waits for it. */
  note(entry: LineageEntry): Promise<void>;
  /** The entries asked for, newest first, and whether the chain is whole. */
  read(query: LineageQuery): Promise<{ readonly chain: AuditCheck; readonly entries: readonly object[] }>;
  close(): Promise<void>;
}

/** A disk that refuses must not hold up a remedy: what is to be written waits in its order, ms. */
const WAIT_MS = 500;

export async function openLineage(dataDir: string, log: Logger): Promise<Lineage> {
  const file = join(dataDir, "lineage.ndjson");
  const chain = await openAudit(file, {
    wallTime: () => new Date().toISOString(),
    onTrouble: (says) => log[says === null ? "info" : "error"]("lineage", { reason: says ?? "well again" }),
  });
  return {
    async note(entry) {
      const written = chain
        .record({ ...entry })
        .catch((error: unknown) => log.error("lineage", { reason: String(error) }));
      await Promise.race([written, sleep(WAIT_MS, undefined, { ref: false })]);
    },
    async read({ limit, ...wanted }) {
      const text = await readFile(file, "utf8");
      const whole = text.slice(0, text.lastIndexOf("\n") + 1);
      const records = whole
        .split("\n")
        .flatMap((line) => (line === "" ? [] : [JSON.parse(line) as Record<string, unknown>]));
      const fits = (record: Record<string, unknown>): boolean =>
        LINEAGE_KEYS.every((key) => wanted[key] === undefined || record[key] === wanted[key]);
      return { chain: checkAuditText(whole), entries: records.filter(fits).toReversed().slice(0, limit) };
    },
    close: () => chain.close(),
  };
}
