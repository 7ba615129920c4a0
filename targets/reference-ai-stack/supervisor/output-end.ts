// What containers have written, of which the end alone is kept: in memory, and in a replica's log file.

import { rename, readFile, writeFile } from "node:fs/promises";

/** Says to whom the bytes go that follow, and how many they are. */
const HEAD_BYTES = 8;

/**
 * The last bytes of both outputs in the order of writing, from an engine's stream: never more than so many, and about
 * as many in memory. What is cut begins with a whole line.
 */
export async function lastOf(stream: AsyncIterable<Uint8Array>, mostBytes: number): Promise<Buffer> {
  const kept: Buffer[] = [];
  let size = 0;
  for await (const part of piecesOf(stream)) {
    kept.push(part);
    size += part.length;
    while (size - (kept[0]?.length ?? 0) > mostBytes) size -= kept.shift()?.length ?? 0;
  }
  return endOf(Buffer.concat(kept), mostBytes);
}

/** Appends to a file, of which never more than so many bytes are kept: the last ones. */
export async function keepIn(file: string, bytes: Buffer, mostBytes: number): Promise<void> {
  const before = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return Buffer.alloc(0);
    throw error;
  });
  // Whole or not at all: whoever reads it meanwhile reads what was there before.
  await writeFile(`${file}.new`, endOf(Buffer.concat([before, bytes]), mostBytes));
  await rename(`${file}.new`, file);
}

function endOf(bytes: Buffer, mostBytes: number): Buffer {
  if (bytes.length <= mostBytes) return bytes;
  const from = bytes.length - mostBytes;
  // The line that is cut goes; one alone that is longer than all of it has its end kept.
  const line = bytes.indexOf(0x0a, from - 1) + 1;
  return bytes.subarray(line === 0 || line === bytes.length ? from : line);
}

/** Without the heads; what an engine broke off in the middle counts as far as it came. */
async function* piecesOf(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let head = Buffer.alloc(0);
  let missing = 0;
  for await (const chunk of stream) {
    let rest = Buffer.from(chunk);
    while (rest.length > 0) {
      if (missing === 0) {
        const more = rest.subarray(0, HEAD_BYTES - head.length);
        head = Buffer.concat([head, more]);
        rest = rest.subarray(more.length);
        if (head.length < HEAD_BYTES) break;
        missing = head.readUInt32BE(4);
        head = Buffer.alloc(0);
        continue;
      }
      const piece = rest.subarray(0, missing);
      missing -= piece.length;
      rest = rest.subarray(piece.length);
      yield piece;
    }
  }
}
