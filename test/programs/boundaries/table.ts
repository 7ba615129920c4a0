// The table of boundaries × pathways: in each field the effects that were doubled and lost, over all steps of that
// name.
import type { Cell } from "./boundaries.ts";

export function boundaryTable(cells: readonly Cell[]): string {
  const scenarios = [...new Set(cells.map(({ scenario }) => scenario))];
  const rows = [...new Set(cells.map(({ step, phase }) => `${phase} ${step.name}`))].sort();
  const field = (row: string, scenario: string): string => {
    const met = cells.filter((cell) => cell.scenario === scenario && `${cell.phase} ${cell.step.name}` === row);
    if (met.length === 0) return "–";
    return `${sumOf(met, "doubled")}/${sumOf(met, "lost")} of ${met.length}`;
  };
  const lines = rows.map((row) => [row, ...scenarios.map((scenario) => field(row, scenario))]);
  const widths = ["boundary", ...scenarios].map((head, n) =>
    Math.max(head.length, ...lines.map((line) => line[n]?.length ?? 0)),
  );
  const written = (line: readonly string[]): string => line.map((text, n) => text.padEnd(widths[n] ?? 0)).join("  ");
  const bad = cells.filter(({ doubled, lost }) => doubled.length + lost.length > 0);
  return [
    "effects doubled/lost, of kills (one kill each)",
    written(["boundary", ...scenarios]),
    ...lines.map(written),
    `${cells.length} kills; effects doubled: ${sumOf(cells, "doubled")}, lost: ${sumOf(cells, "lost")}`,
    ...bad.map(({ scenario, step, phase, doubled, lost }) => {
      const [twice, never] = [doubled, lost].map((effects) => effects.join(", ") || "nothing");
      return `${scenario}, ${phase} ${step.key}: doubled ${twice}; lost ${never}`;
    }),
  ].join("\n");
}

function sumOf(cells: readonly Cell[], which: "doubled" | "lost"): number {
  return cells.reduce((all, cell) => all + cell[which].length, 0);
}
