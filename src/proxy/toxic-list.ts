// The toxics of one proxy, in order, with the rules of Toxiproxy's API about names, defaults and updates.

import { ApiError } from "./api-error.ts";
import type { StreamName } from "./effects.ts";
import { fill, float32, int64, object, shortestFloat32, text, type Field, type Fields } from "./go-fields.ts";
import { badBody, goText, type GoValue } from "./go-json.ts";
import { toxicKinds } from "./toxics/table.ts";
import type { AttributeSpec, ToxicAttributes, ToxicKind } from "./toxics/toxic.ts";

export interface Toxic {
  readonly name: string;
  readonly kind: ToxicKind;
  readonly stream: StreamName;
  /** Stream as the creating call wrote it; Toxiproxy takes it in any case and gives it back as it was. */
  readonly streamText: string;
  /** Share of connections it strikes; below 0 none, above 1 all. A float32, as in Toxiproxy. */
  readonly toxicity: number;
  readonly attributes: ToxicAttributes;
  /** Attributes with all their digits. */
  readonly exact: ReadonlyMap<string, bigint | number>;
}

/** A toxic as the API writes it, as JSON text: whole numbers may be longer than a double holds. */
export function toxicJson(toxic: Toxic): string {
  const attributes = toxic.kind.attributes.map(({ name }) => `${goText(name)}:${toxic.exact.get(name) ?? 0}`).join(",");
  const { name, kind, streamText, toxicity } = toxic;
  const words = goText({ name, type: kind.type, stream: streamText }).slice(1, -1);
  return `{"attributes":{${attributes}},${words},"toxicity":${shortestFloat32(toxicity)}}`;
}

/**
 * A toxic from the body of a creating call. Default stream and name as in Toxiproxy. `refuse` may throw for its name:
 * that comes before a look at the attributes.
 */
export function toxicFrom(body: GoValue, refuse: (name: string) => void): Toxic {
  let [name, type, streamText, toxicity] = ["", "", "downstream", 1];
  fill(body, {
    name: text((value) => (name = value)),
    type: text((value) => (type = value)),
    stream: text((value) => (streamText = value)),
    toxicity: float32((value) => (toxicity = value)),
    attributes: object("attributes", {}),
  });
  const stream = streamText.toLowerCase();
  if (stream !== "upstream" && stream !== "downstream") {
    throw new ApiError(400, "stream was invalid, can be either upstream or downstream");
  }
  name ||= `${type}_${streamText}`;
  const kind = toxicKinds.find((each) => each.type === type);
  if (kind === undefined) throw new ApiError(400, "invalid toxic type");
  if (kind.only !== undefined && kind.only !== stream) {
    throw new ApiError(400, `stream was invalid, ${type} can only be ${kind.only}`);
  }
  refuse(name);
  const exact = new Map(kind.attributes.map((spec) => [spec.name, valueOf(spec, spec.default)]));
  fill(body, { attributes: object("attributes", attributeFields(kind, exact)) });
  return withAttributes({ name, kind, stream, streamText, toxicity }, exact);
}

/** What an updating call came to. */
export interface Changed {
  readonly toxic: Toxic;
  /** Set when the body was not right; as in Toxiproxy, what was right in it is kept all the same. */
  readonly mistake?: unknown;
}

/** The toxic after an updating call: named attributes and toxicity change, name, type and stream stay. */
export function changedToxic(toxic: Toxic, body: GoValue): Changed {
  let { toxicity } = toxic;
  const exact = new Map(toxic.exact);
  try {
    fill(body, {
      attributes: object("attributes", attributeFields(toxic.kind, exact)),
      toxicity: float32((value) => (toxicity = value)),
    });
  } catch (mistake) {
    return { toxic: withAttributes(toxic, exact), mistake };
  }
  return { toxic: withAttributes({ ...toxic, toxicity }, exact) };
}

type Bare = Omit<Toxic, "attributes" | "exact">;

function withAttributes(toxic: Bare, exact: ReadonlyMap<string, bigint | number>): Toxic {
  const attributes = Object.fromEntries([...exact].map(([name, value]) => [name, asNumber(value)]));
  return { ...toxic, attributes, exact };
}

function asNumber(value: bigint | number): number {
  return Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, Number(value)));
}

function valueOf(spec: AttributeSpec, value: number): bigint | number {
  return spec.type === "int" ? BigInt(value) : value;
}

function attributeFields(kind: ToxicKind, exact: Map<string, bigint | number>): Fields {
  return Object.fromEntries(kind.attributes.map((spec) => [spec.name, attributeField(spec, exact)]));
}

function attributeField(spec: AttributeSpec, exact: Map<string, bigint | number>): Field {
  const { name, min = -Infinity, max = Infinity } = spec;
  const put = (value: bigint | number): void => {
    if (value < min || value > max) throw badBody(`attributes.${name} must be from ${min} to ${max}`);
    exact.set(name, value);
  };
  if (spec.type === "int") return int64(put);
  return (value) => {
    const share = value.kind === "number" ? Number(value.digits) : Number.NaN;
    if (!(share >= 0 && share <= 1)) return "a share from 0 to 1";
    exact.set(name, share);
    return undefined;
  };
}
