// Sessions as the dice fix them when they begin: whose each is, its key, the rows of its steps and how long its user
// thinks. The n-th session of a seed is always the same, whatever the stack does.

import { createHash } from "node:crypto";
import type { Row } from "../core/dataset.ts";
import { seededRandom } from "../core/random.ts";
import type { SessionStep, SessionUsers } from "../core/target.ts";
import type { Ms } from "../core/units.ts";

/** One step of a session that has begun. */
interface PlannedStep {
  readonly step: SessionStep;
  readonly row: Row;
  /** From the end of the step before. */
  readonly thinkMs: Ms;
}

/** One session that has begun. */
export interface PlannedSession {
  /** From 1 on. */
  readonly number: number;
  readonly users: string;
  /** What `{session}` stands for: sixteen small letters and digits, of no other session. */
  readonly word: string;
  /** What `{key}` stands for in headers; absent: its users have none. */
  readonly key?: string;
  readonly steps: readonly PlannedStep[];
}

interface SessionsOf {
  readonly users: readonly SessionUsers[];
  readonly pickRow: () => Row;
  readonly seed: number;
  /** Name of the stream, and what tells trials apart: words of two trials differ. */
  readonly stream: string;
  readonly trial: string;
}

/** Begins one session after the other. */
export function makeSessions({ users, pickRow, seed, stream, trial }: SessionsOf): () => PlannedSession {
  const random = seededRandom(seed, `${stream}/sessions`);
  let number = 0;
  return () => {
    number += 1;
    const own = whose(users, random.next());
    const key = own.keys[Math.floor(random.next() * own.keys.length)];
    let row: Row | undefined;
    const steps = own.steps.map((step): PlannedStep => {
      row = step.sameRow && row !== undefined ? row : pickRow();
      const { leastMs, mostMs } = step.think;
      return { step, row, thinkMs: leastMs + random.next() * (mostMs - leastMs) };
    });
    const word = wordOf(`${trial} ${seed} ${stream} ${number}`);
    return { number, users: own.name, word, ...(key !== undefined && { key }), steps };
  };
}

/** `drawn` lies in 0 to 1. Shares that are rounded leave the rest to the last group. */
function whose(users: readonly SessionUsers[], drawn: number): SessionUsers {
  let left = drawn;
  for (const group of users) {
    left -= group.share;
    if (left < 0) return group;
  }
  const last = users.at(-1);
  if (last === undefined) throw new RangeError("a session needs users");
  return last;
}

function wordOf(text: string): string {
  const digest = createHash("sha256").update(text).digest();
  const letters = (at: number): string => digest.readBigUInt64BE(at).toString(36).padStart(13, "0").slice(-8);
  return `${letters(0)}${letters(8)}`;
}
