// The last lines that a container has written, of both its outputs.

import type { Engine } from "./engine.ts";

const headerBytes = 8;

/** Empty when there are none, or it is gone. */
export async function lastLines({ docker }: Engine, id: string, count: number): Promise<readonly string[]> {
  try {
    const bytes = await docker.getContainer(id).logs({ stdout: true, stderr: true, tail: count, follow: false });
    return textOf(bytes)
      .split("\n")
      .filter((line) => line.trim() !== "")
      .slice(-count);
  } catch {
    return [];
  }
}

/** Without a terminal each piece comes with a header of eight bytes: its output, and its length at the end. */
function textOf(bytes: Buffer): string {
  const pieces: Buffer[] = [];
  for (let at = 0; at + headerBytes <= bytes.length;) {
    const length = bytes.readUInt32BE(at + 4);
    pieces.push(bytes.subarray(at + headerBytes, at + headerBytes + length));
    at += headerBytes + length;
  }
  return Buffer.concat(pieces).toString("utf8");
}
