// How good the detectors of the loop are on recorded telemetry of our own faults: which are suspected, how late, how
// often somebody is suspected who is well, and what a look costs. Pure.

import { createDetection } from "../../../../targets/reference-ai-stack/healer/detection/detect.ts";
import type { Suspicion } from "../../../../targets/reference-ai-stack/healer/nouns.ts";
import type { FaultRecording } from "../../record-faults/recording.ts";

interface FaultScore {
  readonly fault: string;
  readonly episodes: number;
  /** From the fault to the first suspicion of its replica, ms, sorted; those never suspected lack. */
  readonly delays: readonly number[];
}

interface RecordedScore {
  readonly faults: readonly FaultScore[];
  /** Suspicions that began where nothing was broken, by their signals. */
  readonly falseAlarms: readonly string[];
  /** Time without a fault that was judged, h. */
  readonly healthyHours: number;
  readonly looks: number;
}

/** Suspicions closer together than this, ms, are one. */
const ONE_MS = 5000;

/** A suspicion is what the detectors hold, before an active check confirms it: what is counted false may die there. */
export function scoreRecorded(recording: FaultRecording): RecordedScore {
  const detection = createDetection();
  const { seen, episodes } = recording;
  const delays = new Map(episodes.map((one) => [one, Infinity]));
  const falseAlarms: string[] = [];
  const lastFalse = new Map<string, number>();
  let forgotten = 0;
  for (const look of seen) {
    const over = episodes.filter(({ wellAt }) => wellAt <= look.at);
    // As the loop does when a case has ended.
    for (const { replica } of over.slice(forgotten)) {
      detection.forget({ service: replica.replace(/-\d+$/, ""), replica });
    }
    forgotten = over.length;
    const suspicions = detection.take([look]);
    const running = episodes.find(({ from, wellAt }) => look.at >= from && look.at < wellAt);
    for (const suspicion of suspicions) {
      if (running === undefined) noteFalse(suspicion, look.at);
      else if (look.at < running.to && suspicion.scope.replica === running.replica) {
        delays.set(running, Math.min(delays.get(running) ?? Infinity, look.at - running.from));
      }
    }
  }

  function noteFalse({ scope, signals }: Suspicion, at: number): void {
    const what = `${signals.map(({ name }) => name).join(" + ")} at ${scope.replica ?? scope.service}`;
    if (at - (lastFalse.get(what) ?? -Infinity) > ONE_MS) falseAlarms.push(what);
    lastFalse.set(what, at);
  }

  const names = [...new Set(episodes.map(({ fault }) => fault))];
  const first = seen[0]?.at ?? 0;
  const broken = episodes.reduce((sum, { from, wellAt }) => sum + wellAt - from, 0);
  return {
    faults: names.map((fault) => {
      const of = episodes.filter((one) => one.fault === fault);
      const late = of.map((one) => delays.get(one) ?? Infinity).filter(Number.isFinite);
      return { fault, episodes: of.length, delays: late.sort((a, b) => a - b) };
    }),
    falseAlarms,
    healthyHours: ((seen.at(-1)?.at ?? first) - first - broken) / 3_600_000,
    looks: seen.length,
  };
}

/** As text, with what all of it cost of a processor. */
export function recordedTable(recording: FaultRecording): string {
  const begun = process.cpuUsage();
  const { faults, falseAlarms, healthyHours, looks } = scoreRecorded(recording);
  const { user, system } = process.cpuUsage(begun);
  const at = (delays: readonly number[], share: number): string => {
    const ms = delays[Math.min(delays.length - 1, Math.floor(share * delays.length))];
    return ms === undefined ? "–" : `${(ms / 1000).toFixed(2)} s`;
  };
  const { recordedAt, commit, machine, perSecond, busy } = recording;
  const kinds = [...new Set(falseAlarms)].map(
    (what) => `${falseAlarms.filter((one) => one === what).length} × ${what}`,
  );
  return [
    `Recorded faults of this stack (${recordedAt}, build ${commit}, ${machine}, ${perSecond} questions a second, ` +
      `load average ${busy.map((one) => one.toFixed(1)).join(" to ")})`,
    ...faults.map(
      ({ fault, episodes, delays }) =>
        `  ${fault}: suspected ${delays.length} of ${episodes}; after ${at(delays, 0.5)} at the median, ${at(delays, 0.9)} in nine of ten`,
    ),
    `  false suspicions, before any check: ${falseAlarms.length} in ${(60 * healthyHours).toFixed(1)} min without a fault, ` +
      `${(falseAlarms.length / healthyHours).toFixed(1)} an hour${kinds.length === 0 ? "" : `: ${kinds.join(", ")}`}`,
    `  ${(((user + system) * 1000) / looks).toFixed(0)} ns a look, all detectors of the loop together`,
  ].join("\n");
}
