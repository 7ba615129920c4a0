// What of a trial nobody asked for: its time without the phases that the intent asks for, and without the engine at
// work for us. Pure.

/** An event of a timeline, as far as it counts here; `at` in ms since its epoch. */
export interface Told {
  readonly kind: string;
  readonly at: number;
  readonly phase?: string;
  /** Of the first event: what `at` is since, ns of the monotonic clock. */
  readonly epochNs?: string;
}

/** One request to the engine, ns of the monotonic clock. */
export interface EngineRequest {
  readonly from: string;
  readonly to: string;
}

/** `share`: of the trial, 0 to 1; `parts`: ms of ours in each phase that has some; `engineMs`: what was taken off. */
export interface Overhead {
  readonly share: number;
  readonly parts: Readonly<Record<string, number>>;
  readonly engineMs: number;
}

/** Phases that the intent asks for: load before the fault, the wait for it, what follows from it. */
const asked: ReadonlySet<string> = new Set(["warmup", "baseline", "inject", "observe"]);
/** Once the fault was taken back: whether the stack is well again by itself, for as long as the intent has it hold. */
const heldIn = "after";

/** Requests may overlap, and count once. Undefined where a timeline has no phases. */
export function overheadOf(
  timeline: readonly Told[],
  requests: readonly EngineRequest[],
  holdMs: number,
): Overhead | undefined {
  const epochNs = timeline.find(({ epochNs: found }) => found !== undefined)?.epochNs;
  const phases = timeline.filter(({ kind }) => kind === "phase");
  const [first, last] = [phases[0], phases.at(-1)];
  if (epochNs === undefined || first === undefined || last === undefined || last.at <= first.at) return undefined;
  const busy = joined(requests.map(({ from, to }) => [since(epochNs, from), since(epochNs, to)]));
  const parts: Record<string, number> = {};
  let engineMs = 0;
  for (const [index, { phase = "", at }] of phases.slice(0, -1).entries()) {
    if (asked.has(phase)) continue;
    const until = phases[index + 1]?.at ?? at;
    // The hold that was asked for comes first.
    const from = phase === heldIn ? Math.min(until, at + holdMs) : at;
    const engine = within(busy, from, until);
    engineMs += engine;
    const own = until - from - engine;
    if (own > 0) parts[phase] = (parts[phase] ?? 0) + own;
  }
  const ownMs = Object.values(parts).reduce((sum, part) => sum + part, 0);
  return { share: ownMs / (last.at - first.at), parts, engineMs };
}

/** `boot 0.41 s, teardown 0.30 s`, the longest first. */
export function partsText({ parts, engineMs }: Overhead): string {
  const words = Object.entries(parts)
    .toSorted(([, one], [, other]) => other - one)
    .map(([phase, ms]) => `${phase} ${(ms / 1000).toFixed(2)} s`);
  return `${words.join(", ") || "nothing"}; the engine's in these ${(engineMs / 1000).toFixed(2)} s`;
}

function since(epochNs: string, ns: string): number {
  return Number(BigInt(ns) - BigInt(epochNs)) / 1e6;
}

/** Stretches that overlap become one. */
function joined(stretches: readonly (readonly [number, number])[]): readonly (readonly [number, number])[] {
  const out: [number, number][] = [];
  for (const [from, to] of stretches.toSorted((a, b) => a[0] - b[0])) {
    const before = out.at(-1);
    if (before !== undefined && from <= before[1]) before[1] = Math.max(before[1], to);
    else out.push([from, to]);
  }
  return out;
}

function within(stretches: readonly (readonly [number, number])[], from: number, to: number): number {
  return stretches.reduce((sum, [a, b]) => sum + Math.max(0, Math.min(b, to) - Math.max(a, from)), 0);
}
