// The one place where an outcome or an error becomes an exit code and a text for people.

import type { RunDigest } from "../core/digest.ts";
import { HarnessError, problemLine, type ErrorCode } from "../core/errors.ts";
import type { TrialOutcome } from "../records/results/outcome.ts";
import { closedGates, type BuildGates } from "../verdict/build-gates.ts";
import { unheard } from "../reporters/github.ts";
import { sayLines } from "./table.ts";

/**
 * 0 pass · 1 fail or residue · 2 inconclusive or invalid · 3 bad intent or usage, or a platform that cannot be used · 4
 * environment not ready · 70 our bug · 130 interrupted.
 */
export const exitCodes = {
  pass: 0,
  fail: 1,
  unsure: 2,
  badInput: 3,
  environment: 4,
  bug: 70,
  interrupted: 130,
} as const;

const byErrorCode: Record<ErrorCode, number> = {
  "bad-input": exitCodes.badInput,
  environment: exitCodes.environment,
  interrupted: exitCodes.interrupted,
  bug: exitCodes.bug,
};

/** Exit code of a run that ended by itself. */
export function exitCodeOf(outcome: TrialOutcome): number {
  if (outcome === "pass") return exitCodes.pass;
  return outcome === "fail" || outcome === "residue" ? exitCodes.fail : exitCodes.unsure;
}

/**
 * The same for a build with gates of its own: with `failOn` they alone decide, 1 when one is closed; a coverage that is
 * too low makes a pass a 1. Each closed gate is said on stderr.
 */
export function gatedCode(run: RunDigest, gates: BuildGates): number {
  const closed = closedGates(run, gates);
  sayLines(closed.map((says) => `gate closed: ${says}`));
  const byVerdict = gates.failOn === undefined ? exitCodeOf(run.outcome) : exitCodes.pass;
  return byVerdict === exitCodes.pass && closed.length > 0 ? exitCodes.fail : byVerdict;
}

/** Says on stderr what went wrong and what to do; returns the exit code. */
export function reportError(thrown: unknown): number {
  // What a stack logged last is part of some messages.
  return unheard(() => tellError(thrown), process.stderr);
}

function tellError(thrown: unknown): number {
  if (!(thrown instanceof HarnessError)) {
    const stack = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    const then = "If a run was under way, type `rebound restore` to take back what it left.";
    sayLines([`rebound: this is a bug in Rebound, not in your stack:\n${stack}`, then]);
    return exitCodes.bug;
  }
  const { problems, message, hint = "" } = thrown;
  sayLines([...problems.map(problemLine), `rebound: ${message}`, hint].filter((says) => says !== ""));
  return byErrorCode[thrown.code];
}
