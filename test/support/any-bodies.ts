// Bodies that nobody meant: JSON of any shape, text and bytes of any kind, and requests that were right but for one
// part. Seeded, so that a body that did harm can be sent again.

import fc from "fast-check";

export interface AnyBody {
  readonly body: string | Uint8Array<ArrayBuffer>;
  readonly type: string;
}

const TYPES = ["application/json", "application/json; charset=utf-8", "text/plain", "application/x-protobuf", ""];
/** In place of a part: other types, ends of ranges, names with a meaning of their own, and what is long or deep. */
const ODD: readonly unknown[] = [
  null,
  true,
  -1,
  0.5,
  1e308,
  2 ** 53,
  "",
  " ",
  "\u0000",
  "../../etc/passwd",
  "__proto__",
  "constructor",
  "a".repeat(20_000),
  "😀".repeat(300),
  [],
  {},
  [[[[[[[[]]]]]]]],
  Array.from({ length: 2000 }, () => 0),
  { toString: 1, length: -1 },
];

/** `count` bodies; half of them are the example with parts replaced, where there is one. */
export function anyBodies(count: number, seed: number, example?: unknown): readonly AnyBody[] {
  const raw = fc.oneof(
    fc.json(),
    fc.string({ unit: "binary" }),
    fc.uint8Array({ maxLength: 300 }),
    fc.constantFrom("", "{", "[", '{"a":', "null", "NaN", `${"[".repeat(5000)}${"]".repeat(5000)}`),
  );
  const spoilt = fc
    .tuple(fc.constantFrom(...ODD), fc.nat(), fc.boolean())
    .map(([odd, at, drop]) => JSON.stringify(spoil(example, at, drop ? undefined : odd)) ?? "");
  const body = example === undefined ? raw : fc.oneof(raw, spoilt);
  return fc
    .sample(fc.record({ body, type: fc.constantFrom(...TYPES) }), { numRuns: count, seed })
    .map(({ body: one, type }) => ({ body: typeof one === "string" ? one : Uint8Array.from(one), type }));
}

/** A copy in which one part, chosen by number, is another value, or gone. */
function spoil(value: unknown, at: number, by: unknown): unknown {
  if (typeof value !== "object" || value === null) return by;
  const entries = Object.entries(value);
  if (entries.length === 0 || at % (entries.length + 1) === entries.length) return by;
  const chosen = at % (entries.length + 1);
  const next = Math.floor(at / (entries.length + 1));
  const changed = entries.map(([key, part], n) => [key, n === chosen ? spoil(part, next, by) : part] as const);
  return Array.isArray(value) ? changed.map(([, part]) => part) : Object.fromEntries(changed);
}

/** What is a map is sent as the form that it would be, with the session's secret where that was not spoilt. */
export function asForm(one: AnyBody, csrf: string): AnyBody {
  const map = mapIn(one.body);
  if (map === null) return one;
  const fields = Object.entries({ ...map, ...(map["csrf"] === "" && { csrf }) }).map(
    ([key, value]): [string, string] => [key, typeof value === "string" ? value : (JSON.stringify(value) ?? "")],
  );
  return { body: new URLSearchParams(fields).toString(), type: "application/x-www-form-urlencoded" };
}

function mapIn(body: AnyBody["body"]): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = typeof body === "string" ? JSON.parse(body) : null;
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}
