// The audit's arithmetic: every record carries the hash of the one before, so that no line can be changed, cut out or
// moved unseen.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

/** What is written down; `seq`, `time`, `prev` and `hash` are added by the chain. */
export type AuditFields = Readonly<Record<string, unknown>> & { readonly principal: string; readonly what: string };

export interface AuditRecord extends Record<string, unknown> {
  readonly seq: number;
  readonly time: string;
  readonly prev: string;
  readonly hash: string;
}

/** `prev` of the first record. */
export const GENESIS = "0".repeat(64);

export type AuditCheck =
  | {
      readonly ok: true;
      readonly records: number;
      readonly lastHash: string;
      /** The `event` of every record that has one. */
      readonly events: readonly unknown[];
    }
  | { readonly ok: false; readonly brokenSeq: number; readonly says: string };

/** The record that follows a chain of `seq` records that ends in `prev`. */
export function chainRecord(fields: AuditFields, seq: number, prev: string, time: string): AuditRecord {
  // Through JSON once, so that what is hashed is exactly what a reader of the line will have.
  const plain: Record<string, unknown> = JSON.parse(JSON.stringify({ ...fields, seq, time, prev }));
  return { ...plain, seq, time, prev, hash: hashOf(plain) };
}

/** Walks the chain of an NDJSON text; names the first record that does not follow from the one before. */
export function checkAuditText(text: string): AuditCheck {
  let prev = GENESIS;
  let seq = 0;
  const events: unknown[] = [];
  for (const line of text.split("\n").filter((part) => part !== "")) {
    seq += 1;
    const record = parseRecord(line);
    if (record === null) return { ok: false, brokenSeq: seq, says: "not a JSON object" };
    const { hash, ...rest } = record;
    if (record["seq"] !== seq) return { ok: false, brokenSeq: seq, says: `carries seq ${String(record["seq"])}` };
    if (record["prev"] !== prev)
      return { ok: false, brokenSeq: seq, says: "does not follow from the record before it" };
    const wanted = hashOf(rest);
    if (hash !== wanted) return { ok: false, brokenSeq: seq, says: "its content does not match its hash" };
    prev = wanted;
    if (record["event"] !== undefined) events.push(record["event"]);
  }
  return { ok: true, records: seq, lastHash: prev, events };
}

/**
 * `checkAuditText` of a file. Throws when the file cannot be read. A chain cut at its end is still a chain: compare
 * `lastHash`.
 */
export function verifyAudit(file: string): AuditCheck {
  return checkAuditText(readFileSync(file, "utf8"));
}

function hashOf(record: Readonly<Record<string, unknown>>): string {
  return createHash("sha256").update(canonical(record)).digest("hex");
}

/** JSON with sorted keys: the same record has one spelling. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, part]) => `${JSON.stringify(key)}:${canonical(part)}`).join(",")}}`;
}

function parseRecord(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}
