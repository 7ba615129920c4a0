// Reads long JSON into an abridged tree: only keys that say something of an answer's outcome. Texts are handed on piece
// by piece and never kept, so that what is held does not grow with the answer.

import { StringDecoder } from "node:string_decoder";
import { JsonScanner } from "./json-scanner.ts";
import type { JsonListener } from "./json-scanner.ts";
import { keptKey, LONGEST_KEPT_KEY } from "./kept-keys.ts";

/** Stands in the tree for a text that was handed on. */
export class PassedText {
  /** Whether there was anything in it. */
  filled = false;
}

/** Where a value stands, from the root; "" for a key that is not kept. */
export type JsonPath = readonly (string | number)[];

export interface TextTaker {
  /** Who takes the pieces of the text that begins there; undefined: up to 80 units of it are kept in the tree. */
  textAt(path: JsonPath, root: unknown): ((piece: string) => void) | undefined;
  /** Pieces of every text and number, wherever they stand, and the end of each. */
  anyPiece?(piece: string): void;
  anyEnd?(): void;
}

/** `members`: how many the object at the root has, kept or not. */
export type LongJson =
  | { readonly state: "whole"; readonly value: unknown; readonly members: number }
  | { readonly state: "torn" | "malformed" };

const LONGEST_KEPT_TEXT = 80;
const MOST_LEVELS = 12;
/** Units of text that a tree may keep; each value counts as 24 besides. */
const ROOM = 16_000;
/** Bytes that are decoded at a time, since pieces of a text hold all of what was decoded with them. */
const SLICE = 8_192;

type Node = unknown[] | Record<string, unknown>;

/** Takes the bytes of one JSON text, cut anywhere. */
export class AbridgedJson {
  readonly #decoder = new StringDecoder("utf8");
  readonly #tree: AbridgedTree;
  readonly #scanner: JsonScanner;

  constructor(taker: TextTaker) {
    this.#tree = new AbridgedTree(taker);
    this.#scanner = new JsonScanner(this.#tree);
  }

  get isEmpty(): boolean {
    return this.#scanner.isEmpty;
  }

  /** It has more values than are kept. */
  get isAbridged(): boolean {
    return this.#tree.isAbridged;
  }

  get isBad(): boolean {
    return this.#scanner.isBad;
  }

  write(bytes: Buffer, from: number, to: number): void {
    for (let at = from; at < to && !this.#scanner.isBad; at += SLICE) {
      this.#scanner.write(this.#decoder.write(bytes.subarray(at, Math.min(to, at + SLICE))));
    }
  }

  writeText(text: string): void {
    this.#scanner.write(text);
  }

  end(): LongJson {
    this.#scanner.write(this.#decoder.end());
    const state = this.#scanner.end();
    return state === "whole" ? { state, value: this.#tree.root, members: this.#tree.members } : { state };
  }
}

class AbridgedTree implements JsonListener {
  root: unknown;
  members = 0;
  /** Something that would have been kept was not, for want of room. */
  isAbridged = false;
  readonly #taker: TextTaker;
  readonly #nodes: Node[] = [];
  readonly #path: (string | number)[] = [];
  /** Brackets open inside a value that is not kept. */
  #skipped = 0;
  #room = ROOM;
  #held = "";
  #take: ((piece: string) => void) | undefined;
  #passed: PassedText | undefined;

  constructor(taker: TextTaker) {
    this.#taker = taker;
  }

  open(isObject: boolean): void {
    const isKept = this.#skipped === 0 && this.#nodes.length < MOST_LEVELS && this.#mayPut();
    if (!isKept) {
      this.#skipped += 1;
      return;
    }
    const node: Node = isObject ? {} : [];
    this.#put(node, 0);
    this.#nodes.push(node);
    this.#path.push(isObject ? "" : 0);
  }

  close(): void {
    if (this.#skipped > 0) this.#skipped -= 1;
    else {
      this.#nodes.pop();
      this.#path.pop();
    }
  }

  next(): void {
    const last = this.#path.length - 1;
    const index = this.#path[last];
    if (this.#skipped === 0 && typeof index === "number") this.#path[last] = index + 1;
  }

  keyPiece(piece: string): void {
    if (this.#held.length <= LONGEST_KEPT_KEY) this.#held += piece.slice(0, LONGEST_KEPT_KEY + 1);
  }

  keyEnd(): void {
    if (this.#skipped === 0) {
      if (this.#path.length === 1) this.members += 1;
      this.#path[this.#path.length - 1] = keptKey(this.#held) ?? "";
    }
    this.#held = "";
  }

  textBegin(): void {
    this.#held = "";
    this.#take = undefined;
    this.#passed = undefined;
    if (this.#skipped > 0 || !this.#mayPut()) return;
    this.#take = this.#taker.textAt(this.#path, this.root);
    if (this.#take === undefined) return;
    this.#passed = new PassedText();
    this.#put(this.#passed, 0);
  }

  textPiece(piece: string): void {
    this.#taker.anyPiece?.(piece);
    if (this.#passed !== undefined) {
      this.#passed.filled = true;
      this.#take?.(piece);
    } else if (this.#held.length < LONGEST_KEPT_TEXT) this.#held += piece.slice(0, LONGEST_KEPT_TEXT);
  }

  textEnd(): void {
    this.#taker.anyEnd?.();
    if (this.#passed === undefined && this.#skipped === 0 && this.#mayPut()) {
      // A copy: a slice would hold all that was decoded with it.
      const own = Buffer.from(this.#held.slice(0, LONGEST_KEPT_TEXT), "utf16le").toString("utf16le");
      this.#put(own, own.length);
    }
    this.#held = "";
    this.#take = undefined;
    this.#passed = undefined;
  }

  scalar(written: string | undefined): void {
    if (written !== undefined && written !== "null") this.#taker.anyPiece?.(written);
    this.#taker.anyEnd?.();
    if (this.#skipped > 0 || !this.#mayPut()) return;
    this.#put(written === undefined ? 0 : (JSON.parse(written) as unknown), 0);
  }

  /** Whether the tree keeps a value at this place. */
  #mayPut(): boolean {
    // What stands at the root says how it ended, and comes last with some servers: there is always room for that.
    const isAtRoot = this.#path.length === 1 && typeof this.#path[0] === "string";
    if (this.#room <= 0 && !isAtRoot) this.isAbridged = true;
    return (this.#room > 0 || isAtRoot) && this.#path.at(-1) !== "";
  }

  #put(value: unknown, units: number): void {
    this.#room -= 24 + units;
    const parent = this.#nodes.at(-1);
    const place = this.#path.at(-1);
    if (parent === undefined) this.root = value;
    else if (Array.isArray(parent)) parent.push(value);
    else if (typeof place === "string") parent[place] = value;
  }
}
