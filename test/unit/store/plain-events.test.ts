// The quick check of bulk events and their schemas must say the same: a field that one of them gets and the other does
// not turns this red, since the events are generated from the schemas themselves.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import type { SchemaNode } from "../../../src/records/json-schema.ts";
import { timelineEventSchema } from "../../../src/records/timeline/event.ts";
import { feedEventSchema } from "../../../src/records/timeline/feed.ts";
import { readingEventSchema } from "../../../src/records/timeline/reading.ts";
import { lateEventSchema, requestEventSchema } from "../../../src/records/timeline/request.ts";
import { isPlainEvent } from "../../../src/store/plain-events.ts";

type Nouns = Readonly<Record<string, SchemaNode>>;
type Fields = Readonly<Record<string, unknown>>;

/** Values that the schema takes. */
function valuesOf(node: SchemaNode, nouns: Nouns): fc.Arbitrary<unknown> {
  if (node.$ref !== undefined) return valuesOf(nouns[node.$ref.replace("#/$defs/", "")] ?? {}, nouns);
  if (node.const !== undefined) return fc.constant(node.const);
  if (node.enum !== undefined) return fc.constantFrom(...node.enum);
  const variants = node.anyOf ?? node.oneOf;
  if (variants !== undefined) return fc.oneof(...variants.map((variant) => valuesOf(variant, nouns)));
  if (Array.isArray(node.type)) {
    return fc.oneof(...node.type.map((type: string) => valuesOf({ ...node, type }, nouns)));
  }
  switch (node.type) {
    case "object": {
      const fields = Object.entries(node.properties ?? {}).map(
        ([key, child]) => [key, valuesOf(child, nouns)] as const,
      );
      return fc.record(Object.fromEntries(fields), { requiredKeys: [...(node.required ?? [])], noNullPrototype: true });
    }
    case "number":
      return fc.double({ noNaN: true, noDefaultInfinity: true });
    case "string":
      return fc.string();
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    default:
      throw new Error(`no values for ${JSON.stringify(node)}`);
  }
}

function eventsOf(schema: z.ZodType): fc.Arbitrary<Fields> {
  const node = z.toJSONSchema(schema) as unknown as SchemaNode & { readonly $defs?: Nouns };
  return valuesOf(node, node.$defs ?? {}) as fc.Arbitrary<Fields>;
}

const bulk = { requestEventSchema, readingEventSchema, lateEventSchema, feedEventSchema };
/** Of the feed's events only the heartbeats come by the million; the others go to the schema. */
const isBulk = (event: Fields): boolean =>
  event["kind"] !== "feed" || (event["state"] === "alive" && !("reason" in event) && !("source" in event));

describe.each(Object.entries(bulk))("the quick check and %s", (_name, schema) => {
  test("take the same events, with and without each optional field", () => {
    fc.assert(
      fc.property(eventsOf(schema), (event) => {
        expect(timelineEventSchema.safeParse(event).error).toBeUndefined();
        expect(isPlainEvent(event)).toBe(isBulk(event));
      }),
      { numRuns: 1000 },
    );
  });

  test("refuse the same events, however one is spoilt", () => {
    const put = fc.oneof(fc.jsonValue(), fc.double(), fc.constant(NaN));
    fc.assert(
      fc.property(
        eventsOf(schema),
        fc.string(),
        fc.nat(),
        fc.option(put, { nil: undefined }),
        (event, name, nth, value) => {
          const keys = [...Object.keys(event), name];
          const key = keys[nth % keys.length] ?? name;
          const { [key]: _, ...rest } = event;
          const spoilt: Fields = value === undefined ? rest : { ...event, [key]: value };
          if (isPlainEvent(spoilt)) expect(timelineEventSchema.safeParse(spoilt).success).toBe(true);
        },
      ),
      { numRuns: 1500 },
    );
  });
});
