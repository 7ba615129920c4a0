// The JSON Schemas that editors read, from the very schemas that validate. The files are compared with these by a test.

import { z } from "zod";
import { intentSchema } from "./intent-schema.ts";
import type { AnyProbeKind } from "../core/probe-kind.ts";
import { targetSchemaFor } from "../target/target-schema.ts";

/** The text of `experiments/intent.schema.json`. */
export function intentJsonSchema(): string {
  return schemaText(intentSchema, "Rebound intent");
}

/** The text of `targets/target.schema.json`. */
export function targetJsonSchema(kinds: readonly AnyProbeKind[]): string {
  return schemaText(targetSchemaFor(kinds), "Rebound target");
}

/** The reader of YAML leaves these keys of the root out before anything is validated. */
const extension = {
  description: "For people: a place for anchors (`x-usual: &usual { … }`, then `<<: *usual`) and notes.",
};

function schemaText(schema: z.ZodType, title: string): string {
  const { $schema, ...rest } = z.toJSONSchema(schema, { reused: "inline", io: "input" });
  return `${JSON.stringify({ $schema, title, ...rest, patternProperties: { "^x-": extension } }, null, 2)}\n`;
}
