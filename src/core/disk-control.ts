// The places of a container's disk that have a bound of their own: only those may be filled.

import type { Json, Ms } from "./units.ts";

/** A mount of a container that nobody else has, with a size of its own. */
export interface DiskPlace {
  readonly [field: string]: Json;
  /** Its id, whole. */
  readonly container: string;
  /** Inside. */
  readonly path: string;
  /** The volume that is mounted there; null: memory that ends with each start of the container. */
  readonly volume: string | null;
  /** The most that it holds, bytes. */
  readonly bytes: number;
}

/** What is in a bounded place of a replica's container. Files are named without a folder. */
export interface DiskControl {
  /**
   * The bounded place at that path inside, or the only one. Throws HarnessError "environment" where there is none: what
   * has no bound of its own would be filled on this machine.
   */
  look(path: string | undefined): Promise<DiskPlace>;
  /**
   * Makes the file, and writes until nothing more fits: the bytes that it took. Throws where it never came to that, and
   * once the signal ends. With `again` the file is there, and takes for so long, or until the signal ends, what others
   * give back: nothing of a place mounted anew.
   */
  fill(place: DiskPlace, file: string, signal: AbortSignal, again?: { readonly forMs: Ms }): Promise<number>;
  /** Tries to write a file of that name, which it removes again. `gone`: nothing is mounted there any more. */
  tryWrite(place: DiskPlace, file: string): Promise<"written" | "no-room" | "gone">;
  /**
   * Removes exactly that file wherever the place is mounted now, once this process has ended to fill it; false: it was
   * not there.
   */
  remove(place: DiskPlace, file: string): Promise<boolean>;
}
