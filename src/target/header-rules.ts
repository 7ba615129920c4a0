// Headers that we send: names and values that HTTP can carry, keys by name alone, and nobody else's host.

import type { DataPath } from "../language/yaml-nodes.ts";
import type { TargetDraft } from "./target-names.ts";

/** RFC 9110, 5.6.2: a name is a token. */
const namePattern = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** RFC 9110, 5.5: what a value may hold. */
const valuePattern = /^[\t\u0020-\u007E\u0080-\u00FF]*$/;

/** Names of headers whose value lets somebody in. */
const secretName =
  /(?:^|[-_])(?:authori[sz]ation|auth|api-?key|apikey|(?:access|secret|auth|subscription)-?key|token|secret|password|cookie)$/i;
/** Values that are secrets in whatever header. */
const secretValue =
  /\bbearer\s+[^\s{]{4}|\bbasic\s+[\w+/=-]{8}|\bsk-[\w-]{8}|\beyJ[\w-]{8,}\.|\bgh[opsru]_\w{16}|\bAKIA[0-9A-Z]{16}|-----BEGIN/i;

interface Header {
  readonly path: DataPath;
  readonly name: string;
  readonly text: string;
}

/** Checks every map of headers; no value is repeated, since it may be a key. */
export function checkHeaderTexts(draft: TargetDraft): void {
  for (const header of headersIn(draft.file, [])) {
    const trouble = troubleWithName(header) ?? troubleWithText(header);
    if (trouble !== undefined) draft.report(header.path, trouble);
  }
}

type Trouble = Parameters<TargetDraft["report"]>[1];

function troubleWithName({ name }: Header): Trouble | undefined {
  if (/[{}]/.test(name))
    return { code: "RB1010", found: `the header's name ${JSON.stringify(name)}`, expected: "keys in values alone" };
  if (!namePattern.test(name)) {
    const expected = "letters, digits and hyphens, as HTTP takes them";
    return { code: "RB1010", found: `the header's name ${JSON.stringify(name)}`, expected };
  }
  if (name.toLowerCase() !== "host") return undefined;
  return { code: "RB1010", found: 'the header "host"', expected: "none: who is asked is what `addresses` allows" };
}

function troubleWithText({ name, text, path }: Header): Trouble | undefined {
  if (!valuePattern.test(text))
    return { code: "RB1010", found: "characters that a header cannot hold", expected: "Latin-1" };
  if (/\{\{\s*env\b/i.test(text)) {
    return {
      code: "RB1011",
      found: `doubled braces in the header "${name}", which would be sent`,
      expected: "{env:NAME}",
    };
  }
  if (/\{\s*env\s*(?:[:}]|\s)/i.test(text.replaceAll(/\{env:/g, ""))) {
    return {
      code: "RB1011",
      found: `a key in the header "${name}" that is not written so`,
      expected: "{env:NAME}, in small letters",
    };
  }
  const isLiteral = secretValue.test(text) || (secretName.test(name) && hasLiteral(text));
  // Tokens of those who approve are given by name, and must stand there: a rule of their own.
  if (path[0] === "approvals" || !isLiteral) return undefined;
  const expected = 'the name of an environment variable, such as "Bearer {env:MY_KEY}": this file is shared';
  return { code: "RB1011", found: `a literal key in the header "${name}"`, expected };
}

/** Something is left beside the scheme, names of parts and what is filled in. */
function hasLiteral(text: string): boolean {
  const rest = text
    .replaceAll(/\{[^{}]*\}/g, " ")
    .replace(/^\s*(?:bearer|basic|token|key|apikey)\s/i, "")
    .replaceAll(/[\w-]+=\s/g, " ");
  return /[\w+/.=-]{4}/.test(rest);
}

/** Bodies may have a field of that name; it is none of ours. */
function headersIn(value: unknown, path: DataPath): readonly Header[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]: [string, unknown]) => {
    const below = [...path, Array.isArray(value) ? Number(key) : key];
    if (key === "body" || key === "around") return [];
    if (key !== "headers" || typeof item !== "object" || item === null) return headersIn(item, below);
    return Object.entries(item).flatMap(([name, text]: [string, unknown]) =>
      typeof text === "string" ? [{ path: [...below, name], name, text }] : [],
    );
  });
}
