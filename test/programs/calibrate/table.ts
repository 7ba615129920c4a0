// The calibration as text.

import { markNames, type Sample, type Wrong } from "./compare.ts";
import { figuresOf, isCovered, type Figures } from "./figures.ts";

const columns = ["n", "covered", "coverage", "bias ± s.e., ms", "median width, ms"] as const;
const [nameWidth, cellWidth] = [24, 17] as const;

/** By shape and mark, then by mark over all shapes, of conclusive trials; and the coverage over all trials. */
export function tableOf(samples: readonly Sample[]): string {
  const conclusive = samples.filter((sample) => sample.conclusive);
  const shapes = [...new Set(samples.map(({ shape }) => shape))].sort();
  const lines = [row("shape, mark", columns)];
  for (const shape of [...shapes, undefined]) {
    const rows = markNames.flatMap((mark) => {
      const own = conclusive.filter((sample) => sample.mark === mark && (shape ?? sample.shape) === sample.shape);
      return own.length === 0 ? [] : [row(`${shape ?? "all shapes"} ${mark}`, cellsOf(figuresOf(own), mark === "t0"))];
    });
    if (rows.length > 0) lines.push("", ...rows);
  }
  const counted = (of: readonly Sample[]): string => {
    const { covered, n, coverage } = figuresOf(of);
    return `${covered} of ${n} (${percent(coverage)})`;
  };
  lines.push("", `the truth lies in ${counted(conclusive)} intervals of conclusive trials, ${counted(samples)} of all`);
  return lines.join("\n");
}

/** Every interval that misses the truth, and every wrong statement. */
export function missesOf(samples: readonly Sample[], wrongs: readonly Wrong[]): string[] {
  const note = (conclusive: boolean): string => (conclusive ? "" : " (not conclusive)");
  return [
    ...samples
      .filter((sample) => !isCovered(sample))
      .map(({ trial, shape, mark, lo, hi, truth, conclusive }) => {
        const by = truth < lo ? truth - lo : truth - hi;
        return `missed  ${trial} ${shape} ${mark}: ${truth.toFixed(2)} is not in ${lo.toFixed(2)} to ${hi.toFixed(2)}, by ${by.toFixed(2)} ms${note(conclusive)}`;
      }),
    ...wrongs.map(({ trial, shape, says, conclusive }) => `wrong   ${trial} ${shape}: ${says}${note(conclusive)}`),
  ];
}

function cellsOf(figures: Figures, oneSided: boolean): string[] {
  const { n, covered, coverage, biasMs, biasErrorMs, medianWidthMs } = figures;
  const bias = `${biasMs?.toFixed(2) ?? "–"} ± ${biasErrorMs?.toFixed(2) ?? "–"}`;
  return [
    String(n),
    String(covered),
    percent(coverage),
    oneSided ? "(one-sided)" : bias,
    medianWidthMs?.toFixed(1) ?? "–",
  ];
}

function row(name: string, cells: readonly string[]): string {
  return name.padEnd(nameWidth) + cells.map((cell) => cell.padStart(cellWidth)).join("");
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}
