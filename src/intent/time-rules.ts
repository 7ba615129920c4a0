// What must be true of the times of an intent: inside the caps, and long enough to be measured at all.

import { formatDuration } from "../core/duration.ts";
import type { Ms } from "../core/units.ts";
import type { Draft } from "./draft.ts";
import { leastHoldMs, msOf, slowestProbe } from "./draft.ts";
import type { DataPath } from "../language/yaml-nodes.ts";

interface Range {
  readonly path: readonly string[];
  readonly text: string | undefined;
  readonly atLeast: Ms;
  readonly atMost: Ms;
}

const minute = 60_000;

function ranges({ parts }: Draft): readonly Range[] {
  const { load, steady, expect, watch } = parts;
  return [
    { path: ["load", "slow_over"], text: load?.slow_over, atLeast: 1, atMost: minute },
    { path: ["load", "timeout"], text: load?.timeout, atLeast: 10, atMost: 2 * minute },
    { path: ["load", "warmup"], text: load?.warmup, atLeast: 0, atMost: 5 * minute },
    { path: ["load", "baseline"], text: load?.baseline, atLeast: 1000, atMost: 10 * minute },
    { path: ["steady", "window"], text: steady?.window, atLeast: 100, atMost: minute },
    { path: ["expect", "detected", "within"], text: expect?.detected?.within, atLeast: 1, atMost: 30 * minute },
    { path: ["expect", "recovered", "within"], text: expect?.recovered?.within, atLeast: 1, atMost: 30 * minute },
    { path: ["expect", "again", "detected"], text: expect?.again?.detected, atLeast: 1, atMost: 30 * minute },
    { path: ["expect", "again", "recovered"], text: expect?.again?.recovered, atLeast: 1, atMost: 30 * minute },
    { path: ["expect", "recovered", "hold"], text: expect?.recovered?.hold, atLeast: 1, atMost: 10 * minute },
    { path: ["expect", "recovered", "stays"], text: expect?.recovered?.stays, atLeast: 1, atMost: 10 * minute },
    { path: ["watch"], text: watch, atLeast: 1000, atMost: 30 * minute },
  ];
}

/** Checks every duration of an intent against its caps and against what the windows and probes can resolve. */
export function checkTimes(draft: Draft): void {
  for (const range of ranges(draft)) checkRange(draft, range);
  const { expect, watch } = draft.parts;
  checkResolution(draft, ["expect", "detected", "within"], msOf(expect?.detected?.within));
  checkResolution(draft, ["expect", "recovered", "within"], msOf(expect?.recovered?.within));
  if (!expect?.recovered) checkResolution(draft, ["watch"], msOf(watch));
  for (const key of ["detected", "recovered"] as const) {
    checkResolution(draft, ["expect", "again", key], msOf(expect?.again?.[key]));
  }
  checkHold(draft);
  checkAgain(draft);
  checkOrder(draft);
}

function checkRange(draft: Draft, { path, text, atLeast, atMost }: Range): void {
  const ms = msOf(text);
  if (text === undefined || ms === undefined || (ms >= atLeast && ms <= atMost)) return;
  const expected = `${formatDuration(atLeast)} to ${formatDuration(atMost)}`;
  draft.report(path, { code: "RB0503", found: text, expected });
}

/** A budget under 3 windows or 3 probe periods cannot be told from its own measuring error. */
function checkResolution(draft: Draft, path: DataPath, ms: Ms | undefined): void {
  const window = msOf(draft.parts.steady?.window);
  if (ms === undefined || ms === 0 || window === undefined) return;
  const probe = slowestProbe(draft);
  const byProbe = probe !== undefined && probe.everyMs > window;
  const least = 3 * (byProbe ? probe.everyMs : window);
  if (ms >= least) return;
  const why = byProbe ? `3 periods of ${probe.name} (${formatDuration(probe.everyMs)})` : `3 windows`;
  draft.report(path, {
    code: "RB0505",
    found: formatDuration(ms),
    expected: `at least ${why}: ${formatDuration(least)}`,
  });
}

function checkHold(draft: Draft): void {
  const { hold, within = "" } = draft.parts.expect?.recovered ?? {};
  const ms = msOf(hold);
  const window = msOf(draft.parts.steady?.window);
  if (hold === undefined || ms === undefined || ms === 0 || window === undefined) return;
  const probe = slowestProbe(draft);
  const least = leastHoldMs(window, probe?.everyMs ?? 0);
  // A hold has a least of its own, which a short deadline does not lower.
  if (ms > Math.max(least, msOf(within) ?? Infinity)) {
    const expected = `at most recovered.within (${within}), the time there is to recover at all`;
    const suggestion = "to watch for a relapse write stays";
    draft.report(["expect", "recovered", "hold"], { code: "RB0718", found: hold, expected, suggestion });
    return;
  }
  if (ms >= least) return;
  const period = probe === undefined ? "" : `, 10 periods of ${probe.name} (${formatDuration(probe.everyMs)})`;
  draft.report(["expect", "recovered", "hold"], {
    code: "RB0505",
    found: hold,
    expected: `at least ${formatDuration(least)}, the greatest of 3s${period} and 3 windows`,
    suggestion: "or leave hold out",
  });
}

/** The second time can only be asked to be quicker than the first. */
function checkAgain(draft: Draft): void {
  const { expect } = draft.parts;
  for (const key of ["detected", "recovered"] as const) {
    const text = expect?.again?.[key];
    const [ms, firstMs] = [msOf(text), msOf(expect?.[key]?.within)];
    if (text === undefined || ms === undefined || (firstMs !== undefined && ms < firstMs)) continue;
    const expected = expect?.[key] ? `less than ${key}.within (${expect[key].within})` : `${key} beside again`;
    draft.report(["expect", "again", key], { code: "RB0716", found: text, expected });
  }
}

function checkOrder(draft: Draft): void {
  const { detected, recovered } = draft.parts.expect ?? {};
  const detectedMs = msOf(detected?.within);
  const recoveredMs = msOf(recovered?.within);
  if (!detected || detectedMs === undefined || recoveredMs === undefined || detectedMs <= recoveredMs) return;
  draft.report(["expect", "detected", "within"], {
    code: "RB0717",
    found: detected.within,
    expected: `at most recovered.within (${recovered?.within ?? ""}), when watching ends`,
  });
}
