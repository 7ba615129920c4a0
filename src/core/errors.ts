// One error for everything that is our user's or our own mistake; one place that turns it into an exit code.

import type { ProblemCode } from "./problems/index.ts";

/**
 * bad-input: the user's files or words, or what they ask for and is not here (exit 3) · environment: something needed
 * is not there, or breaks (exit 4) ·
 * interrupted: the user ended it (exit 130) · bug: we are wrong (exit 70).
 */
export type ErrorCode = "bad-input" | "environment" | "interrupted" | "bug";

/** Where in a file a problem lies; line and column count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One thing that is wrong with the input: what was found, where, what was expected, what to do. */
export interface Problem {
  /** What `rebound explain` knows it by. */
  readonly code?: ProblemCode;
  readonly place?: Place;
  readonly found: string;
  readonly expected: string;
  readonly suggestion?: string;
}

/** A problem of a file that people write: each has a code. */
export interface CodedProblem extends Problem {
  readonly code: ProblemCode;
}

export interface HarnessErrorOptions {
  readonly hint?: string;
  readonly problems?: readonly Problem[];
  readonly cause?: unknown;
}

export class HarnessError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly problems: readonly Problem[];

  constructor(code: ErrorCode, message: string, options: HarnessErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "HarnessError";
    this.code = code;
    this.hint = options.hint;
    this.problems = options.problems ?? [];
  }
}

/** The same as a line of its own, with the code to ask `rebound explain` for. */
export function problemLine(problem: Problem): string {
  return `${formatProblem(problem)}${problem.code === undefined ? "" : ` [${problem.code}]`}`;
}

/** `file:line:column: found; expected …; suggestion`, the one way a problem is written. */
export function formatProblem(problem: Problem): string {
  const where = problem.place ? `${problem.place.file}:${problem.place.line}:${problem.place.column}: ` : "";
  const hint = problem.suggestion ? `; ${problem.suggestion}` : "";
  return `${where}${problem.found}; expected ${problem.expected}${hint}`;
}

/** The message of anything thrown. */
export function messageOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  if (thrown.message !== "") return thrown.message;
  // Node says nothing of several failed connections at once but in their list.
  const [first] = thrown instanceof AggregateError ? (thrown.errors as readonly unknown[]) : [];
  return first === undefined ? thrown.name : messageOf(first);
}

/**
 * The same as one clause, for lists of what was left out: of input that is wrong the first problem, and how many
 * more.
 */
export function reasonOf(thrown: unknown): string {
  const [first, ...more] = thrown instanceof HarnessError ? thrown.problems : [];
  if (first === undefined) return messageOf(thrown);
  return `${formatProblem(first)}${more.length > 0 ? ` (and ${more.length} more)` : ""}`;
}
