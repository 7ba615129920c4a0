// Offers one of our documents to the target, and offers again those that stand in a file: from JSON alone, so that a
// later process can do it as well.

import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { isAllowedHost } from "../core/addresses.ts";
import type { DocumentsControl, OfferedAgain } from "../core/controls.ts";
import { fillJson } from "../core/dataset.ts";
import { HarnessError } from "../core/errors.ts";
import { exactJsonText, parseExactJson } from "../core/exact-json.ts";
import { fillKeys } from "../core/keys.ts";
import { seededRandom } from "../core/random.ts";
import type { Json, Ms } from "../core/units.ts";
import { ask, type AskHow } from "../lib/ask.ts";
import { notedIn } from "./document-notes.ts";

/** So many documents are looked for, or offered again, at once. */
const AT_ONCE = 4;
/** Until those that were refused are offered again, ms. */
const againMs: Ms = 250;
/** Words of a document's text; enough that no two of them are alike. */
const WORDS = 5;
/** Longest answer that is read to its end, bytes. */
const LONGEST_ANSWER = 1024 * 1024;

const offeringSchema = z.object({
  /** Each of them takes it. */
  urls: z.array(z.string()),
  method: z.enum(["POST", "PUT"]),
  headers: z.record(z.string(), z.string()),
  /** JSON, with `{id}` and `{text}` in it. */
  body: z.string(),
  timeoutMs: z.number(),
  tag: z.string(),
  seed: z.number(),
  /** Hosts other than this machine that may be asked. */
  addresses: z.array(z.string()).readonly(),
});

/** How the documents of one trial are offered. */
export type Offering = z.infer<typeof offeringSchema>;

type Answer = { readonly ok: true } | { readonly ok: false; readonly reason: string };

export function documentId(tag: string, n: number): string {
  return `note-${tag}-${n}`;
}

/**
 * Offers the one of that number. One that the signal cuts off was not acknowledged: whether it was written is then
 * nobody's word.
 */
export async function offer(offering: Offering, n: number, signal: AbortSignal): Promise<Answer> {
  const { urls, method, timeoutMs, tag, seed, addresses } = offering;
  const id = documentId(tag, n);
  const values = { id, text: `Note ${n} of ${tag}: ${inventedWords(seed, n)}.` };
  const body = exactJsonText(fillJson(parseExactJson(offering.body), values));
  const headers = { "content-type": "application/json", ...offering.headers };
  const allows = (host: string): boolean => isAllowedHost(host, addresses);
  const how = { method, headers, body, timeoutMs, signal, allows };
  const answers = await Promise.all(urls.map((url) => statusOf(urlFor(url, id), how)));
  const refusal = answers.find((answer) => typeof answer === "string" || answer < 200 || answer > 299);
  if (answers.length > 0 && refusal === undefined) return { ok: true };
  return { ok: false, reason: inWords(refusal ?? "there is nowhere to write to") };
}

/** Those whose numbers stand in the file, a line each; none where there is no file. See `DocumentsControl`. */
export async function offerNoted(way: Json, file: string, signal: AbortSignal): Promise<OfferedAgain> {
  const read = offeringSchema.safeParse(way);
  if (!read.success) {
    throw new HarnessError("environment", `not a way to offer documents again: ${z.prettifyError(read.error)}`);
  }
  const numbers = await notedIn(file);
  const filled = (header: string): string => fillKeys(header, (name) => process.env[name]);
  const headers = Object.fromEntries(Object.entries(read.data.headers).map(([name, one]) => [name, filled(one)]));
  let open = numbers;
  let refusal = "";
  for (;;) {
    const refused: number[] = [];
    await fewAtOnce(open, async (n) => {
      const answer = await offer({ ...read.data, headers }, n, signal);
      if (answer.ok) return;
      refused.push(n);
      // One that was cut off says less than a refusal before.
      if (!signal.aborted || refusal === "") refusal = answer.reason;
    });
    open = refused;
    const acknowledged = numbers.length - open.length;
    if (open.length === 0) return { offered: numbers.length, acknowledged };
    if (!signal.aborted) await delay(againMs, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return { offered: numbers.length, acknowledged, refusal };
  }
}

/** In a later process: nothing of its own is acknowledged there. */
export const laterDocuments: DocumentsControl = { offerAgain: offerNoted };

/** In order, each once; the next begins as one ends. */
export async function fewAtOnce<Item>(items: readonly Item[], act: (item: Item) => Promise<void>): Promise<void> {
  const open = [...items];
  const actOnNext = async (): Promise<void> => {
    for (let item = open.shift(); item !== undefined; item = open.shift()) await act(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, actOnNext));
}

/**
 * The status, or why there was none. A redirect is an answer like any other; it is not followed. Each request goes on a
 * connection of its own: a write that was sent twice would prove nothing.
 */
export async function statusOf(url: string, how: AskHow): Promise<number | string> {
  const asked = await ask(url, { ...how, longest: LONGEST_ANSWER, statusOnly: true });
  return asked.ok ? asked.status : asked.says;
}

export function inWords(answer: number | string): string {
  return typeof answer === "number" ? `answered ${answer}` : answer;
}

export function urlFor(url: string, id: string): string {
  return url.replaceAll("{id}", encodeURIComponent(id));
}

const syllables = ["ba", "do", "fe", "gi", "ku", "lo", "mi", "na", "pe", "ru", "sa", "ti", "vo", "wu", "ze"];

/** Words that mean nothing, so that no user's question is answered by them; the same for the same seed and number. */
function inventedWords(seed: number, n: number): string {
  const random = seededRandom(seed, `document ${n}`);
  const syllable = (): string => syllables[Math.floor(random.next() * syllables.length)] ?? "";
  return Array.from({ length: WORDS }, () => syllable() + syllable()).join(" ");
}
