// Requests of a mix, filled in from rows and with what is each one's own. What is the same for all is made once.

import type { Dispatcher } from "undici";
import type { TrafficSpec } from "../core/target.ts";
import { exactJsonText } from "../core/exact-json.ts";
import { fillJson, fillText, hasFields } from "../core/dataset.ts";
import type { Row } from "../core/dataset.ts";
import { planReading } from "./answer/reading-plan.ts";
import type { ReadingPlan } from "./answer/reading-plan.ts";
import type { Canary } from "./canary.ts";

export interface Outgoing {
  readonly origin: string;
  readonly path: string;
  readonly method: Dispatcher.HttpMethod;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  readonly reading: ReadingPlan;
}

/** What a request has that no other has. */
interface Own {
  /** Where the mix has canaries. */
  readonly canary?: Canary;
  /** Its trace context; a header of the target's own by this name wins. */
  readonly traceparent?: string;
  /** Of the session whose step it is: its word, and the key of its user, which goes into headers alone. */
  readonly session?: { readonly word: string; readonly key?: string };
}

type Place = Pick<Outgoing, "origin" | "path">;

/** What the requests of a mix share. */
interface Template {
  readonly method: Dispatcher.HttpMethod;
  /** Absent: the URL has places for fields. */
  readonly place?: Place;
  /** By names in lower case; whether their values have places. */
  readonly headers: readonly { readonly name: string; readonly value: string; readonly hasFields: boolean }[];
  /** undefined: the body has places. */
  readonly body: string | null | undefined;
  readonly reading: ReadingPlan;
}

const templates = new WeakMap<TrafficSpec, Template>();

function templateOf(traffic: TrafficSpec): Template {
  const known = templates.get(traffic);
  if (known !== undefined) return known;
  const body = traffic.body === null ? null : exactJsonText(traffic.body);
  const headers = Object.entries(traffic.headers).map(([name, value]) => ({ name: name.toLowerCase(), value }));
  const made: Template = {
    method: traffic.method.toUpperCase(),
    ...(!hasFields(traffic.url) && { place: placeOf(traffic.url) }),
    headers: headers.map((header) => ({ ...header, hasFields: hasFields(header.value) })),
    body: body !== null && hasFields(body) ? undefined : body,
    reading: planReading(traffic),
  };
  templates.set(traffic, made);
  return made;
}

function placeOf(text: string): Place {
  const url = new URL(text);
  return { origin: url.origin, path: url.pathname + url.search };
}

/** One request of the mix, filled in from a row and with what is its own. */
export function fillRequest(traffic: TrafficSpec, fields: Row, { canary, traceparent, session }: Own = {}): Outgoing {
  const template = templateOf(traffic);
  const row =
    canary === undefined && session === undefined
      ? fields
      : { ...fields, ...(canary && { canary: canary.text }), ...(session && { session: session.word }) };
  const inHeaders = session?.key === undefined ? row : { ...row, key: session.key };
  const { origin, path } =
    template.place ?? placeOf(fillText(traffic.url, row, (value) => encodeURIComponent(value.toWellFormed())));
  const headers: Record<string, string> =
    template.headers.length === 0
      ? {}
      : Object.fromEntries(
          template.headers.map(({ name, value, hasFields: isOpen }) => [
            name,
            isOpen ? fillText(value, inHeaders) : value,
          ]),
        );
  if (traceparent !== undefined) headers["traceparent"] ??= traceparent;
  if (traffic.body !== null) headers["content-type"] ??= "application/json";
  const body = template.body === undefined ? exactJsonText(fillJson(traffic.body, row)) : template.body;
  const wanted = traffic.rightWhenContains;
  const own = canary === undefined ? template.reading : { ...template.reading, canary };
  const reading = wanted === undefined ? own : { ...own, wanted: fillText(wanted, row) };
  return { origin, path, method: template.method, headers, body, reading };
}
