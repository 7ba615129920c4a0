// Whether the disk takes what is written: a disk that is full refuses it, and nothing of it is stored. A replica whose
// newest write was refused answers searches as before, so nobody hears of it unless it says so.

/** Errors of SQLite that come from the disk: read-only, I/O, full (https://sqlite.org/rescode.html). */
const OF_THE_DISK: ReadonlySet<number> = new Set([8, 10, 13]);

export interface Disk {
  /** Does the work, which writes, and keeps in mind how it ended. Throws what that throws. */
  readonly during: <T>(work: () => T) => T;
  /** Why the newest write was refused; nothing: it was taken, or there was none. */
  readonly says: () => { readonly writeRefused?: string };
}

export function watchDisk(): Disk {
  let refusal: string | undefined;
  return {
    during(work) {
      try {
        const done = work();
        refusal = undefined;
        return done;
      } catch (error) {
        if (isOfTheDisk(error)) refusal = error.message;
        throw error;
      }
    },
    says: () => (refusal === undefined ? {} : { writeRefused: refusal }),
  };
}

function isOfTheDisk(error: unknown): error is Error {
  // The lowest byte of an extended code is the code.
  const code = error instanceof Error && "errcode" in error ? Number(error.errcode) & 0xff : 0;
  return OF_THE_DISK.has(code);
}
