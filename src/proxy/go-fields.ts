// Puts a JSON object into named fields as Go's decoder fills a struct: keys in any case, unknown ones ignored, `null`
// changes nothing, and a value of the wrong type is an error only after all the others were put in place.

import { badBody, type GoValue } from "./go-json.ts";

/** Takes a value that is not null; says what it expected when the value is of another type. */
export type Field = (value: GoValue) => string | undefined;

export type Fields = Readonly<Record<string, Field>>;

/** Fills the fields from an object (or `null`, which changes nothing). Throws ApiError 400 with the first mismatch. */
export function fill(value: GoValue, fields: Fields): void {
  const mismatch = tryFill(value, fields, "");
  if (mismatch !== undefined) throw badBody(mismatch);
}

/** The same as a field of another object. */
export function object(name: string, fields: Fields): Field {
  return (value) => tryFill(value, fields, `${name}.`);
}

export function text(set: (value: string) => void): Field {
  return (value) => {
    if (value.kind !== "string") return "a string";
    set(value.value);
    return undefined;
  };
}

export function truth(set: (value: boolean) => void): Field {
  return (value) => {
    if (value.kind !== "bool") return "true or false";
    set(value.value);
    return undefined;
  };
}

/** Go's int64: written without point or exponent, and within its range. */
export function int64(set: (value: bigint) => void): Field {
  return (value) => {
    const whole = value.kind === "number" && /^-?\d+$/.test(value.digits) ? BigInt(value.digits) : undefined;
    if (whole === undefined || whole !== BigInt.asIntN(64, whole)) return "a whole number of 64 bits";
    set(whole);
    return undefined;
  };
}

/** Go's float32, rounded to it. */
export function float32(set: (value: number) => void): Field {
  return (value) => {
    const rounded = value.kind === "number" ? Math.fround(Number(value.digits)) : Number.NaN;
    if (!Number.isFinite(rounded)) return "a number of 32 bits";
    set(rounded);
    return undefined;
  };
}

/** The shortest decimal that reads back as the same float32, as Go prints it. */
export function shortestFloat32(value: number): string {
  if (Object.is(value, -0)) return "-0";
  for (let digits = 1; digits < 9; digits += 1) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
  return String(Number(value.toPrecision(9)));
}

function tryFill(value: GoValue, fields: Fields, path: string): string | undefined {
  if (value.kind === "null") return undefined;
  if (value.kind !== "object") return `${path.slice(0, -1) || "the body"}: expected an object, got ${value.kind}`;
  let first: string | undefined;
  for (const [key, member] of value.members) {
    const name = Object.keys(fields).find((each) => each === key) ?? foldedName(fields, key);
    if (name === undefined || member.kind === "null") continue;
    const mismatch = fields[name]?.(member);
    if (mismatch !== undefined)
      first ??= mismatch.includes(": ") ? mismatch : `${path}${name}: expected ${mismatch}, got ${member.kind}`;
  }
  return first;
}

function foldedName(fields: Fields, key: string): string | undefined {
  const folded = fold(key);
  return Object.keys(fields).find((name) => fold(name) === folded);
}

/** Upper case first, so that the long s and the Kelvin sign fold as in Go. */
function fold(key: string): string {
  return key.toUpperCase().toLowerCase();
}
