// Buffers that sockets are read into again and again. Node's own reading allocates 64 KiB for each read, and throughput
// goes into system calls and garbage collection; measured with `npm run bench:proxy`, this doubles it. A buffer belongs
// to one socket at a time: what a slow reader has not taken yet must not be overwritten by another connection.

/** What every socket has, idle ones too, bytes. */
const SMALL = 1_024;
/** What a socket gets that fills its small one, until it reads less than a sixteenth of this, bytes. */
const LARGE = 256 * 1_024;
/** Large buffers that are kept for the next socket that needs one. */
const MOST_SPARE = 64;

const spare: Buffer[] = [];

/** What `onread` of a socket takes, and the way to give its buffer back. */
export interface LentReading {
  readonly onread: { readonly buffer: () => Buffer; readonly callback: (size: number) => boolean };
  /** To be called once the socket is closed. */
  readonly release: () => void;
}

/** Small ones are cheaper made anew. */
export function isWorthGivingBack(bytes: Buffer): boolean {
  return bytes.buffer.byteLength === LARGE;
}

/** Takes back the whole buffer of which these bytes are a part, once nobody needs it; a large one. */
export function giveBackLent(bytes: Buffer): void {
  if (spare.length < MOST_SPARE) spare.push(Buffer.from(bytes.buffer));
}

/**
 * `take` is given what was read; true says that it is still needed after the call, else the next read overwrites it.
 */
export function lentReading(take: (bytes: Buffer) => boolean): LentReading {
  let buffer: Buffer = Buffer.allocUnsafe(SMALL);

  function giveBack(): void {
    if (buffer.length === LARGE && spare.length < MOST_SPARE) spare.push(buffer);
  }

  return {
    onread: {
      buffer: () => buffer,
      callback(size) {
        const before = buffer.length;
        const kept = take(buffer.subarray(0, size));
        const next = size === before || size > LARGE / 16 ? LARGE : SMALL;
        if (kept || next !== before) {
          if (!kept) giveBack();
          buffer = next === LARGE ? (spare.pop() ?? Buffer.allocUnsafeSlow(LARGE)) : Buffer.allocUnsafe(SMALL);
        }
        return true;
      },
    },
    release() {
      giveBack();
      buffer = Buffer.alloc(0);
    },
  };
}
