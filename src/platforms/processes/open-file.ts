// A file held by one descriptor and handled without waiting, so that damage and way back go into the file that was
// looked at: one that was renamed over it meanwhile is another file, and stays untouched.

import { closeSync, constants, fstatSync, ftruncateSync, openSync, readSync, writeSync } from "node:fs";
import type { OpenFile } from "../../core/file-damage.ts";
import { ifAbsent } from "../../lib/fs.ts";

/** Hands the open file to `act`; undefined when no file is there. `mode`: what `act` may do with it. */
export function withOpenFile<T>(path: string, mode: "read" | "write", act: (file: OpenFile) => T): T | undefined {
  const fd = openThere(path, mode === "read" ? constants.O_RDONLY : constants.O_RDWR);
  if (fd === undefined) return undefined;
  try {
    return act(openFile(fd));
  } finally {
    closeSync(fd);
  }
}

function openFile(fd: number): OpenFile {
  // A number of an inode is given to the next file as soon as it is free; with the instant of its birth it is one
  // file's.
  const { dev, ino, birthtimeNs } = fstatSync(fd, { bigint: true });
  return {
    id: `${dev}:${ino}:${birthtimeNs}`,
    size: () => fstatSync(fd).size,
    read(at, length) {
      const bytes = new Uint8Array(length);
      let got = 0;
      while (got < length) {
        const more = readSync(fd, bytes, got, length - got, at + got);
        if (more === 0) break;
        got += more;
      }
      return bytes.subarray(0, got);
    },
    write(at, bytes) {
      let put = 0;
      while (put < bytes.length) put += writeSync(fd, bytes, put, bytes.length - put, at + put);
    },
    cut: (size) => ftruncateSync(fd, size),
  };
}

function openThere(path: string, flags: number): number | undefined {
  try {
    return openSync(path, flags);
  } catch (thrown) {
    return ifAbsent(thrown);
  }
}
