// Does a replica answer? Asked over a kept connection while all is well, at half the cost; but one look in so many, and
// each after one that was not good, takes a fresh one: a replica that accepts no connection any more must not hide
// behind one that it has. Between these, whoever has just answered another look is not asked again.
import { performance } from "node:perf_hooks";
import type { Eyes, Pulse } from "../nouns.ts";
import { NUMBERS } from "../numbers.ts";
import { askJson, heardFrom, type Answer } from "./http-json.ts";

const FRESH_EVERY = 3;

interface Known {
  /** Good looks in a row. */
  readonly row: number;
  /** The last look over a connection of its own, ms. */
  readonly freshAt: number;
  /** How long the last look at its health took, ms: other looks take as long as the work that they ask for. */
  readonly ms: number;
}

const UNKNOWN: Known = { row: 0, freshAt: Number.NEGATIVE_INFINITY, ms: 0 };

/** `now`: ms, going forward only, as {@link heardFrom} has it. */
export function createPulse(now: () => number = () => performance.now()): Eyes["pulse"] {
  const { pulseMs } = NUMBERS.look;
  const byPort = new Map<number, Known>();
  return async (port, mayBeOther = false) => {
    const { row, freshAt, ms } = byPort.get(port) ?? UNKNOWN;
    const from = now();
    const isFresh = row % FRESH_EVERY === 0 || from - freshAt >= FRESH_EVERY * pulseMs;
    const heardAt = heardFrom(port);
    const agoMs = heardAt === undefined ? pulseMs : Math.max(0, from - heardAt);
    if (mayBeOther && !isFresh && agoMs < pulseMs) return { state: "good", ms, says: "answered another look", agoMs };
    const answer = await askJson({ port, path: "/health", timeoutMs: NUMBERS.timeoutMs.pulse, kept: !isFresh });
    const pulse = pulseOf(answer, now() - from);
    const known = { row: pulse.state === "good" ? row + 1 : 0, freshAt: isFresh ? from : freshAt, ms: pulse.ms };
    byPort.set(port, known);
    return pulse;
  };
}

function pulseOf(answer: Answer, ms: number): Pulse {
  if (answer.kind === "refused") return { state: "refused", ms, says: `health refused: ${answer.says}` };
  if (answer.kind === "silent") return { state: "silent", ms, says: answer.says };
  if (answer.status !== 200) return { state: "silent", ms, says: `health answered ${answer.status}` };
  return { state: "good", ms, says: "health 200" };
}
