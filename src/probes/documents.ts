// Writes small marked documents into the target and looks for them again, the way its users would find them. An
// acknowledgement is the target's promise; only what it acknowledged is looked for.

import { setTimeout as sleep } from "node:timers/promises";
import { isAllowedHost } from "../core/addresses.ts";
import type { DocumentsControl } from "../core/controls.ts";
import type { Clock, Ms } from "../core/units.ts";
import type { DocumentPlace, DocumentsSpec } from "../core/documents.ts";
import { exactJsonText } from "../core/exact-json.ts";
import { seededRandom } from "../core/random.ts";
import type { ReadBackEvent, WriteEvent } from "../records/timeline/documents.ts";
import { openNotes } from "./document-notes.ts";
import {
  documentId,
  fewAtOnce,
  inWords,
  offer,
  offerNoted,
  statusOf,
  urlFor,
  type Offering,
} from "./offer-documents.ts";

export interface DocumentsSetting {
  readonly clock: Clock;
  readonly seed: number;
  /** Makes the ids of this trial its own: letters and digits. */
  readonly tag: string;
  /** The URLs of a place, ports filled in; `{id}` is left. */
  readonly urls: (place: DocumentPlace) => readonly string[];
  /** Hosts other than this machine that may be asked, as target.yaml lists them; absent: none. */
  readonly addresses?: readonly string[];
  /** Headers of a write with `{env:NAME}` in the place of keys, for what is written down; absent: they hold none. */
  readonly namedHeaders?: Readonly<Record<string, string>>;
}

type Noted = (event: WriteEvent | ReadBackEvent) => void;

type Desk = Required<DocumentsControl> & {
  write(note: Noted, signal: AbortSignal): Promise<void>;
  readBack(note: Noted, signal: AbortSignal): Promise<void>;
};

/** A desk for one trial. It remembers what was acknowledged. */
export function openDocuments(spec: DocumentsSpec, setting: DocumentsSetting): Desk {
  const acknowledged: string[] = [];
  const notes = openNotes();
  const { seed, tag, clock, addresses = [] } = setting;
  const { write, timeoutMs } = spec;
  const offering = (headers: Readonly<Record<string, string>>): Offering => {
    const body = exactJsonText(write.body);
    return { urls: [...setting.urls(write.at)], method: write.method, headers, body, timeoutMs, tag, seed, addresses };
  };
  return {
    async write(note, signal) {
      for await (const n of onSchedule(spec.everyMs, setting, signal)) {
        const from = clock.now();
        const event = await notes.around(n, async () => {
          const answer = await offer(offering(write.headers), n, signal);
          return { kind: "write", at: clock.now(), from, id: documentId(tag, n), ...answer } as const;
        });
        if (event.ok) acknowledged.push(event.id);
        note(event);
      }
    },
    noting: {
      wayBack: () => ({ ...offering(setting.namedHeaders ?? write.headers) }),
      begin: async (file, until) => notes.begin(file, until),
    },
    async offerAgain(way, file, signal) {
      await notes.end(file);
      return offerNoted(way, file, signal);
    },
    async readBack(note, signal) {
      await fewAtOnce(acknowledged, async (id) => note(await readOne(spec, setting, id, signal)));
    },
  };
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

/** 200 at every place: there. 404 at one: gone. All else was not seen. */
async function readOne(
  { read, timeoutMs }: DocumentsSpec,
  { clock, urls, addresses = [] }: DocumentsSetting,
  id: string,
  signal: AbortSignal,
): Promise<ReadBackEvent> {
  const from = clock.now();
  const asked = urls(read.at).map((url) => urlFor(url, id));
  const { headers = {} } = read;
  const allows = (host: string): boolean => isAllowedHost(host, addresses);
  const answers = await Promise.all(asked.map((url) => statusOf(url, { headers, timeoutMs, signal, allows })));
  const event = { kind: "read-back", at: clock.now(), from, id } as const;
  const goneAt = answers.indexOf(404);
  if (goneAt !== -1) return { ...event, found: false, reason: `not found at ${new URL(asked[goneAt] ?? "").host}` };
  const odd = answers.find((answer) => answer !== 200);
  if (answers.length > 0 && odd === undefined) return { ...event, found: true };
  return { ...event, found: null, reason: inWords(odd ?? "there is nowhere to look") };
}
