// The table of boundaries × pathways: in each field the effects that were doubled and lost, over all steps of that name.
import type { Cell } from "./boundaries.ts";

export function boundaryTable(cells: readonly Cell[]): string {
  const scenarios = [...new Set(cells.map(({ scenario }) => scenario))];
  const rows = [...new Set(cells.map(({ step, phase }) => `${phase} ${step.name}`))].sort();
  const field = (row: string, scenario: string): string => {
    const met = cells.filter((cell) => cell.scenario === scenario && `${cell.phase} ${cell.step.name}` === row);
    if (met.length === 0) return "–";
    const sum = (of: (cell: Cell) => readonly string[]): number => met.reduce((all, cell) => all + of(cell).length, 0);
    return `${sum((cell) => cell.doubled)}/${sum((cell) => cell.lost)} of ${met.length}`;
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
    `${cells.length} kills; effects doubled: ${cells.reduce((n, { doubled }) => n + doubled.length, 0)}, lost: ${cells.reduce((n, { lost }) => n + lost.length, 0)}`,
    ...bad.map(
      ({ scenario, step, phase, doubled, lost }) =>
        `${scenario}, ${phase} ${step.key}: doubled ${doubled.join(", ") || "nothing"}; lost ${lost.join(", ") || "nothing"}`,
    ),
  ].join("\n");
}
