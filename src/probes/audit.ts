// Reads the healer's audit and checks its chain with code of our own: the healer's word that nothing is missing is no
// proof of it.

import { createHash } from "node:crypto";
import { WrittenNumber, parseLongIntegers } from "../core/exact-json.ts";
import { auditRecordSchema, type AuditChain, type AuditLook, type AuditRecord } from "../records/audit.ts";
import { linesIn } from "../lib/json-lines.ts";
import { ask, type AskHow } from "../lib/ask.ts";

/** `prev` of the first record. */
const GENESIS = "0".repeat(64);
/** The whole audit is there within this, or was not read, ms. */
const auditWithinMs = 60_000;
/** A longer audit is not read, bytes. */
const LONGEST_AUDIT = 64 * 1024 * 1024;

/** Other members are the target's own. */
const recordSchema = auditRecordSchema.strip();

/** One GET of the audit; says why when it could not be read. Never rejects. */
export async function readAudit(url: string, how: Pick<AskHow, "signal" | "allows">): Promise<AuditLook> {
  const asked = await ask(url, { ...how, timeoutMs: auditWithinMs, longest: LONGEST_AUDIT });
  if (!asked.ok) return { ok: false, reason: asked.says };
  return asked.status === 200 ? checkAudit(asked.text) : { ok: false, reason: `answered ${asked.status}` };
}

/**
 * The records of an audit (JSON Lines, or one JSON list) up to the first that does not follow from the one before:
 * `seq` counts from 1, `prev` is the hash before, `hash` is the SHA-256 of the record without it in the canonical form
 * of RFC 8785.
 */
export function checkAudit(text: string): AuditLook {
  const raw = rawRecords(text);
  if (raw === undefined) return { ok: false, reason: "neither JSON Lines nor a JSON list" };
  const records: AuditRecord[] = [];
  let prev = GENESIS;
  for (const [index, value] of raw.entries()) {
    const seq = index + 1;
    const broken = (says: string): AuditLook => ({ ok: true, records, chain: { ok: false, brokenSeq: seq, says } });
    if (!isObject(value)) return broken("is no JSON object");
    const lost = uncoveredNumber(value);
    if (lost !== undefined)
      return broken(`carries ${lost}, of which a double, and so its hash, does not hold the last digits`);
    const { hash, ...rest } = value;
    if (rest["seq"] !== seq) return broken(`carries seq ${JSON.stringify(rest["seq"]) ?? "none"}, expected ${seq}`);
    if (rest["prev"] !== prev) return broken("does not follow from the record before it");
    const wanted = createHash("sha256").update(canonical(rest)).digest("hex");
    if (hash !== wanted) return broken("does not match its hash");
    const parsed = recordSchema.safeParse(rest);
    if (!parsed.success) return broken("does not say what was done, or by whom, in words");
    records.push(parsed.data);
    prev = wanted;
  }
  const whole: AuditChain = { ok: true };
  return { ok: true, records, chain: whole };
}

/** One value per record; a line that is no JSON stands as undefined, so that the chain breaks there. */
function rawRecords(text: string): readonly unknown[] | undefined {
  if (text.trimStart().startsWith("[")) {
    const list = jsonIn(text);
    return Array.isArray(list) ? list : undefined;
  }
  const lines = linesIn(text);
  if (lines.length > 0 && lines.every((line) => jsonIn(line) === undefined)) return undefined;
  return lines.map(jsonIn);
}

function jsonIn(text: string): unknown {
  try {
    return parseLongIntegers(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof WrittenNumber);
}

/**
 * RFC 8785 writes numbers as doubles: of a longer one the hash covers a neighbour too, and nobody would see a change of
 * it.
 */
function uncoveredNumber(value: unknown): string | undefined {
  if (value instanceof WrittenNumber) {
    return BigInt(value.text) === BigInt(Number(value.text)) ? undefined : value.text;
  }
  const parts = Array.isArray(value) ? value : isObject(value) ? Object.values(value) : [];
  return parts.map(uncoveredNumber).find((text) => text !== undefined);
}

/**
 * RFC 8785: keys sorted by their UTF-16 code units, no white space, numbers and texts as JSON.stringify writes them.
 */
function canonical(value: unknown): string {
  if (value instanceof WrittenNumber) return String(Number(value.text));
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value) ?? "null";
  const members = Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, part]) => `${JSON.stringify(key)}:${canonical(part)}`);
  return `{${members.join(",")}}`;
}
