// Takes secrets out of a trace of Playwright before anybody keeps it: what was handed to the journey, cookies, headers
// that carry credentials, and what stood in fields for passwords and in hidden ones.

import { readZip, writeZip } from "../../lib/zip.ts";

/** In place of a secret, as in all that Rebound writes down. */
const HIDDEN = "[secret]";
/** Shorter values are no secrets, and stand everywhere. */
const SHORTEST = 6;

const CREDENTIALS = /^(?:authorization|proxy-authorization|cookie|set-cookie|x-csrf-token|x-api-key|api-key)$/i;

/** The same trace without them. Throws where it cannot be read: then it must not be kept. */
export function scrubTrace(archive: Buffer, given: readonly string[]): Buffer {
  const entries = readZip(archive);
  const secrets = new Set(given);
  const parsed = entries.map(({ name, data }) => (isLines(name) ? linesOf(data) : undefined));
  for (const lines of parsed) for (const line of lines ?? []) gather(line, secrets);
  // The longest first: one may be a part of another.
  const known = [...secrets].filter((one) => one.length >= SHORTEST).toSorted((a, b) => b.length - a.length);
  const forms = [...new Set(known.flatMap((one) => [one, encodeURIComponent(one), JSON.stringify(one).slice(1, -1)]))];
  return writeZip(
    entries.map(({ name, data }, index) => {
      const lines = parsed[index]?.map((line) => JSON.stringify(withoutHeaders(line))).join("\n");
      return {
        name: hidden(name, forms),
        data: hiddenIn(lines === undefined ? data : Buffer.from(`${lines}\n`), forms),
      };
    }),
  );
}

function isLines(name: string): boolean {
  return /\.(?:trace|network)$/.test(name);
}

function linesOf(data: Buffer): readonly unknown[] {
  return data
    .toString("utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as unknown);
}

interface Named {
  readonly name?: unknown;
  readonly value?: unknown;
}

function isCredential({ name, value }: Named): boolean {
  return typeof name === "string" && typeof value === "string" && CREDENTIALS.test(name);
}

/** Walks a line of the trace and notes every secret in it. */
function gather(value: unknown, secrets: Set<string>): void {
  if (typeof value !== "object" || value === null) return;
  if (Array.isArray(value)) {
    noteField(value, secrets);
    for (const one of value) gather(one, secrets);
    return;
  }
  const named = value as Named;
  if (isCredential(named)) {
    for (const secret of secretsOf(String(named.name), String(named.value))) secrets.add(secret);
  }
  for (const one of Object.values(value)) gather(one, secrets);
}

/** Of cookies their values; of other headers what follows the name of the scheme. */
function secretsOf(header: string, value: string): readonly string[] {
  const name = header.toLowerCase();
  if (!name.endsWith("cookie")) return [value.split(" ").at(-1) ?? ""];
  // What follows the first pair of `Set-Cookie` are words of the protocol.
  const pairs = name === "cookie" ? value.split(/;\s*/) : value.split("\n").map((line) => line.split(";")[0] ?? "");
  return pairs.map((pair) => pair.slice(pair.indexOf("=") + 1));
}

/** A field of a form in a snapshot is `["INPUT", {attributes}]`. */
function noteField([tag, attributes]: readonly unknown[], secrets: Set<string>): void {
  if (typeof tag !== "string" || tag.toUpperCase() !== "INPUT" || typeof attributes !== "object") return;
  const of = { ...attributes } as Readonly<Record<string, unknown>>;
  if (!["password", "hidden"].includes(String(of["type"]))) return;
  for (const key of ["value", "__playwright_value_"]) if (typeof of[key] === "string") secrets.add(of[key]);
}

/** Headers with credentials lose their value whatever it is. */
function withoutHeaders(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutHeaders);
  if (typeof value !== "object" || value === null) return value;
  if (isCredential(value)) return { ...value, value: HIDDEN };
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withoutHeaders(one)]));
}

/** Each of these forms replaced in a text. */
export function hidden(text: string, forms: readonly string[]): string {
  return forms.reduce((rest, form) => rest.replaceAll(form, HIDDEN), text);
}

/** Byte by byte, whatever the entry is. */
function hiddenIn(data: Buffer, forms: readonly string[]): Buffer {
  const bytes = forms.map((form) => Buffer.from(form).toString("latin1"));
  const text = data.toString("latin1");
  return bytes.some((form) => text.includes(form)) ? Buffer.from(hidden(text, bytes), "latin1") : data;
}
