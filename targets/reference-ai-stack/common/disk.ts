// Whether the disk takes what is written: a disk that is full refuses it, and nothing of it is stored. A replica whose
// newest write was refused answers as before, so nobody hears of it unless it says so.

/** Errors of SQLite that come from the disk: read-only, I/O, full (https://sqlite.org/rescode.html). */
const OF_THE_DISK: ReadonlySet<number> = new Set([8, 10, 13]);
/** The same of the system: full, over a quota, longer than a file may be, read-only. */
const OF_THE_SYSTEM: ReadonlySet<unknown> = new Set(["ENOSPC", "EDQUOT", "EFBIG", "EROFS"]);

export interface Disk {
  /**
   * Does the work, which may write, and keeps in mind how it ended. `isStored`: whether it wrote anything, by what it
   * answers; what wrote nothing says nothing of the disk. Throws what the work throws.
   */
  readonly during: <T>(work: () => T, isStored: (done: T) => boolean) => T;
  /** How many writes were stored since the start; why the newest was refused, absent where none was stored since. */
  readonly says: () => { readonly wrote: number; readonly writeRefused?: string };
}

export function watchDisk(): Disk {
  let refusal: string | undefined;
  let wrote = 0;
  return {
    during(work, isStored) {
      try {
        const done = work();
        if (isStored(done)) [refusal, wrote] = [undefined, wrote + 1];
        return done;
      } catch (error) {
        if (isOfTheDisk(error)) refusal = error.message;
        throw error;
      }
    },
    says: () => ({ wrote, ...(refusal !== undefined && { writeRefused: refusal }) }),
  };
}

/** Whether it is the disk that refuses, and not what is asked. */
export function isOfTheDisk(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  // The lowest byte of an extended code is the code.
  const code = "errcode" in error ? Number(error.errcode) & 0xff : 0;
  return OF_THE_DISK.has(code) || ("code" in error && OF_THE_SYSTEM.has(error.code));
}
