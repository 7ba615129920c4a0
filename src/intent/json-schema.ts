// The JSON Schemas that editors read, from the very schemas that validate. The files are compared with these by a test.

import { z } from "zod";
import type { Fault } from "../core/fault.ts";
import { faultItemSchema, intentSchema } from "./intent-schema.ts";
import { targetSchemaFor, type TargetTables } from "../target/target-schema.ts";

/** What an editor must know of a fault. */
type ListedFault = Pick<Fault, "name" | "about" | "acts" | "dose" | "paramsSchema">;
type JsonSchema = Readonly<Record<string, unknown>>;

/** The text of `experiments/intent.schema.json`: what `with` may hold depends on the fault's name. */
export function intentJsonSchema(faults: readonly ListedFault[]): string {
  return schemaText(intentSchema, "Rebound intent", (schema, json) => {
    if (schema === faultItemSchema) dependOnFault(json, faults);
  });
}

/** The text of `targets/target.schema.json`. */
export function targetJsonSchema(tables: TargetTables): string {
  return schemaText(targetSchemaFor(tables), "Rebound target");
}

/** The reader of YAML leaves these keys of the root out before anything is validated. */
const extension = {
  description: "For people: a place for anchors (`x-usual: &usual { … }`, then `<<: *usual`) and notes.",
};

type Override = (schema: unknown, json: Record<string, unknown>) => void;

function schemaText(schema: z.ZodType, title: string, override: Override = () => undefined): string {
  const { $schema, ...rest } = z.toJSONSchema(schema, {
    reused: "inline",
    io: "input",
    override: ({ zodSchema, jsonSchema }) => override(zodSchema, jsonSchema),
  });
  return `${JSON.stringify({ $schema, title, ...rest, patternProperties: { "^x-": extension } }, null, 2)}\n`;
}

/** Names to choose from, and for each name the parameters it takes. */
function dependOnFault(json: Record<string, unknown>, faults: readonly ListedFault[]): void {
  const properties = json["properties"] as Record<string, JsonSchema>;
  const names = faults.map(({ name, about }) => ({ const: name, description: about }));
  json["properties"] = { ...properties, fault: { description: properties["fault"]?.["description"], oneOf: names } };
  json["oneOf"] = faults.map(({ name, about, acts, dose, paramsSchema: schema }) => {
    const paramsSchema = dose === undefined ? schema : withoutRequired(schema, dose.param);
    return {
      properties: { fault: { const: name }, with: { ...withoutDialect(paramsSchema), description: about } },
      required: [
        ...(acts === "edge" || acts === "replica" ? ["on"] : []),
        ...(isRequired(paramsSchema) ? ["with"] : []),
      ],
    };
  });
}

/** A schema inside another one does not say again which dialect it is written in. */
function withoutDialect(schema: JsonSchema): JsonSchema {
  return Object.fromEntries(Object.entries(schema).filter(([key]) => key !== "$schema"));
}

/** A level may stand in place of the dose. */
function withoutRequired(schema: JsonSchema, param: string): JsonSchema {
  const { required, ...rest } = schema;
  const others = Array.isArray(required) ? required.filter((name) => name !== param) : [];
  return others.length === 0 ? rest : { ...schema, required: others };
}

function isRequired({ required }: JsonSchema): boolean {
  return Array.isArray(required) && required.length > 0;
}
