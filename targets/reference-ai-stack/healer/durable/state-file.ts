// The healer's state with a file behind it. Memory leads and the file follows: a store that is full, locked or damaged
// costs the next life what this one knows, never this one its repairs.
import type { Json, State } from "./state.ts";
import { openStateDb, putAside, whatIsWrong } from "./state-db.ts";
import type { StateDb, StateRow } from "./state-db.ts";

export interface StateFileParts {
  /** The file's greatest size, pages of 4 KiB; more than that is a full store. */
  readonly mostPages: number;
  /** The file's trouble has changed; null: it is over. */
  readonly onTrouble: (says: string | null) => void;
  readonly wallTime: () => string;
}

/** Opened or begun at once; what is wrong with the file is never thrown. */
export class StateFile implements State {
  /** Resolves when what an earlier life left was read: at once, unless the file was locked. */
  readonly loaded: Promise<void>;
  readonly #file: string;
  readonly #parts: StateFileParts;
  readonly #rooms = new Map<string, Map<string, Json>>();
  /** What the file lacks, by room and key; without a value: a row that it has too many. */
  readonly #owed = new Map<string, StateRow>();
  #db: StateDb | null = null;
  #trouble: string | null = null;
  #isLoaded = false;
  #finishLoading = (): void => undefined;

  constructor(file: string, parts: StateFileParts) {
    this.#file = file;
    this.#parts = parts;
    this.loaded = new Promise<void>((resolve) => (this.#finishLoading = resolve));
    this.#settle();
  }

  get(room: string, key: string): Json | undefined {
    return this.#rooms.get(room)?.get(key);
  }

  list(room: string): readonly (readonly [key: string, value: Json])[] {
    return [...(this.#rooms.get(room) ?? [])];
  }

  put(room: string, key: string, value: Json): void {
    this.#room(room).set(key, value);
    this.#owe({ room, key, value });
  }

  drop(room: string, key: string): void {
    if (this.#rooms.get(room)?.delete(key) === true) this.#owe({ room, key });
  }

  /** Why the file does not hold all that is known, in words; null: it does. */
  trouble(): string | null {
    return this.#trouble;
  }

  /** How many values are known and not on the disk. */
  owed(): number {
    return this.#owed.size;
  }

  /** Tries again what the file refused. Harmless when nothing is owed. */
  retry(): void {
    if (this.#trouble !== null) this.#settle();
  }

  close(): void {
    this.#db?.close();
  }

  #room(name: string): Map<string, Json> {
    const known = this.#rooms.get(name) ?? new Map<string, Json>();
    this.#rooms.set(name, known);
    return known;
  }

  #owe(row: StateRow): void {
    this.#owed.set(rowKey(row), row);
    // One that is in trouble is tried at the caller's pace, because each try may wait for a lock.
    if (this.#trouble === null) this.#settle();
  }

  #settle(): void {
    try {
      this.#bringUpToDate();
      this.#say(null);
    } catch (error) {
      const { says, damaged } = whatIsWrong(error);
      this.#say(says);
      if (damaged) this.#beginAnew();
    }
  }

  #bringUpToDate(): void {
    this.#db ??= openStateDb(this.#file, this.#parts.mostPages);
    if (!this.#isLoaded) {
      for (const row of this.#db.read()) {
        // What this life has changed meanwhile is newer.
        if (!this.#owed.has(rowKey(row))) this.#room(row.room).set(row.key, row.value ?? null);
      }
      this.#endLoading();
    }
    if (this.#owed.size > 0) this.#db.write([...this.#owed.values()]);
    this.#owed.clear();
  }

  /** A damaged file is kept as evidence. A new one gets all that is known. */
  #beginAnew(): void {
    try {
      this.#db?.close();
      this.#db = null;
      putAside(this.#file, this.#parts.wallTime());
      this.#endLoading();
      for (const [room, entries] of this.#rooms) {
        for (const [key, value] of entries) this.#owed.set(rowKey({ room, key }), { room, key, value });
      }
      this.#bringUpToDate();
      this.#say(null);
    } catch (error) {
      this.#say(whatIsWrong(error).says);
    }
  }

  #endLoading(): void {
    this.#isLoaded = true;
    this.#finishLoading();
  }

  #say(says: string | null): void {
    if (says === this.#trouble) return;
    this.#trouble = says;
    this.#parts.onTrouble(says);
  }
}

function rowKey({ room, key }: StateRow): string {
  return `${room}\n${key}`;
}
