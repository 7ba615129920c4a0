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
}

const UNKNOWN: Known = { row: 0, freshAt: Number.NEGATIVE_INFINITY };

/** `now`: ms, going forward only, as {@link heardFrom} has it. */
export function createPulse(now: () => number = () => performance.now()): Eyes["pulse"] {
  const { pulseMs } = NUMBERS.look;
  const byPort = new Map<number, Known>();
  return async (port, mayBeOther = false) => {
    const { row, freshAt } = byPort.get(port) ?? UNKNOWN;
    const from = now();
    const isFresh = row % FRESH_EVERY === 0 || from - freshAt >= FRESH_EVERY * pulseMs;
    const heard = heardFrom(port);
    const agoMs = heard === undefined ? pulseMs : Math.max(0, from - heard.at);
    if (mayBeOther && !isFresh && heard !== undefined && agoMs < pulseMs)
      return { state: "good", ms: heard.ms, says: "answered another look", agoMs };
    const answer = await askJson({ port, path: "/health", timeoutMs: NUMBERS.timeoutMs.pulse, kept: !isFresh });
    const pulse = pulseOf(answer, now() - from);
    byPort.set(port, { row: pulse.state === "good" ? row + 1 : 0, freshAt: isFresh ? from : freshAt });
    return pulse;
  };
}

function pulseOf(answer: Answer, ms: number): Pulse {
  if (answer.kind === "refused") return { state: "refused", ms, says: `health refused: ${answer.says}` };
  if (answer.kind === "silent") return { state: "silent", ms, says: answer.says };
  if (answer.status !== 200) return { state: "silent", ms, says: `health answered ${answer.status}` };
  return { state: "good", ms, says: "health 200" };
}
