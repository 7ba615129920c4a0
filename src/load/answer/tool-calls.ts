// The tool calls of one answer: their arguments come in pieces, and must be whole JSON at the end.

import { JsonScanner } from "./json-scanner.ts";

/** What stands beside a piece of arguments. */
export interface CallHead {
  readonly id?: string | undefined;
  /** The function's name stands there, as it does where a call begins. */
  readonly isNamed?: boolean;
}

interface Call {
  readonly id: string | undefined;
  readonly check: JsonScanner;
}

/** More calls than this in one answer are no longer told apart. */
const MOST_CALLS = 64;

export class ToolCalls {
  readonly #open = new Map<string, Call>();
  #torn = false;

  /**
   * The next piece of the arguments of the call that has that key. Some servers give all calls the same index (Gemini's
   * OpenAI endpoint, which left the ids empty, too): a new id, or a name without one, after whole arguments begins
   * another.
   */
  piece(key: string, { id, isNamed = false }: CallHead, piece: string): void {
    const known = this.#open.get(key);
    const begins = id === undefined ? isNamed : id !== known?.id;
    const isOther = begins && known?.check.state === "whole";
    if (known === undefined || isOther) {
      if (known === undefined && this.#open.size === MOST_CALLS) return;
      const call = { id, check: new JsonScanner() };
      this.#open.set(key, call);
      call.check.write(piece);
      return;
    }
    known.check.write(piece);
  }

  /** The same, for arguments that came whole a second time: they replace what was there. */
  whole(key: string, text: string): void {
    const check = new JsonScanner();
    check.write(text);
    if (!check.isEmpty && check.state !== "whole") this.#torn = true;
    this.#open.delete(key);
  }

  /** What comes next for that key are other arguments. */
  restart(key: string): void {
    const known = this.#open.get(key);
    if (known !== undefined && !known.check.isEmpty && known.check.state !== "whole") this.#torn = true;
    this.#open.delete(key);
  }

  /** Whether the arguments of some call are not whole. No arguments at all are those of a tool without parameters. */
  get torn(): boolean {
    return this.#torn || [...this.#open.values()].some(({ check }) => !check.isEmpty && check.state !== "whole");
  }
}
