// The one buffer that every socket is read into. Node's own reading allocates 64 KiB for each read, and throughput
// goes into system calls and garbage collection; measured with `npm run bench:proxy`, this doubles it.

/** Bytes of one read. */
const READ_SIZE = 256 * 1_024;

let buffer: Buffer | undefined;

/** The buffer to read into now. What was read stays whole only until the next read, unless `keepLentBuffer` is called. */
export function lentBuffer(): Buffer {
  buffer ??= Buffer.allocUnsafeSlow(READ_SIZE);
  return buffer;
}

/** Somebody still needs what was read last: the next read gets a new buffer. */
export function keepLentBuffer(): void {
  buffer = undefined;
}
