// Takes secrets out of a trace of Playwright before anybody keeps it: what was handed to the journey, cookies, headers
// that carry credentials, and what stood in fields for passwords and in hidden ones.

import { isUtf8 } from "node:buffer";
import { textHiderOf } from "../../core/hide-keys.ts";
import { readZip, writeZip } from "../../lib/zip.ts";

/** In place of a secret, as in all that Rebound writes down. */
const HIDDEN = "[secret]";
/** Shorter values are no secrets, and stand everywhere. */
const SHORTEST = 6;

const CREDENTIALS = /^(?:(?:proxy-)?authorization|(?:set-)?cookie)$|(?:^|[-_])(?:token|secret|api-?key|auth)$/i;

/** Takes the secrets out of a text, in whatever form a page, an address or a header has them, the longest first. */
export function hiderOfSecrets(given: Iterable<string>): (text: string) => string {
  return textHiderOf([...new Set(given)].filter((one) => one.length >= SHORTEST));
}

/** The same trace without them. Throws where it cannot be read: then it must not be kept. */
export function scrubTrace(archive: Buffer, given: readonly string[]): Buffer {
  const entries = readZip(archive);
  const secrets = new Set(given);
  const parsed = entries.map(({ name, data }) => (isLines(name) ? linesOf(data) : undefined));
  for (const lines of parsed) for (const line of lines ?? []) gather(line, secrets);
  const hide = hiderOfSecrets(secrets);
  return writeZip(
    entries.map(({ name, data }, index) => {
      const lines = parsed[index]?.map((line) => `${JSON.stringify(without(line, hide))}\n`).join("");
      return { name: hide(name), data: lines === undefined ? hiddenIn(data, hide) : Buffer.from(lines) };
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

/** Of cookies their values; of other headers what follows the name of the scheme, and a password within it. */
function secretsOf(header: string, value: string): readonly string[] {
  const name = header.toLowerCase();
  if (!name.endsWith("cookie")) {
    const words = value.split(" ").at(-1) ?? "";
    if (!/^basic /i.test(value)) return [words];
    const pair = Buffer.from(words, "base64").toString("utf8");
    return [words, pair, pair.slice(pair.indexOf(":") + 1)];
  }
  // What follows the first pair of `Set-Cookie` are words of the protocol.
  const pairs = name === "cookie" ? value.split(/;\s*/) : value.split("\n").map((line) => line.split(";")[0] ?? "");
  return pairs.flatMap((pair) => {
    const text = pair.slice(pair.indexOf("=") + 1);
    return [text, plain(text)];
  });
}

/** Cookies are often written as in an address. */
function plain(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A field of a form in a snapshot is `["INPUT", {attributes}]`. */
function noteField([tag, attributes]: readonly unknown[], secrets: Set<string>): void {
  if (typeof tag !== "string" || tag.toUpperCase() !== "INPUT" || typeof attributes !== "object") return;
  const of = { ...attributes } as Readonly<Record<string, unknown>>;
  if (!["password", "hidden"].includes(String(of["type"]))) return;
  for (const key of ["value", "__playwright_value_"]) if (typeof of[key] === "string") secrets.add(of[key]);
}

/** Headers with credentials lose their value whatever it is; all other texts, what is secret in them. */
function without(value: unknown, hide: (text: string) => string): unknown {
  if (typeof value === "string") return hide(value);
  if (Array.isArray(value)) return value.map((one) => without(one, hide));
  if (typeof value !== "object" || value === null) return value;
  if (isCredential(value)) return { ...value, value: HIDDEN };
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [hide(key), without(one, hide)]));
}

/** What is no text is read byte by byte. */
function hiddenIn(data: Buffer, hide: (text: string) => string): Buffer {
  const encoding = isUtf8(data) ? "utf8" : "latin1";
  const text = data.toString(encoding);
  const clean = hide(text);
  return clean === text ? data : Buffer.from(clean, encoding);
}
