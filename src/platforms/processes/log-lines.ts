// Cuts what a growing log file says into whole lines: bytes may end within a character, and may be too many to read.

import { StringDecoder } from "node:string_decoder";

/** A line that has not ended is kept up to so many UTF-16 units; its beginning is enough to show. */
const longestRest = 262_144;

/** What one read of the file has brought. */
interface Piece {
  readonly bytes: Buffer;
  /** Bytes right before these were not read. */
  readonly skipped: boolean;
}

/** Lines that ended with a piece, and lines of which a part was never read: counted, never told. */
interface Cut {
  readonly lines: readonly string[];
  readonly torn: number;
}

/** Takes pieces in order. A line without its beginning is not told: what is left of it may be the end of a secret. */
export function makeLineCutter(): { take(piece: Piece): Cut; end(): Cut } {
  let decoder = new StringDecoder("utf8");
  let [rest, isTorn] = ["", false];
  return {
    take({ bytes, skipped }) {
      if (skipped) {
        [decoder, rest, isTorn] = [new StringDecoder("utf8"), "", true];
      }
      const parts = (rest + decoder.write(bytes)).split("\n");
      rest = (parts.pop() ?? "").slice(0, longestRest);
      if (!isTorn || parts.length === 0) return { lines: parts.filter(isWritten), torn: 0 };
      isTorn = false;
      return { lines: parts.slice(1).filter(isWritten), torn: 1 };
    },
    end() {
      const last = rest + decoder.end();
      if (isTorn) return { lines: [], torn: 1 };
      return { lines: [last].filter(isWritten), torn: 0 };
    },
  };
}

function isWritten(line: string): boolean {
  return line.trim() !== "";
}
