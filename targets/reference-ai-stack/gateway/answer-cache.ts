// Answers that were given, found again by what the question means: same context, a vector nearly the same, and the same
// telling words. What an answer says lies in a file and is read again at each hit.
import type { RowFile } from "../common/row-file.ts";
import {
  concerns,
  cosine,
  createRecentChanges,
  ofUnitLength,
  type ChangedDocument,
  type MadeFrom,
} from "./changed-documents.ts";
import { isReadWhole, tellingWords } from "./telling-words.ts";

/**
 * Least cosine of two questions of one meaning. Measured with the stack's model: the same question in other words is
 * 0.944 to 0.967 alike, and of 28,680 pairs of golden questions 4 reach 0.94, all of which differ in a name of code.
 */
const LEAST_ALIKE = 0.94;
/** An answer is given again for so long, ms. */
const KEPT_MS = 600_000;

/** A question as it is looked for. */
interface Asked {
  readonly question: string;
  readonly vector: readonly number[];
  /** Equal for requests that differ in nothing else than the question: tenant, version, turns before, wishes. */
  readonly context: string;
  /** Which version of the model answers; empty: the stack has none. */
  readonly version: string;
}

export type DropReason = "age" | "room" | "document" | "index" | "model" | "unreadable" | "cleared";

/** Where and when a request looked; an answer that rests on older things than are there now is not kept. */
export interface Ticket {
  readonly asked: Asked;
  readonly epoch: number;
  /** Documents that had changed by then. */
  readonly changes: number;
}

export interface AnswerCache {
  /** The body that was kept for it, and how old it is, ms. */
  find(asked: Asked): { readonly body: object; readonly ageMs: number } | undefined;
  /** To be taken before anything is retrieved. */
  ticket(asked: Asked): Ticket;
  /** False: it does not fit, or the ground that it stands on has changed since. */
  keep(ticket: Ticket, body: object, from: Omit<MadeFrom, "vector">): boolean;
  /**
   * Answers that were made from the document, or would be now, are dropped; how many those are. Its vectors may be of
   * any length but 0.
   */
  documentChanged(changed: ChangedDocument): number;
  /** A replica answered a search from this index; another one than before drops everything. */
  indexSeen(replica: string, indexVersion: string): void;
  /** Answers of other versions are dropped. */
  served(versions: readonly string[]): void;
  /** Drops everything; how many answers that were. The file is made anew. */
  clear(): number;
  count(): number;
  close(): void;
}

interface Entry extends Asked, MadeFrom {
  readonly telling: string;
  readonly row: number;
  readonly at: number;
}

interface Parts {
  /** Makes the file anew, all rows zero. */
  readonly openFile: () => RowFile;
  readonly rows: number;
  /** ms, any zero. */
  readonly now: () => number;
  readonly dropped: (reason: DropReason, count: number) => void;
}

/** Nothing kept at first. */
export function createAnswerCache(parts: Parts): AnswerCache {
  return new FiledAnswers(parts);
}

class FiledAnswers implements AnswerCache {
  readonly #parts: Parts;
  #file: RowFile;
  #free: number[];
  /** The one that was used longest ago first. */
  readonly #entries = new Set<Entry>();
  readonly #indexes = new Map<string, string>();
  readonly #changes = createRecentChanges();
  #epoch = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#file = parts.openFile();
    this.#free = freeRows(parts.rows);
  }

  find(asked: Asked): { body: object; ageMs: number } | undefined {
    this.#dropOld();
    const entry = this.#nearest(asked);
    if (entry === undefined) return undefined;
    const body = bodyIn(this.#file.read(entry.row));
    if (body === undefined) {
      this.#drop([entry], "unreadable");
      return undefined;
    }
    this.#entries.delete(entry);
    this.#entries.add(entry);
    return { body, ageMs: this.#parts.now() - entry.at };
  }

  ticket(asked: Asked): Ticket {
    return { asked, epoch: this.#epoch, changes: this.#changes.count() };
  }

  keep({ asked, epoch, changes }: Ticket, body: object, from: Omit<MadeFrom, "vector">): boolean {
    const bytes = Buffer.from(JSON.stringify(body), "utf8");
    if (bytes.length > this.#file.rowBytes || epoch !== this.#epoch) return false;
    if (this.#changes.concern(changes, { ...asked, ...from })) return false;
    const same = [...this.#entries].filter((one) => one.context === asked.context && one.question === asked.question);
    this.#free.push(...this.#forget(same));
    const [oldest] = this.#entries;
    if (this.#free.length === 0 && oldest !== undefined) this.#drop([oldest], "room");
    const row = this.#free.pop();
    if (row === undefined) return false;
    this.#file.write(row, bytes);
    this.#entries.add({ ...asked, ...from, row, telling: tellingWords(asked.question), at: this.#parts.now() });
    return true;
  }

  documentChanged(said: ChangedDocument): number {
    const changed = ofUnitLength(said);
    this.#changes.came(changed);
    const stale = [...this.#entries].filter((entry) => concerns(changed, entry));
    this.#drop(stale, "document");
    return stale.length;
  }

  indexSeen(replica: string, indexVersion: string): void {
    const before = this.#indexes.get(replica);
    this.#indexes.set(replica, indexVersion);
    if (before === undefined || before === indexVersion) return;
    this.#epoch += 1;
    this.#drop([...this.#entries], "index");
  }

  served(versions: readonly string[]): void {
    this.#drop(
      [...this.#entries].filter(({ version }) => !versions.includes(version)),
      "model",
    );
  }

  clear(): number {
    const count = this.#entries.size;
    this.#epoch += 1;
    this.#entries.clear();
    this.#free = freeRows(this.#parts.rows);
    this.#file.close();
    this.#file = this.#parts.openFile();
    this.#parts.dropped("cleared", count);
    return count;
  }

  count(): number {
    return this.#entries.size;
  }

  close(): void {
    this.#file.close();
  }

  #nearest(asked: Asked): Entry | undefined {
    const telling = tellingWords(asked.question);
    const isWhole = isReadWhole(asked.question);
    let best: Entry | undefined;
    let most = LEAST_ALIKE;
    for (const entry of this.#entries) {
      if (entry.context !== asked.context) continue;
      if (entry.question === asked.question) return entry;
      if (!isWhole || entry.telling !== telling || !isReadWhole(entry.question)) continue;
      const alike = cosine(entry.vector, asked.vector);
      if (alike >= most) [best, most] = [entry, alike];
    }
    return best;
  }

  #dropOld(): void {
    const now = this.#parts.now();
    this.#drop(
      [...this.#entries].filter(({ at }) => now - at > KEPT_MS),
      "age",
    );
  }

  #drop(entries: readonly Entry[], reason: DropReason): void {
    if (entries.length === 0) return;
    this.#free.push(...this.#forget(entries));
    this.#parts.dropped(reason, entries.length);
  }

  /** Their rows, which are zeros from now on. */
  #forget(entries: readonly Entry[]): readonly number[] {
    for (const entry of entries) {
      this.#entries.delete(entry);
      this.#file.write(entry.row, new Uint8Array());
    }
    return entries.map(({ row }) => row);
  }
}

/** The last one is taken first, so that rows fill from the file's begin on. */
function freeRows(rows: number): number[] {
  return Array.from({ length: rows }, (_, n) => rows - 1 - n);
}

/** Undefined: no JSON object, which nobody can be answered with. */
function bodyIn(row: Buffer): object | undefined {
  const end = row.indexOf(0);
  try {
    const json: unknown = JSON.parse(row.toString("utf8", 0, end === -1 ? row.length : end));
    return typeof json === "object" && json !== null ? json : undefined;
  } catch {
    return undefined;
  }
}
