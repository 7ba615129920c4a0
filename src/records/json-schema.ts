// JSON Schemas (draft 2020-12) of the records, for other programs and for the reference page.

import { z } from "zod";
import { recordedFiles, type RecordedFile } from "./nouns.ts";

/** One node of a JSON Schema, as far as the records use them. `unit` is ours. */
export interface SchemaNode {
  readonly $ref?: string;
  readonly description?: string;
  readonly unit?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
  readonly additionalProperties?: SchemaNode | boolean;
}

/** The document: a property per file, and every noun once in `$defs`. */
export interface RecordsSchema extends SchemaNode {
  readonly properties: Readonly<Record<string, SchemaNode>>;
  readonly $defs: Readonly<Record<string, SchemaNode>>;
}

/** The schema of all the files in one document; `src/records/records.schema.json` is this, written down. */
export function recordsJsonSchema(files: readonly RecordedFile[] = recordedFiles): RecordsSchema {
  const all = z.strictObject(Object.fromEntries(files.map(({ file, schema }) => [file, schema])));
  const { $schema, ...document } = z.toJSONSchema(all);
  return {
    $schema,
    $id: "https://rebound.invalid/records.schema.json",
    title: "What Rebound writes and reads",
    description: "Each property stands for a file (or one line of it) and leads to its shape in $defs.",
    ...document,
  } as unknown as RecordsSchema;
}
