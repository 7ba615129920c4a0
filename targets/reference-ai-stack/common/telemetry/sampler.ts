// Which traces are kept whole. Up to a rate all of them are; above it one of 2, 4, 8, … so that telemetry costs no more
// when a service has the most to do. Spans that fail are kept of every trace.

export interface Sampler {
  /** Share (0 to 1) of the traces of now that are kept. */
  ratio(): number;
  /** Whether a trace that begins now is kept. */
  decide(): boolean;
}

/** All traces are kept up to this many a second. */
const KEPT_PER_SECOND = 20;
const SECOND_MS = 1000;

/** The ratio of a second follows from how many traces began in the one before. */
export function createSampler(nowMs: () => number, chance: () => number): Sampler {
  let [second, begun, ratio] = [0, 0, 1];
  const turn = (): void => {
    const now = Math.floor(nowMs() / SECOND_MS);
    if (now === second) return;
    ratio = now === second + 1 ? ratioFor(begun) : 1;
    second = now;
    begun = 0;
  };
  return {
    ratio: () => ratio,
    decide() {
      turn();
      begun += 1;
      return ratio === 1 || chance() < ratio;
    },
  };
}

/** A power of two, which OpenTelemetry's threshold can say exactly. */
function ratioFor(perSecond: number): number {
  return 2 ** -Math.max(0, Math.ceil(Math.log2(perSecond / KEPT_PER_SECOND)));
}

/** W3C `tracestate` of a ratio below 1: OpenTelemetry's rejection threshold, 14 hex digits without trailing zeros. */
export function tracestateOf(ratio: number): string | undefined {
  if (ratio >= 1) return undefined;
  const threshold = BigInt(Math.round((1 - ratio) * 2 ** 32)) << 24n;
  return `ot=th:${threshold.toString(16).padStart(14, "0").replace(/0+$/, "")}`;
}

/** The ratio that a `tracestate` tells; 1 for every other text. */
export function ratioIn(tracestate: string | undefined): number {
  const hex = /(?:^|,)\s*ot=(?:[^,]*;)?th:([\da-f]{1,14})\s*(?:[;,]|$)/.exec(tracestate ?? "")?.[1];
  return hex === undefined ? 1 : 1 - Number(BigInt(`0x${hex.padEnd(14, "0")}`)) / 2 ** 56;
}
