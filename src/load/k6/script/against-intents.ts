// What a script says of its load against what the intents say that send it. The script decides when iterations begin;
// an intent sizes its windows and floors by its own `rate`. Where the two differ one of them is a mistake.

import type { SentStream } from "../../../core/load-source.ts";
import type { Place, CodedProblem } from "../../../core/errors.ts";
import { formatDuration } from "../../../core/duration.ts";
import type { Ms } from "../../../core/units.ts";
import type { Scenario } from "./scenarios.ts";

/** Rates that differ by less say the same: 33.3/s is a hundred in three seconds. */
const sameShare = 0.01;

/** Everything that is wrong between them, at the script's scenarios. */
export function contradictions(
  scenarios: readonly Scenario[],
  sent: readonly SentStream[],
  placeOf: (at: number) => Place,
): readonly CodedProblem[] {
  const place = placeOf(Math.min(...scenarios.map(({ at }) => at)));
  const { least, most } = ratesOf(scenarios);
  const endMs = Math.max(...scenarios.map(endOf));
  return sent.flatMap(({ intent, stream, load, atLeastMs }): readonly CodedProblem[] => {
    const problems: CodedProblem[] = [];
    const { ratePerSecond } = load;
    if (ratePerSecond < least * (1 - sameShare) || ratePerSecond > most * (1 + sameShare)) {
      const own = least === most ? numberText(most) : `${numberText(least)} to ${numberText(most)}`;
      const found = `${own} iterations a second, where ${intent} says rate: ${numberText(ratePerSecond)}/s of ${stream}`;
      const expected = "the same in both: the script decides when iterations begin, the intent sizes its windows by it";
      problems.push({ place, code: "RB1207", found, expected });
    }
    if (load.arrival !== "constant") {
      const found = `iterations at equal distances, where ${intent} says arrival: ${load.arrival} of ${stream}`;
      problems.push({ place, code: "RB1207", found, expected: `\`arrival: constant\` for ${stream} in the intent` });
    }
    if (endMs < atLeastMs) {
      const found = `load that ends after ${formatDuration(endMs)}, where ${intent} needs ${formatDuration(atLeastMs)} at least`;
      problems.push({
        place,
        code: "RB1207",
        found,
        expected: "scenarios that are longer than any trial, such as 10m",
      });
    }
    return problems;
  });
}

const endOf = ({ startMs, durationMs }: Scenario): Ms => startMs + durationMs;

/** Iterations a second of all scenarios together, at their least and at their most, to the end of the last. */
function ratesOf(scenarios: readonly Scenario[]): { readonly least: number; readonly most: number } {
  const lines = scenarios.flatMap(linesOf);
  const instants = [0, ...lines.flatMap(({ from, to }) => [from, to])];
  const end = Math.max(...instants);
  const after = instants
    .filter((at) => at < end)
    .map((at) =>
      sum(
        lines.filter(({ from, to }) => from <= at && at < to),
        at,
      ),
    );
  const before = instants
    .filter((at) => at > 0)
    .map((at) =>
      sum(
        lines.filter(({ from, to }) => from < at && at <= to),
        at,
      ),
    );
  const rates = [...after, ...before];
  return { least: Math.min(...rates), most: Math.max(...rates) };
}

/** A stretch of a scenario in which its rate is a straight line. */
interface Line {
  readonly from: Ms;
  readonly to: Ms;
  readonly first: number;
  readonly last: number;
}

function linesOf(scenario: Scenario): readonly Line[] {
  const { startMs: from } = scenario;
  if (scenario.executor === "constant-arrival-rate") {
    const { ratePerSecond: rate } = scenario;
    return [{ from, to: endOf(scenario), first: rate, last: rate }];
  }
  const lines: Line[] = [];
  let [at, first] = [from, scenario.startRate];
  for (const { durationMs, target } of scenario.stages) {
    if (durationMs > 0) lines.push({ from: at, to: at + durationMs, first, last: target });
    [at, first] = [at + durationMs, target];
  }
  return lines;
}

function sum(lines: readonly Line[], at: Ms): number {
  return lines.reduce(
    (total, { from, to, first, last }) => total + first + ((last - first) * (at - from)) / (to - from),
    0,
  );
}

const numberText = (value: number): string => String(Number(value.toPrecision(4)));
