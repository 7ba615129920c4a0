// The kinds of event of which there are millions, checked by hand: the schema's own check takes longer than
// reading the line.

import type { FeedEvent } from "../records/timeline/feed.ts";
import type { ReadingEvent } from "../records/timeline/reading.ts";
import type { LateEvent, RequestEvent } from "../records/timeline/request.ts";

type PlainEvent = FeedEvent | LateEvent | ReadingEvent | RequestEvent;
type Fields = Readonly<Record<string, unknown>>;

/**
 * True of a line that surely is such an event, exactly as its record has it; false sends it to the schema,
 * which also says what is wrong with it.
 */
export function isPlainEvent(value: unknown): value is PlainEvent {
  if (typeof value !== "object" || value === null) return false;
  const fields = value as Fields;
  if (!isNumber(fields["at"])) return false;
  switch (fields["kind"]) {
    case "request":
      return isRequest(fields);
    case "reading":
      return isReading(fields);
    case "late":
      return isNumber(fields["id"]) && isOptionalText(fields["stream"]) && hasOnly(fields, 3 + given(fields["stream"]));
    case "feed":
      return fields["state"] === "alive" && hasOnly(fields, 3);
    default:
      return false;
  }
}

function isRequest(fields: Fields): boolean {
  const { outcome, error, note, right, stream, leaked, session } = fields;
  const words = [error, note, stream].filter((word) => word !== undefined);
  return (
    isNumber(fields["id"]) &&
    isNumber(fields["intended"]) &&
    isInstant(fields["sent"]) &&
    isInstant(fields["firstToken"]) &&
    isInstant(fields["done"]) &&
    (outcome === "answered" || outcome === "error" || outcome === "unsent") &&
    (right === null || typeof right === "boolean") &&
    words.every((word) => typeof word === "string") &&
    (leaked === undefined || typeof leaked === "boolean") &&
    (session === undefined || isSession(session)) &&
    hasOnly(fields, 9 + words.length + given(leaked) + given(session))
  );
}

function isSession(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { number, users, step } = value as Fields;
  return isNumber(number) && typeof users === "string" && typeof step === "string" && hasOnly(value as Fields, 3);
}

function isReading(fields: Fields): boolean {
  const reading = fields["reading"];
  if (typeof fields["probe"] !== "string" || !isNumber(fields["from"]) || !hasOnly(fields, 5)) return false;
  if (typeof reading !== "object" || reading === null) return false;
  const { ok, value, note, reason, unfit } = reading as Fields;
  if (ok === false) {
    if (typeof reason !== "string") return false;
    return unfit === undefined ? hasOnly(reading as Fields, 2) : unfit === true && hasOnly(reading as Fields, 3);
  }
  if (ok !== true || !isNumber(value)) return false;
  return note === undefined ? hasOnly(reading as Fields, 2) : typeof note === "string" && hasOnly(reading as Fields, 3);
}

function isOptionalText(value: unknown): boolean {
  return value === undefined || typeof value === "string";
}

function given(value: unknown): 0 | 1 {
  return value === undefined ? 0 : 1;
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function isInstant(value: unknown): boolean {
  return value === null || isNumber(value);
}

/** No fields besides those that were looked at. */
function hasOnly(fields: Fields, count: number): boolean {
  let found = 0;
  for (const key in fields) if (Object.hasOwn(fields, key)) found += 1;
  return found === count;
}
