// Reads a body with the reader of the load, as the transport would hand it over.

import type { TrafficSpec } from "../../../../src/core/target.ts";
import { makeAnswerReader } from "../../../../src/load/answer/reader.ts";
import type { Loss } from "../../../../src/load/answer/reader.ts";
import { planReading } from "../../../../src/load/answer/reading-plan.ts";

export type Mix = Partial<Pick<TrafficSpec, "stream" | "done" | "answer" | "body" | "url">>;

export interface Reading {
  readonly mix?: Mix;
  readonly wanted?: string;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Places at which the body is cut into reads. */
  readonly cuts?: readonly number[];
  /** open: the connection stays open; else how it is lost. Absent: a clean end. */
  readonly after?: Loss | "open";
}

export interface TrialView {
  /** `answered`, the word of the error, or `open` while nothing is certain. */
  readonly word: string;
  readonly note?: string;
  readonly token: boolean;
  readonly right: boolean | null;
}

const mimeTypes: Readonly<Record<TrafficSpec["stream"], string>> = {
  sse: "text/event-stream; charset=utf-8",
  responses: "text/event-stream",
  anthropic: "text/event-stream",
  ndjson: "application/x-ndjson",
  whole: "application/json",
};

/** What became of an answer with that body. */
export function read(body: string | Uint8Array, reading: Reading = {}): TrialView {
  const { mix = {}, wanted, type, headers = {}, cuts = [], after } = reading;
  const stream = mix.stream ?? "sse";
  const url = "http://127.0.0.1:1/";
  const plan = planReading({ name: "t", method: "POST", url, headers: {}, body: {}, ...mix, stream });
  const reader = makeAnswerReader(wanted === undefined ? plan : { ...plan, wanted });
  const typed = type === "" ? {} : { "content-type": type ?? mimeTypes[stream] };
  reader.begin({ ...typed, ...headers });
  const bytes = typeof body === "string" ? Buffer.from(body) : body;
  const edges = [0, ...[...cuts].sort((a, b) => a - b), bytes.length];
  for (const [index, edge] of edges.slice(1).entries()) reader.push(bytes.subarray(edges[index], edge));
  if (after === undefined) reader.end();
  else if (after !== "open") reader.lose(after);
  const { verdict } = reader;
  return {
    word: verdict === undefined ? "open" : (verdict.error ?? "answered"),
    ...(verdict?.note === undefined ? {} : { note: verdict.note }),
    token: reader.hasToken,
    right: reader.isRight,
  };
}

export const event = (data: unknown, name?: string): string =>
  `${name === undefined ? "" : `event: ${name}\n`}data: ${JSON.stringify(data)}\n\n`;

/** One chunk of a chat completion. */
export const chunk = (delta: unknown, more: object = {}): string => event({ choices: [{ index: 0, delta, ...more }] });

export const stop = chunk({}, { finish_reason: "stop" });
export const DONE = "data: [DONE]\n\n";
