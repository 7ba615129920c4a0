// Reading OTLP/HTTP JSON from anybody: what is no export request at all is refused as a whole, and one item of it that
// makes no sense is left out and counted, as OTLP's partial success wants it.
import type { Attribute, Attributes, Origin } from "./rows.ts";
import { NUMBERS } from "./numbers.ts";

/** The body is no export request. The message tells where and what was expected. */
export class MalformedBody extends Error {
  constructor(message: string) {
    super(message);
    this.name = "MalformedBody";
  }
}

/** What came of one request. */
export interface Taken<Row> {
  readonly rows: readonly Row[];
  readonly rejected: number;
  /** Of the first one that was left out; empty when none was. */
  readonly reason: string;
}

export type Fields = Readonly<Record<string, unknown>>;

export function fieldsOf(value: unknown, where: string): Fields {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Fields;
  throw new MalformedBody(`${where}: expected an object`);
}

/** An absent list is an empty one. */
export function listOf(value: unknown, where: string): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value;
  throw new MalformedBody(`${where}: expected a list`);
}

/** Where in a request the items of one signal lie. */
export interface Shape {
  /** `resourceSpans`, `resourceLogs`, `resourceMetrics`. */
  readonly resources: string;
  /** `scopeSpans`, `scopeLogs`, `scopeMetrics`. */
  readonly scopes: string;
  /** `spans`, `logRecords`, `metrics`. */
  readonly items: string;
}

/** Reads each item, leaving out those of which `read` complains. Throws {@link MalformedBody}. */
export function readItems<Row>(
  body: unknown,
  shape: Shape,
  read: (item: Fields, origin: Origin) => readonly Row[],
): Taken<Row> {
  const rows: Row[] = [];
  let rejected = 0;
  let reason = "";
  const resources = fieldsOf(body, "the body")[shape.resources];
  if (!Array.isArray(resources)) throw new MalformedBody(`${shape.resources}: expected a list`);
  for (const one of resources) {
    const resource = fieldsOf(one, shape.resources);
    const origin = originOf(resource["resource"]);
    for (const scope of listOf(resource[shape.scopes], shape.scopes)) {
      for (const item of listOf(fieldsOf(scope, shape.scopes)[shape.items], shape.items)) {
        try {
          rows.push(...read(fieldsOf(item, shape.items), origin));
        } catch (error) {
          if (!(error instanceof MalformedBody)) throw error;
          rejected += 1;
          if (reason === "") reason = error.message;
        }
      }
    }
  }
  return { rows, rejected, reason };
}

function originOf(value: unknown): Origin {
  const attributes = value === undefined ? {} : readAttributes(fieldsOf(value, "resource")["attributes"]);
  const service = String(attributes["service.name"] ?? "unknown_service");
  return { service, replica: String(attributes["service.instance.id"] ?? service) };
}

/** `[{"key","value":{"stringValue"|…}}…]`; long texts are cut, and those beyond the limit left out. */
export function readAttributes(value: unknown): Attributes {
  const pairs: [string, Attribute][] = [];
  for (const one of listOf(value, "attributes").slice(0, NUMBERS.limits.attributes)) {
    const { key, value: held } = fieldsOf(one, "attributes");
    if (typeof key !== "string" || key === "") throw new MalformedBody("attributes: expected a key");
    const read = readAnyValue(held);
    if (read !== undefined) pairs.push([key.slice(0, NUMBERS.limits.name), read]);
  }
  return Object.fromEntries(pairs);
}

/** An AnyValue; lists and maps as JSON text, nothing for an empty one. */
export function readAnyValue(value: unknown, depth = 0): Attribute | undefined {
  if (value === undefined || value === null) return undefined;
  const fields = fieldsOf(value, "value");
  const text = fields["stringValue"];
  if (typeof text === "string") return text.slice(0, NUMBERS.limits.text);
  if (typeof fields["boolValue"] === "boolean") return fields["boolValue"];
  const number = fields["intValue"] ?? fields["doubleValue"];
  if (number !== undefined) return readNumber(number, "value");
  const list = fields["arrayValue"];
  if (list !== undefined && depth === 0) {
    const items = listOf(fieldsOf(list, "arrayValue")["values"], "values").slice(0, NUMBERS.limits.attributes);
    return JSON.stringify(items.map((item) => readAnyValue(item, 1) ?? null)).slice(0, NUMBERS.limits.text);
  }
  const rest = list ?? fields["kvlistValue"] ?? fields["bytesValue"];
  return rest === undefined ? undefined : JSON.stringify(rest).slice(0, NUMBERS.limits.text);
}

/** Protobuf's JSON writes 64-bit numbers as text; JavaScript's exporters write numbers. */
export function readNumber(value: unknown, where: string): number {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof number === "number" && Number.isFinite(number)) return number;
  throw new MalformedBody(`${where}: expected a number`);
}

/** A count: whole and not below 0. */
export function readCount(value: unknown, where: string): number {
  const count = readNumber(value ?? 0, where);
  if (Number.isInteger(count) && count >= 0) return count;
  throw new MalformedBody(`${where}: expected a count`);
}

/**
 * Nanoseconds as ms. Those since 1970 are more than a double can count, so what is below a microsecond is cut off from
 * their text first.
 */
export function readNanoseconds(value: unknown, where: string): number {
  if (typeof value === "string" && /^\d{4,}$/.test(value)) return Number(value.slice(0, -3)) / 1000;
  return readNumber(value, where) / 1e6;
}

/** Nanoseconds since 1970, as ms; refused when the clock that wrote it cannot be right. */
export function readTime(value: unknown, where: string, nowMs: number): number {
  const ms = readNanoseconds(value, where);
  if (Math.abs(ms - nowMs) <= NUMBERS.limits.clockOffMs) return ms;
  throw new MalformedBody(`${where}: more than ${NUMBERS.limits.clockOffMs / 60_000} min from now`);
}

export function readText(value: unknown, where: string, most: number = NUMBERS.limits.name): string {
  if (typeof value === "string") return value.slice(0, most);
  throw new MalformedBody(`${where}: expected a text`);
}

/** Hex in either case; null for an absent or empty one. Throws when it is something else. */
export function readId(value: unknown, where: string, digits: 16 | 32): string | null {
  if (value === undefined || value === null || value === "") return null;
  if (typeof value === "string" && value.length === digits && /^[\da-f]+$/i.test(value) && !/^0+$/.test(value)) {
    return value.toLowerCase();
  }
  throw new MalformedBody(`${where}: expected ${digits} hex digits, not all 0`);
}
