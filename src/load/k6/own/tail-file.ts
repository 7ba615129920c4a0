// Lines of a file that another process writes, as they come. k6 writes its samples to a file at once, and to its
// standard output only by 4 KiB.

import { watch } from "node:fs";
import { open, writeFile, type FileHandle } from "node:fs/promises";

const pieceBytes = 256 * 1024;
/** More is no load that a trial of minutes has. */
const mostBytes = 512 * 1024 * 1024;

export interface Tail {
  /** Takes what is there, and ends. */
  end(): Promise<void>;
}

/** Makes the file and follows it. `onError`: a line that could not be taken, or a file that became too large; once. */
export async function tailFile(
  path: string,
  onLine: (line: string) => void,
  onError: (thrown: unknown) => void,
): Promise<Tail> {
  await writeFile(path, "", { flag: "wx", mode: 0o600 });
  const file = await open(path, "r");
  let [rest, read, hasFailed] = [Buffer.alloc(0), 0, false];

  async function drain(): Promise<void> {
    for (;;) {
      const piece = Buffer.alloc(pieceBytes);
      const { bytesRead } = await file.read(piece, 0, pieceBytes, read);
      if (bytesRead === 0) return;
      read += bytesRead;
      if (read > mostBytes) throw new Error(`k6 wrote more than ${mostBytes / 1024 / 1024} MiB of samples`);
      const all = Buffer.concat([rest, piece.subarray(0, bytesRead)]);
      const end = all.lastIndexOf(10) + 1;
      rest = all.subarray(end);
      for (const line of all.subarray(0, end).toString("utf8").split("\n")) if (line !== "") onLine(line);
    }
  }

  // One after the other: each reads where the one before it ended.
  let draining = Promise.resolve();
  const look = (): void => {
    draining = draining.then(drain).catch((thrown: unknown) => {
      if (!hasFailed) onError(thrown);
      hasFailed = true;
    });
  };
  const watcher = watch(path, look);
  look();
  return { end: async () => endOf(file, watcher, look, () => draining) };
}

async function endOf(
  file: FileHandle,
  watcher: { close(): void },
  look: () => void,
  draining: () => Promise<void>,
): Promise<void> {
  watcher.close();
  look();
  await draining();
  await file.close();
}
