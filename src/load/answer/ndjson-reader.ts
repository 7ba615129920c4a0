// Reads an answer of one JSON object a line (Ollama's streams).

import { AbridgedJson } from "./abridged-json.ts";
import type { AnswerFacts } from "./answer-facts.ts";
import type { BodyReader } from "./body-reader.ts";
import { isFields } from "./error-shapes.ts";
import { LineSplitter, markAt } from "./line-splitter.ts";
import type { LineTaker } from "./line-splitter.ts";
import { takeOllamaLine } from "./ollama.ts";
import { textTaker } from "./text-places.ts";

export class NdjsonReader implements BodyReader, LineTaker {
  readonly #facts: AnswerFacts;
  readonly #lines = new LineSplitter(this, false);
  #long: AbridgedJson | undefined;
  #isFirst = true;
  #hasEnded = false;
  #hasBytes = false;

  constructor(facts: AnswerFacts) {
    this.#facts = facts;
  }

  push(bytes: Buffer): void {
    if (bytes.length > 0) this.#hasBytes = true;
    this.#lines.push(bytes);
  }

  isOver(): boolean {
    return this.#facts.verdict !== undefined;
  }

  end(): void {
    this.#hasEnded = true;
    this.#lines.end();
    this.#facts.fail(this.#hasBytes ? "cut stream" : "empty answer");
  }

  lose(): void {
    const { rest } = this.#lines;
    try {
      const value: unknown = JSON.parse(rest);
      if (isFields(value) && value["done"] === true) takeOllamaLine(this.#facts, value);
    } catch {
      // Not a whole line: the answer is cut.
    }
  }

  line(bytes: Buffer, from: number, to: number): void {
    const text = bytes.toString("utf8", from + this.#mark(bytes, from, to), to).trim();
    if (text === "") return;
    let value: unknown;
    try {
      value = JSON.parse(text) as unknown;
    } catch {
      value = undefined;
    }
    this.#takeParsed(value, text.charAt(0));
  }

  longBegin(bytes: Buffer, from: number, to: number): void {
    this.#long = new AbridgedJson({ textAt: (path, root) => textTaker(this.#facts, path, root) });
    this.#long.write(bytes, from + this.#mark(bytes, from, to), to);
  }

  longMore(bytes: Buffer, from: number, to: number): void {
    this.#long?.write(bytes, from, to);
  }

  longEnd(): void {
    const long = this.#long;
    this.#long = undefined;
    if (long === undefined || long.isEmpty) return;
    const json = long.end();
    this.#takeParsed(json.state === "whole" ? json.value : undefined, "");
  }

  #mark(bytes: Buffer, from: number, to: number): number {
    const mark = this.#isFirst ? markAt(bytes, from, to) : 0;
    this.#isFirst = false;
    return mark;
  }

  #takeParsed(line: unknown, first: string): void {
    if (isFields(line)) takeOllamaLine(this.#facts, line);
    else if (first === "<") this.#facts.fail("not a stream");
    else this.#facts.fail(this.#hasEnded ? "cut stream" : "malformed stream");
  }
}
