// What is known of one answer while it comes, whatever its protocol, and the verdict that follows from it.

import { kindOfFinish } from "./finish-reasons.ts";
import type { FinishKind } from "./finish-reasons.ts";
import { LeakSearch } from "./leak-search.ts";
import type { AnswerError, AnswerNote, AnswerVerdict } from "./outcome-words.ts";
import type { ReadingPlan } from "./reading-plan.ts";
import { TextSearch } from "./text-search.ts";
import { ToolCalls } from "./tool-calls.ts";
import type { CallHead } from "./tool-calls.ts";

/** More choices than this in one answer are no longer told apart. */
const MOST_CHOICES = 256;

/** How a stream came to its end: by the event that ends it, or because its body ended cleanly. */
export type StreamEnd = "terminal" | "clean end";

/** What is an error in a stream's event is one in the answer when it comes as one body. */
const wordsOfWhole: Readonly<Partial<Record<AnswerError, AnswerError>>> = {
  "error in stream": "error in answer",
  "malformed stream": "malformed answer",
};

export class AnswerFacts {
  /** Set once the outcome is certain; nothing that comes later changes it. */
  verdict: AnswerVerdict | undefined;
  /** Whether its text was read to its end, so that it can be said whether it is right. */
  isRead = false;
  /** A first token of any channel: text, reasoning, refusal, a tool call, a transcript. */
  hasToken = false;
  #calls: ToolCalls | undefined;
  readonly #isStream: boolean;
  readonly #mayReachLimit: boolean;
  readonly #search: TextSearch | undefined;
  readonly #leaks: LeakSearch | undefined;
  // Most answers have choice 0 alone; the others are in the map.
  #hasFirst = false;
  #firstFinish: FinishKind | undefined;
  #finishes: Map<number, FinishKind | undefined> | undefined;
  #hasContent = false;

  /** `mayReachLimit`: the request sets a limit of tokens itself. */
  constructor({
    stream,
    wanted,
    canary,
    mayReachLimit,
  }: Pick<ReadingPlan, "stream" | "wanted" | "canary" | "mayReachLimit">) {
    this.#isStream = stream !== "whole";
    this.#mayReachLimit = mayReachLimit;
    this.#search = wanted === undefined ? undefined : new TextSearch(wanted);
    this.#leaks = canary === undefined ? undefined : new LeakSearch(canary);
  }

  /** Whether another request's canary was found; null when the request carries none. */
  get isLeaked(): boolean | null {
    return this.#leaks === undefined ? null : this.#leaks.found;
  }

  /** The next piece of something that its user gets, whatever it is: may hold canaries. */
  look(key: string | number, piece: string): void {
    if (this.#leaks === undefined) return;
    this.#leaks.push(key, piece);
    if (this.#leaks.found) this.fail("leaked");
  }

  /** Whether the wanted text was found; null when none is wanted. */
  get isRight(): boolean | null {
    return this.#search === undefined ? null : this.#search.found;
  }

  /** The next piece of a choice's text. */
  text(choice: number | string, piece: string): void {
    if (piece === "") return;
    this.hasToken = true;
    this.#hasContent = true;
    this.#search?.push(choice, piece);
    this.look(choice, piece);
  }

  /** The text of that key is over, or is told again from its beginning. */
  restartText(choice: number | string): void {
    this.#search?.restart(choice);
  }

  /** A piece of thinking: a token that its user waits for, but no answer. */
  reasoning(piece: string): void {
    if (piece !== "") this.hasToken = true;
    this.look("thinking", piece);
  }

  /** A tool call, or another thing than text that its user asked for. */
  thing(): void {
    this.hasToken = true;
    this.#hasContent = true;
  }

  callPiece(key: string, head: CallHead, piece: string): void {
    this.thing();
    if (piece !== "") this.calls.piece(key, head, piece);
    this.look(`call ${key}`, piece);
  }

  choice(index: number): void {
    if (index === 0) this.#hasFirst = true;
    else if (this.#finishes === undefined) this.#finishes = new Map([[index, undefined]]);
    else if (!this.#finishes.has(index) && this.#finishes.size < MOST_CHOICES) this.#finishes.set(index, undefined);
  }

  /** The reason for the end of a choice; an error is one at once. */
  finish(index: number, reason: string): void {
    const kind = kindOfFinish(reason);
    if (kind === "error") this.fail("error as finish reason");
    this.choice(index);
    if (index === 0) this.#firstFinish = kind;
    else if (this.#finishes?.has(index) === true) this.#finishes.set(index, kind);
  }

  /** Every choice that began has its reason, and there is one at least. */
  get isFinished(): boolean {
    const kinds = this.#kinds();
    return kinds.length > 0 && !kinds.includes(undefined);
  }

  #kinds(): readonly (FinishKind | undefined)[] {
    const others = this.#finishes === undefined ? [] : [...this.#finishes.values()];
    return this.#hasFirst ? [this.#firstFinish, ...others] : others;
  }

  get calls(): ToolCalls {
    return (this.#calls ??= new ToolCalls());
  }

  fail(error: AnswerError): void {
    this.verdict ??= { error: this.#isStream ? error : (wordsOfWhole[error] ?? error) };
  }

  /** The end of a stream. */
  end(how: StreamEnd, note?: AnswerNote): void {
    if (this.verdict !== undefined) return;
    this.isRead = how === "terminal" || this.isFinished;
    if (how === "clean end" && !this.isFinished) this.fail("cut stream");
    else this.conclude("no finish reason", note);
  }

  /** The verdict on an answer that came to its end. `unfinished` is said when a choice has no reason for it. */
  conclude(unfinished: AnswerError, note?: AnswerNote): void {
    this.isRead = true;
    const kinds = this.#kinds();
    const atLimit = kinds.includes("limit");
    if (kinds.includes("filter")) return this.fail("content filter");
    if (atLimit && !this.#mayReachLimit) return this.fail("cut at limit");
    // Who sets a limit may get thinking alone.
    if (!(this.#hasContent || (atLimit && this.hasToken))) return this.fail("empty answer");
    if (!this.isFinished) return this.fail(unfinished);
    if (this.#calls?.torn === true) return this.fail("cut tool call");
    const remark = note ?? (atLimit ? "at limit" : kinds.includes("unknown") ? "unknown finish reason" : undefined);
    this.verdict ??= remark === undefined ? {} : { note: remark };
    return undefined;
  }
}
