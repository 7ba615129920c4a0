// What a remedy is judged by: its pathway's own check, the probes that the pathway names, and whether its alarm stands
// again. What was not seen is not bad; without any probe that saw, nothing is shown.
import type { Check } from "../pathways/pathway.ts";
import type { Measure, ProbeContext } from "./probe.ts";
import { probeNamed } from "./table.ts";

/** How it was before the action, by probe; null: not seen in time. Plain data. */
export type Before = Readonly<Record<string, Measure | null>>;

/** One look of each probe before the action, of those that answer before `limit`: an action is not held up. */
export async function lookBefore(
  names: readonly string[],
  context: ProbeContext,
  limit: Promise<unknown>,
): Promise<Before> {
  const probes = names.map(probeNamed).filter(({ harm }) => harm !== null);
  const known: Record<string, Measure | null> = Object.fromEntries(probes.map(({ name }) => [name, null]));
  const looks = probes.map(async (probe) => void (known[probe.name] = await probe.open(context)()));
  await Promise.race([Promise.all(looks), limit]);
  return { ...known };
}

export interface EvidenceParts {
  readonly check: Check;
  readonly probes: readonly string[];
  readonly context: ProbeContext;
  readonly before: Before;
  /** What is suspected of the target by now, in words; null: nothing. */
  readonly alarm: () => string | null;
}

/** The looks of one verification. */
export function gatherEvidence({ check, probes, context, before, alarm }: EvidenceParts): Check {
  const opened = probes.map((name) => ({ probe: probeNamed(name), look: probeNamed(name).open(context) }));
  return async () => {
    const [own, ...measures] = await Promise.all([check(), ...opened.map(({ look }) => look())]);
    const seen = opened.flatMap(({ probe }, n) => {
      const measure = measures[n];
      return measure === null || measure === undefined ? [] : [{ probe, measure }];
    });
    const spoken = alarm();
    const bad = seen.filter(({ measure }) => !measure.isGood);
    const harmed = seen.filter(({ probe, measure }) => isWorse(measure, before[probe.name], probe.harm));
    const worse = [
      ...(own.worse === undefined ? [] : [own.worse]),
      ...harmed.map(({ probe, measure }) => `${measure.says}, before: ${before[probe.name]?.says ?? ""}`),
    ];
    const says = [
      own.says,
      ...seen.map(({ measure }) => measure.says),
      ...(spoken === null ? [] : [`its alarm stands again: ${spoken}`]),
      ...(seen.length === 0 ? ["no other probe saw anything"] : []),
    ].join("; ");
    const good = own.good && bad.length === 0 && seen.length > 0 && spoken === null;
    return { good, says, ...(worse.length > 0 && { worse: worse.join("; ") }) };
  };
}

function isWorse(now: Measure, before: Measure | null | undefined, harm: number | null): boolean {
  return harm !== null && before !== null && before !== undefined && now.bad - before.bad >= harm;
}
