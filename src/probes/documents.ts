// Writes small marked documents into the target and looks for them again, the way its users would find them. An
// acknowledgement is the target's promise; only what it acknowledged is looked for.

import { setTimeout as sleep } from "node:timers/promises";
import type { DocumentsControl } from "../core/controls.ts";
import type { Clock, Ms } from "../core/units.ts";
import type { DocumentPlace, DocumentsSpec } from "../core/documents.ts";
import { exactJsonText } from "../core/exact-json.ts";
import { seededRandom } from "../core/random.ts";
import { fillJson } from "../core/dataset.ts";
import type { ReadBackEvent, WriteEvent } from "../records/timeline/documents.ts";
import { ask, type AskHow } from "../lib/ask.ts";

/** So many documents are looked for, or offered again, at once. */
const AT_ONCE = 4;
/** Words of a document's text; enough that no two of them are alike. */
const WORDS = 5;
/** Longest answer that is read to its end, bytes. */
const LONGEST_ANSWER = 1024 * 1024;

export interface DocumentsSetting {
  readonly clock: Clock;
  readonly seed: number;
  /** Makes the ids of this trial its own: letters and digits. */
  readonly tag: string;
  /** The URLs of a place, ports filled in; `{id}` is left. */
  readonly urls: (place: DocumentPlace) => readonly string[];
  /** Hosts other than this machine that may be asked; absent: none. */
  readonly allows?: AskHow["allows"];
}

type Noted = (event: WriteEvent | ReadBackEvent) => void;

/** A desk for one trial. It remembers what was acknowledged. */
export function openDocuments(
  spec: DocumentsSpec,
  setting: DocumentsSetting,
): {
  write(note: Noted, signal: AbortSignal): Promise<void>;
  readBack(note: Noted, signal: AbortSignal): Promise<void>;
} & DocumentsControl {
  const acknowledged: string[] = [];
  const numbers: number[] = [];
  return {
    async write(note, signal) {
      for await (const n of onSchedule(spec.everyMs, setting, signal)) {
        const event = await writeOne(spec, setting, { n, signal });
        if (event.ok) {
          acknowledged.push(event.id);
          numbers.push(n);
        }
        note(event);
      }
    },
    async writeAgain(signal) {
      const offered = [...numbers];
      let again = 0;
      await fewAtOnce(offered, async (n) => {
        if ((await writeOne(spec, setting, { n, signal })).ok) again += 1;
      });
      return { offered: offered.length, acknowledged: again };
    },
    async readBack(note, signal) {
      await fewAtOnce(acknowledged, async (id) => note(await readOne(spec, setting, id, signal)));
    },
  };
}

/** In order, each once; the next begins as one ends. */
async function fewAtOnce<Item>(items: readonly Item[], act: (item: Item) => Promise<void>): Promise<void> {
  const open = [...items];
  const actOnNext = async (): Promise<void> => {
    for (let item = open.shift(); item !== undefined; item = open.shift()) await act(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, actOnNext));
}

/**
 * Counts from 1, once per period from a seeded phase on; the times that a long write missed pass. Ends with the signal.
 */
async function* onSchedule(
  everyMs: Ms,
  { clock, seed }: DocumentsSetting,
  signal: AbortSignal,
): AsyncGenerator<number> {
  const start = clock.now() + seededRandom(seed, "documents").next() * everyMs;
  let next = start;
  for (let n = 1; ; n += 1) {
    try {
      await sleep(Math.max(0, next - clock.now()), undefined, { signal });
    } catch {
      return;
    }
    yield n;
    next = start + (Math.floor((clock.now() - start) / everyMs) + 1) * everyMs;
  }
}

/** One that the signal cuts off was not acknowledged: whether it was written is then nobody's word. */
async function writeOne(
  { write, timeoutMs }: DocumentsSpec,
  { clock, seed, tag, urls, allows }: DocumentsSetting,
  { n, signal }: { readonly n: number; readonly signal: AbortSignal },
): Promise<WriteEvent> {
  const id = `note-${tag}-${n}`;
  const values = { id, text: `Note ${n} of ${tag}: ${inventedWords(seed, n)}.` };
  const body = exactJsonText(fillJson(write.body, values));
  const headers = { "content-type": "application/json", ...write.headers };
  const from = clock.now();
  const answers = await Promise.all(
    urls(write.at).map((url) =>
      statusOf(urlFor(url, id), { method: write.method, headers, body, timeoutMs, signal, allows }),
    ),
  );
  const refusal = answers.find((answer) => typeof answer === "string" || answer < 200 || answer > 299);
  const event = { kind: "write", at: clock.now(), from, id } as const;
  if (answers.length > 0 && refusal === undefined) return { ...event, ok: true };
  return { ...event, ok: false, reason: inWords(refusal ?? "there is nowhere to write to") };
}

/** 200 at every place: there. 404 at one: gone. All else was not seen. */
async function readOne(
  { read, timeoutMs }: DocumentsSpec,
  { clock, urls, allows }: DocumentsSetting,
  id: string,
  signal: AbortSignal,
): Promise<ReadBackEvent> {
  const from = clock.now();
  const asked = urls(read.at).map((url) => urlFor(url, id));
  const { headers = {} } = read;
  const answers = await Promise.all(asked.map((url) => statusOf(url, { headers, timeoutMs, signal, allows })));
  const event = { kind: "read-back", at: clock.now(), from, id } as const;
  const goneAt = answers.indexOf(404);
  if (goneAt !== -1) return { ...event, found: false, reason: `not found at ${new URL(asked[goneAt] ?? "").host}` };
  const odd = answers.find((answer) => answer !== 200);
  if (answers.length > 0 && odd === undefined) return { ...event, found: true };
  return { ...event, found: null, reason: inWords(odd ?? "there is nowhere to look") };
}

/**
 * The status, or why there was none. A redirect is an answer like any other; it is not followed. Each request goes on a
 * connection of its own: a write that was sent twice would prove nothing.
 */
async function statusOf(url: string, how: AskHow): Promise<number | string> {
  const asked = await ask(url, { ...how, longest: LONGEST_ANSWER, statusOnly: true });
  return asked.ok ? asked.status : asked.says;
}

function inWords(answer: number | string): string {
  return typeof answer === "number" ? `answered ${answer}` : answer;
}

function urlFor(url: string, id: string): string {
  return url.replaceAll("{id}", encodeURIComponent(id));
}

const syllables = ["ba", "do", "fe", "gi", "ku", "lo", "mi", "na", "pe", "ru", "sa", "ti", "vo", "wu", "ze"];

/** Words that mean nothing, so that no user's question is answered by them; the same for the same seed and number. */
function inventedWords(seed: number, n: number): string {
  const random = seededRandom(seed, `document ${n}`);
  const syllable = (): string => syllables[Math.floor(random.next() * syllables.length)] ?? "";
  return Array.from({ length: WORDS }, () => syllable() + syllable()).join(" ");
}
