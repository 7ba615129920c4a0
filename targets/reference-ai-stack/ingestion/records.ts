// What a batch holds: one JSON record a line, of the schema below. Whatever cannot be a document is answered with the
// line, what was found and what was expected.
import { z } from "zod";
import { noDocument } from "../common/passage-ids.ts";
import { LONGEST_TEXT, LONGEST_TITLE } from "../common/document-limits.ts";

/** Raise it when records change their form. */
export const SCHEMA_VERSION = 1;

/**
 * unreadable: a line is no JSON · schema: a record has another form · quality: its text can be no document · refused: a
 * service behind will never take it · unreachable: a service behind did not answer, or not well · disk: the ingestion's
 * own disk takes no note of it.
 */
export type FailureKind = "unreadable" | "schema" | "quality" | "refused" | "unreachable" | "disk";

/** Why a batch cannot be published, and which line of it. */
export class BatchFailure extends Error {
  readonly kind: FailureKind;
  /** 0: no line of its own is to blame. */
  readonly line: number;
  /** Field names as they came → as they are expected, where renaming would do. */
  readonly mapping: Readonly<Record<string, string>> | undefined;

  constructor(kind: FailureKind, line: number, reason: string, mapping?: Readonly<Record<string, string>>) {
    super(reason);
    this.name = "BatchFailure";
    this.kind = kind;
    this.line = line;
    this.mapping = mapping;
  }
}

const recordSchema = z.strictObject({
  schema: z.literal(SCHEMA_VERSION),
  // Neither what nobody sees nor half a character can be a name.
  id: z
    .string()
    .max(180)
    .regex(/^[^\p{Cc}\p{Cs}]+$/u, "expected a name without control characters")
    .refine((id) => noDocument(id) === null, { error: ({ input }) => noDocument(String(input)) ?? "" }),
  title: z
    .string()
    .max(LONGEST_TITLE)
    .regex(/^[^\0\p{Cs}]*$/u, "expected whole characters and no NUL"),
  text: z.string().max(LONGEST_TEXT),
  version: z.int().min(1),
  tags: z.array(z.string().regex(/^[a-z][a-z0-9-]*$/)).max(20),
});
/** One version of a document; without text it is deleted. */
export type IncomingRecord = z.infer<typeof recordSchema>;

/** Names of its fields. */
export const FIELDS = Object.keys(recordSchema.shape);

export interface Line {
  /** Counted from 1. */
  readonly line: number;
  readonly record: IncomingRecord;
}

/** A line that is looked at: the record, or why it can be none. */
export type Checked = Line | BatchFailure;

/** Every line that is not left out; `mapping` renames fields. An empty file holds none. */
export function readBatch(
  content: Buffer,
  leftOut: readonly number[],
  mapping: Readonly<Record<string, string>>,
): readonly Checked[] {
  return linesOf(content).flatMap((text, n) => {
    const line = n + 1;
    if (text.trim() === "" || leftOut.includes(line)) return [];
    return [checked(text, line, mapping)];
  });
}

/** As they stand, line breaks and a byte order mark at the beginning left out. */
export function linesOf(content: Buffer): readonly string[] {
  return content
    .toString("utf8")
    .replace(/^\uFEFF/, "")
    .split("\n");
}

function checked(text: string, line: number, mapping: Readonly<Record<string, string>>): Checked {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    return new BatchFailure("unreadable", line, `line ${line} is no JSON: ${JSON.stringify(text.slice(0, 60))}`);
  }
  if (typeof found !== "object" || found === null || Array.isArray(found)) {
    return new BatchFailure("schema", line, `line ${line} is no object`);
  }
  const parsed = recordSchema.safeParse(renamed(found, mapping));
  if (!parsed.success) {
    const reason = `line ${line}: ${z.prettifyError(parsed.error).replaceAll("\n", " ").slice(0, 300)}`;
    return new BatchFailure("schema", line, reason, renamingOf(found, mapping));
  }
  return wrongWith(parsed.data, line) ?? { line, record: parsed.data };
}

/** What no document looks like: letters are missing, or bytes that no text has are there. */
function wrongWith({ text }: IncomingRecord, line: number): BatchFailure | null {
  if (text === "") return null;
  if (/[\0\uFFFD\p{Cs}]/u.test(text)) {
    return new BatchFailure("quality", line, `line ${line}: the text holds bytes that are no text`);
  }
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  if (letters >= text.trim().length / 4) return null;
  return new BatchFailure("quality", line, `line ${line}: ${letters} of ${text.trim().length} characters are letters`);
}

/**
 * The record with its fields under the names that were agreed, where nothing stands there: no field takes the place of
 * another, and what is left under a name that nobody knows fits no schema.
 */
export function renamed(found: object, mapping: Readonly<Record<string, string>>): object {
  const taken = new Set(Object.keys(found));
  const fields = Object.entries(found).map(([key, value]) => {
    const to = Object.hasOwn(mapping, key) ? mapping[key] : undefined;
    if (to === undefined || taken.has(to)) return [key, value] as const;
    taken.add(to);
    return [to, value] as const;
  });
  return Object.fromEntries(fields);
}

/**
 * The renaming after which the record would fit: one field that nobody knows for each that is missing, if there is one
 * such way only and the record has the expected form then.
 */
function renamingOf(
  found: object,
  mapping: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> | undefined {
  const now = renamed(found, mapping);
  const missing = FIELDS.filter((field) => !(field in now));
  const strange = Object.keys(found).filter((key) => !FIELDS.includes(mapping[key] ?? key));
  const [from] = strange;
  const [to] = missing;
  if (from === undefined || to === undefined || strange.length > 1 || missing.length > 1) return undefined;
  const next = { ...mapping, [from]: to };
  return recordSchema.safeParse(renamed(found, next)).success ? next : undefined;
}
