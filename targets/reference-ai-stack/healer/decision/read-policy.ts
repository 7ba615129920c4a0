// From the text of a policy file to a policy, or to all that is wrong with it, each with its place.
import { createHash } from "node:crypto";
import { isMap, isPair, isScalar, isSeq, LineCounter, parseDocument, visit } from "yaml";
import type { Document } from "yaml";
import type { z } from "zod";
import { policySchema, unknownNames } from "./policy.ts";
import type { KnownNames, Policy } from "./policy.ts";

export type PolicyRead =
  | { readonly ok: true; readonly policy: Policy }
  /** `file:line:column: what is wrong`, in the order of the file. */
  | { readonly ok: false; readonly problems: readonly string[] };

/** A policy takes about 2 KiB. The worst text of this size keeps the loop waiting for about a quarter of a second. */
export const MOST_BYTES = 16 * 1024;
/** More than this many mistakes are not listed. */
const MOST_PROBLEMS = 50;

interface Place {
  readonly offset: number;
  readonly says: string;
}

/** Never throws, whatever the bytes. */
export function readPolicy(bytes: Uint8Array, file: string, known: KnownNames): PolicyRead {
  if (bytes.byteLength > MOST_BYTES) return refused(`${file}:1:1: more than ${MOST_BYTES} bytes`);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return refused(`${file}:1:1: not UTF-8`);
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, logLevel: "error" });
  const { places, policy } = judge(document, known);
  if (policy !== null) {
    return { ok: true, policy: { ...policy, hash: createHash("sha256").update(bytes).digest("hex").slice(0, 12) } };
  }
  const problems = places
    .toSorted((a, b) => a.offset - b.offset)
    .map(({ offset, says }) => {
      const { line, col } = lines.linePos(offset);
      return `${file}:${Math.max(1, line)}:${Math.max(1, col)}: ${says}`;
    });
  return { ok: false, problems: [...new Set(problems)].slice(0, MOST_PROBLEMS) };
}

function refused(problem: string): PolicyRead {
  return { ok: false, problems: [problem] };
}

type Judged = { readonly places: readonly Place[]; readonly policy: Omit<Policy, "hash"> | null };

function judge(document: Document.Parsed, known: KnownNames): Judged {
  // A tag or a directive that is not known is only a warning of the parser's; what it was to mean, nobody knows.
  const grammar = [...document.errors, ...document.warnings].map((error) => ({
    offset: error.pos[0],
    says: error.message.split("\n")[0]?.replace(/ at line \d+, column \d+:?$/, "") ?? "malformed",
  }));
  const places = [...grammar, ...makeUpIn(document)];
  if (places.length > 0) return { places, policy: null };
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 20 });
  } catch (error) {
    return { places: [{ offset: 0, says: error instanceof Error ? error.message : "malformed" }], policy: null };
  }
  const parsed = policySchema.safeParse(value);
  if (!parsed.success) {
    const places = parsed.error.issues.flatMap((issue) => {
      if (issue.code !== "unrecognized_keys")
        return [{ offset: offsetOf(document, issue.path), says: said(issue, document) }];
      const expected = "expected only the keys of this part";
      return issue.keys.map((key) => ({
        offset: offsetOf(document, [...issue.path, key], "key"),
        says: `${pathText([...issue.path, key])}: unknown key; ${expected}`,
      }));
    });
    return { places, policy: null };
  }
  const unknown = unknownNames(parsed.data, known).map(({ path, says }) => ({
    offset: offsetOf(document, path, typeof path.at(-1) === "string" ? "key" : "value"),
    says: `${pathText(path)}: ${says}`,
  }));
  return unknown.length > 0 ? { places: unknown, policy: null } : { places: [], policy: parsed.data };
}

/** A key of this name would be an object's make-up, and the schema would not see it. */
function makeUpIn(document: Document.Parsed): readonly Place[] {
  const places: Place[] = [];
  visit(document, {
    Pair(_, { key }) {
      if (isScalar(key) && key.value === "__proto__") places.push({ offset: rangeOf(key) ?? 0, says: "unknown key" });
    },
  });
  return places;
}

/** `tiers.low.approvals: expected number, found "two"`. */
function said(issue: z.core.$ZodIssue, document: Document.Parsed): string {
  const where = issue.path.length === 0 ? "" : `${pathText(issue.path)}: `;
  const expected = issue.message.replace(/^Invalid (input|option|string): /, "").replace(/, received \w+$/, "");
  const found = valueAt(document, issue.path);
  return `${where}${expected}, ${found === undefined ? "and it is missing" : `found ${found}`}`;
}

/** What stands there, in short; undefined when nothing does. */
function valueAt(document: Document.Parsed, path: readonly PropertyKey[]): string | undefined {
  const value: unknown = document.getIn(path);
  if (value === undefined) return undefined;
  if (isMap(value)) return "a map";
  if (isSeq(value)) return "a list";
  return JSON.stringify(value).slice(0, 60);
}

function pathText(path: readonly PropertyKey[]): string {
  return path.map(String).join(".");
}

/** Where the value (or the key) of this path stands; of one that is not there, where the part stands that lacks it. */
function offsetOf(document: Document.Parsed, path: readonly PropertyKey[], what: "key" | "value" = "value"): number {
  let node: unknown = document.contents;
  let offset = rangeOf(node) ?? 0;
  for (const [depth, key] of path.entries()) {
    if (isMap(node)) {
      const pair = node.items.find(
        (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(key),
      );
      if (pair === undefined) return offset;
      const keyAt = rangeOf(pair.key) ?? offset;
      offset = depth === path.length - 1 && what === "key" ? keyAt : (rangeOf(pair.value) ?? keyAt);
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(key)];
      offset = rangeOf(node) ?? offset;
    } else return offset;
  }
  return offset;
}

function rangeOf(node: unknown): number | undefined {
  const range = (node as { readonly range?: readonly number[] | null } | null)?.range;
  return range?.[0];
}
