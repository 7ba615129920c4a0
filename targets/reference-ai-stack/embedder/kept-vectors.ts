// Vectors that a running process has at hand, for an hour: in memory or, so that many fit, in rows of a file that are
// read again at each hit. The one that was put first leaves first.
import type { RowFile } from "../common/row-file.ts";

/** What a text became, and how many tokens it has. */
export interface EmbeddedText {
  readonly vector: Float32Array;
  readonly tokens: number;
}

/** Known by a key that the model's name is part of. */
export interface KeptVectors {
  get(key: string): EmbeddedText | undefined;
  put(key: string, embedded: EmbeddedText): void;
  /** How many were forgotten; a file is made anew. */
  clear(): number;
  count(): number;
  close(): void;
}

/** Where the vectors themselves lie, by places from 0 on. */
interface Places {
  read(place: number): Float32Array;
  write(place: number, vector: Float32Array): void;
  clear(): void;
  close(): void;
}

const KEPT_MS = 3_600_000;

interface Entry {
  readonly place: number;
  readonly tokens: number;
  readonly at: number;
}

/** `most`: so many are kept; `now`: ms, any zero. */
export function keepInMemory(most: number, now: () => number): KeptVectors {
  const vectors = new Map<number, Float32Array>();
  return keptAt(most, now, {
    read: (place) => vectors.get(place) ?? new Float32Array(),
    write: (place, vector) => void vectors.set(place, vector),
    clear: () => vectors.clear(),
    close: () => undefined,
  });
}

/** `openFile` makes the file anew, all rows zero; little-endian 32-bit floats. */
export function keepInFile(most: number, now: () => number, openFile: () => RowFile): KeptVectors {
  let file = openFile();
  return keptAt(most, now, {
    read: (place) => new Float32Array(Uint8Array.from(file.read(place)).buffer),
    write: (place, vector) => file.write(place, new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength)),
    clear() {
      file.close();
      file = openFile();
    },
    close: () => file.close(),
  });
}

function keptAt(most: number, now: () => number, places: Places): KeptVectors {
  const entries = new Map<string, Entry>();
  const free = (): number => {
    const [oldest] = entries;
    if (entries.size < most || oldest === undefined) return entries.size;
    entries.delete(oldest[0]);
    return oldest[1].place;
  };
  return {
    get(key) {
      const entry = entries.get(key);
      if (entry === undefined || now() - entry.at > KEPT_MS) return undefined;
      return { vector: places.read(entry.place), tokens: entry.tokens };
    },
    put(key, { vector, tokens }) {
      const place = entries.get(key)?.place ?? free();
      places.write(place, vector);
      // Its turn to leave comes anew.
      entries.delete(key);
      entries.set(key, { place, tokens, at: now() });
    },
    clear() {
      const count = entries.size;
      entries.clear();
      places.clear();
      return count;
    },
    count: () => entries.size,
    close: () => places.close(),
  };
}
