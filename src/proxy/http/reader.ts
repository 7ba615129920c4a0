// Finds the messages in a stream of HTTP/1 bytes as they come, without keeping more than an unfinished head of them.
// Fails open: what it cannot read is `foreign`, and it looks again at the begin of every later chunk.

import { isStartLine, readHead } from "./head.ts";
import type { Head } from "./head.ts";

/** A head that is longer is not taken for one, bytes. */
const LONGEST_HEAD = 65_536;
/** A line of the chunked framing is not longer, bytes. */
const LONGEST_LINE = 8_192;
const LF = 0x0a;

/** A stretch of the stream, in order and without gaps; `done` comes after the last stretch of a message. */
export type Part =
  | { readonly kind: "head"; readonly bytes: Buffer; readonly head: Head }
  | { readonly kind: "payload" | "framing" | "foreign"; readonly bytes: Buffer }
  | { readonly kind: "done" };

export interface ReaderOptions {
  readonly what: "request" | "response";
  /** Method of the request that the next answer is for, when it is known. */
  readonly methodOf: () => string | undefined;
  readonly onPart: (part: Part) => void;
}

type State = "start" | "head" | "length" | "size" | "data" | "trailer" | "close" | "tunnel";

export class HttpReader {
  private readonly options: ReaderOptions;
  private state: State = "start";
  /** Of a head that is not complete. */
  private partial: Buffer = Buffer.alloc(0);
  private left = 0;
  private line = "";

  constructor(options: ReaderOptions) {
    this.options = options;
  }

  /** Bytes of a head that is not complete; they have not been told as a part yet. */
  get held(): Buffer {
    return this.partial;
  }

  /** Reads on; tells every byte as a part but those that it holds. */
  feed(bytes: Buffer): void {
    let rest = bytes;
    while (rest.length > 0) rest = this.step(rest);
  }

  /** The stream is over: a head that was not complete is foreign. */
  end(): void {
    const { partial } = this;
    this.partial = Buffer.alloc(0);
    this.state = "start";
    if (partial.length > 0) this.tell("foreign", partial);
  }

  private tell(kind: "payload" | "framing" | "foreign", bytes: Buffer): void {
    if (bytes.length > 0) this.options.onPart({ kind, bytes });
  }

  private done(): void {
    this.state = "start";
    this.options.onPart({ kind: "done" });
  }

  /** Takes what belongs together from the begin of the bytes; gives back the others. */
  private step(bytes: Buffer): Buffer {
    switch (this.state) {
      case "start":
      case "head":
        return this.takeHead(bytes);
      case "length":
      case "data":
        return this.takeData(bytes);
      case "size":
      case "trailer":
        return this.takeLine(bytes);
      case "tunnel":
        return this.giveUp(bytes);
      default:
        this.tell("payload", bytes);
        return bytes.subarray(bytes.length);
    }
  }

  private giveUp(bytes: Buffer): Buffer {
    if (this.state !== "tunnel") this.state = "start";
    this.partial = Buffer.alloc(0);
    this.tell("foreign", bytes);
    return bytes.subarray(bytes.length);
  }

  private takeHead(bytes: Buffer): Buffer {
    const before = this.partial.length;
    const all = before === 0 ? bytes : Buffer.concat([this.partial, bytes]);
    if (!this.mayBeHead(all)) return this.giveUp(all);
    const end = endOfHead(all, Math.max(0, before - 3));
    if (end === -1) {
      this.state = "head";
      this.partial = Buffer.from(all);
      return bytes.subarray(bytes.length);
    }
    const head = readHead(all.toString("latin1", 0, end), this.options.methodOf);
    if (head === undefined) return this.giveUp(all);
    this.partial = Buffer.alloc(0);
    this.options.onPart({ kind: "head", bytes: all.subarray(0, end), head });
    this.begin(head);
    return all.subarray(end);
  }

  private mayBeHead(bytes: Buffer): boolean {
    if (bytes.length > LONGEST_HEAD && endOfHead(bytes.subarray(0, LONGEST_HEAD), 0) === -1) return false;
    const lineEnd = bytes.subarray(0, LONGEST_HEAD).indexOf(LF);
    const line = bytes.toString("latin1", 0, lineEnd === -1 ? Math.min(bytes.length, 32) : lineEnd).replace(/\r$/, "");
    if (lineEnd !== -1) return isStartLine(this.options.what, line);
    return this.options.what === "request"
      ? /^[A-Z][A-Z-]{0,19}( |$)/.test(line)
      : "HTTP/1.".startsWith(line.slice(0, 7));
  }

  private begin(head: Head): void {
    const { framing } = head;
    if (head.interim) this.state = "start";
    else if (framing.kind === "none" || (framing.kind === "length" && framing.bytes === 0)) this.done();
    else if (framing.kind === "chunked") this.state = "size";
    else this.state = framing.kind;
    this.left = framing.kind === "length" ? framing.bytes : 0;
    this.line = "";
  }

  private takeData(bytes: Buffer): Buffer {
    const part = bytes.subarray(0, this.left);
    this.left -= part.length;
    const { state } = this;
    if (this.left === 0 && state === "data") this.state = "size";
    this.tell("payload", part);
    if (this.left === 0 && state === "length") this.done();
    return bytes.subarray(part.length);
  }

  /** A line of the chunked framing: a size, the line end after a chunk's data, or a trailer field. */
  private takeLine(bytes: Buffer): Buffer {
    const at = bytes.indexOf(LF);
    const part = at === -1 ? bytes : bytes.subarray(0, at + 1);
    this.line += part.toString("latin1");
    if (this.line.length > LONGEST_LINE) return this.giveUp(bytes);
    const line = this.line.trim();
    if (at !== -1) this.line = "";
    let over = false;
    if (at !== -1 && this.state === "trailer") over = line === "";
    else if (at !== -1 && line !== "") {
      const size = /^(?<hex>[\da-f]{1,12})(?:\s*;.*)?$/i.exec(line)?.groups?.["hex"];
      if (size === undefined) return this.giveUp(bytes);
      this.left = Number.parseInt(size, 16);
      this.state = this.left === 0 ? "trailer" : "data";
    }
    this.tell("framing", part);
    if (over) this.done();
    return bytes.subarray(part.length);
  }
}

/** Index after the empty line that ends a head; -1 when it is not there. */
function endOfHead(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(LF, from); at !== -1; at = bytes.indexOf(LF, at + 1)) {
    if (bytes[at + 1] === LF) return at + 2;
    if (bytes[at + 1] === 0x0d && bytes[at + 2] === LF) return at + 3;
  }
  return -1;
}
