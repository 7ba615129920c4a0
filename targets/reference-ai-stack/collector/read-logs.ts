// Log records out of an OTLP export request.
import { readAnyValue, readAttributes, readId, readItems, readTime } from "./read-otlp.ts";
import type { Fields, Taken } from "./read-otlp.ts";
import type { LogRow, Origin } from "./rows.ts";

const SHAPE = { resources: "resourceLogs", scopes: "scopeLogs", items: "logRecords" };
/** OTLP's ranges of four numbers each, from 1 on. */
const SEVERITIES = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];

/** Throws MalformedBody when the body is no request. */
export function readLogs(body: unknown, nowMs: number): Taken<LogRow> {
  return readItems(body, SHAPE, (record, origin) => [readLog(record, origin, nowMs)]);
}

function readLog(record: Fields, origin: Origin, nowMs: number): LogRow {
  // A record that has lost its time has that of its reading.
  const time = isTime(record["timeUnixNano"]) ? record["timeUnixNano"] : record["observedTimeUnixNano"];
  return {
    ...origin,
    at: readTime(time, "timeUnixNano", nowMs),
    severity: severityOf(record["severityNumber"], record["severityText"]),
    body: String(readAnyValue(record["body"]) ?? ""),
    traceId: readId(record["traceId"], "traceId", 32),
    spanId: readId(record["spanId"], "spanId", 16),
    attributes: readAttributes(record["attributes"]),
  };
}

function isTime(value: unknown): boolean {
  return value !== undefined && value !== null && value !== 0 && value !== "0" && value !== "";
}

function severityOf(number: unknown, text: unknown): string {
  if (typeof number === "number" && number >= 1 && number <= 24)
    return SEVERITIES[Math.floor((number - 1) / 4)] ?? "INFO";
  return typeof text === "string" && text !== "" ? text.slice(0, 20).toUpperCase() : "INFO";
}
