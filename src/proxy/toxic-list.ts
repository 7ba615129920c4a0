// The toxics of one proxy, in order, with the rules of Toxiproxy's API about names, defaults and updates.

import { z } from "zod";
import { ApiError } from "./api-error.ts";
import { toxicKinds } from "./toxics/table.ts";
import type { ToxicAttributes, ToxicKind } from "./toxics/toxic.ts";

export type StreamName = "upstream" | "downstream";

export interface Toxic {
  readonly name: string;
  readonly kind: ToxicKind;
  readonly stream: StreamName;
  /** Share of connections it strikes, 0 to 1. */
  readonly toxicity: number;
  readonly attributes: ToxicAttributes;
}

/** A toxic as the API writes it. */
export interface ToxicBody {
  readonly name: string;
  readonly type: string;
  readonly stream: StreamName;
  readonly toxicity: number;
  readonly attributes: ToxicAttributes;
}

export function toxicBody(toxic: Toxic): ToxicBody {
  const { name, kind, stream, toxicity, attributes } = toxic;
  return { name, type: kind.type, stream, toxicity, attributes };
}

const toxicityRange = z.number().min(0).max(1);
const creation = z.object({
  name: z.string().default(""),
  type: z.string().default(""),
  stream: z.string().default("downstream"),
  toxicity: toxicityRange.default(1),
  attributes: z.record(z.string(), z.unknown()).default({}),
});
const change = z.object({
  toxicity: toxicityRange.optional(),
  attributes: z.record(z.string(), z.unknown()).default({}),
});

/** Checks the body against the schema; throws the API's "bad request body" with what is wrong. */
export function parseBody<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new ApiError(400, `bad request body: ${issue?.path.join(".") ?? ""} ${issue?.message ?? "malformed"}`);
}

function parseAttributes(kind: ToxicKind, attributes: unknown): ToxicAttributes {
  try {
    return kind.parse(attributes);
  } catch (error) {
    const first = error instanceof z.ZodError ? error.issues[0] : undefined;
    throw new ApiError(
      400,
      `bad request body: attributes.${first?.path.join(".") ?? ""} ${first?.message ?? "malformed"}`,
    );
  }
}

/** A toxic from the body of a creating call. Default stream and name as in Toxiproxy. */
export function toxicFrom(body: unknown): Toxic {
  const { name, type, stream, toxicity, attributes } = parseBody(creation, body);
  if (stream !== "upstream" && stream !== "downstream") {
    throw new ApiError(400, "stream was invalid, can be either upstream or downstream");
  }
  const kind = toxicKinds.find((each) => each.type === type);
  if (kind === undefined) throw new ApiError(400, "invalid toxic type");
  const ownName = name === "" ? `${type}_${stream}` : name;
  return { name: ownName, kind, stream, toxicity, attributes: parseAttributes(kind, attributes) };
}

/** The toxic after an updating call: named attributes and toxicity change, name, type and stream stay. */
export function changedToxic(toxic: Toxic, body: unknown): Toxic {
  const { toxicity, attributes } = parseBody(change, body);
  return {
    ...toxic,
    toxicity: toxicity ?? toxic.toxicity,
    attributes: parseAttributes(toxic.kind, { ...toxic.attributes, ...attributes }),
  };
}
