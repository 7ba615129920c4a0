// Samples as k6 writes them with `--out json`: an object a line. What follows from them of requests, in k6's own words.

import type { Tags } from "../script/thresholds.ts";

/** One sample. `time`: ms since the epoch, by the wall clock of the machine. */
export interface Point {
  readonly metric: string;
  readonly time: number;
  readonly value: number;
  readonly tags: Tags;
  /** Which user in which of its iterations; absent: none. */
  readonly by?: string;
}

/** undefined: the line says something else. Throws where it is no line of k6's. */
export function pointIn(line: string): Point | undefined {
  const read = JSON.parse(line) as Written;
  if (read.type !== "Point") return undefined;
  const { metric, data } = read;
  if (typeof metric !== "string" || typeof data?.time !== "string" || typeof data.value !== "number")
    throw new Error(`a sample without metric, time or value: ${line.slice(0, 120)}`);
  // Since 0.41 these are no tags: they would make a series each.
  const { vu, iter } = { ...data.tags, ...data.metadata };
  const by = vu === undefined || vu === "" ? {} : { by: `${vu}/${iter ?? ""}` };
  return { metric, time: timeOf(data.time), value: data.value, tags: data.tags ?? {}, ...by };
}

interface Written {
  readonly type?: unknown;
  readonly metric?: unknown;
  readonly data?: {
    readonly time?: unknown;
    readonly value?: unknown;
    readonly tags?: Tags | null;
    readonly metadata?: Readonly<Record<string, string>> | null;
  };
}

/** Go writes up to nine digits of a second; `Date` reads three. */
function timeOf(text: string): number {
  const [, whole = "", fraction = "", zone = ""] = /^(.*?)(\.\d+)?(Z|[+-]\d\d:\d\d)$/.exec(text) ?? [];
  const time = Date.parse(whole + zone) + Number(`0${fraction}`) * 1_000;
  if (Number.isNaN(time)) throw new Error(`"${text}" is no time`);
  return time;
}

/** A request of which all samples came. ms. */
export interface Asked {
  /** When it was over, as Point. */
  readonly time: number;
  /** From when it was written to its connection; 0 where it was refused. */
  readonly duration: number;
  /** Before that, its connection included. */
  readonly blocked: number;
  readonly tags: Tags;
  readonly by?: string;
}

/** Puts the samples of each request together; they come one after the other. */
export class Requests {
  readonly #onRequest: (asked: Asked) => void;
  #open: { readonly point: Point; readonly values: Map<string, number> } | undefined;

  constructor(onRequest: (asked: Asked) => void) {
    this.#onRequest = onRequest;
  }

  take(point: Point): void {
    const open = this.#open;
    if (open !== undefined && point.metric.startsWith("http_req_") && point.time === open.point.time) {
      open.values.set(point.metric, point.value);
      return;
    }
    this.close();
    if (point.metric === "http_reqs") this.#open = { point, values: new Map() };
  }

  /** Nothing more comes of the newest one. */
  close(): void {
    if (this.#open === undefined) return;
    const { point, values } = this.#open;
    this.#open = undefined;
    const [duration, blocked] = [values.get("http_req_duration"), values.get("http_req_blocked")];
    if (duration === undefined || blocked === undefined)
      throw new Error("a request without http_req_duration or http_req_blocked");
    const { time, tags, by } = point;
    this.#onRequest({ time, duration, blocked, tags, ...(by !== undefined && { by }) });
  }
}
