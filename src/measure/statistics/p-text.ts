// How a probability under chance is written.

/** With its sign: `= 0.031`, `< 0.001`. */
export function pText(p: number): string {
  return p < 0.001 ? "< 0.001" : `= ${p.toFixed(3)}`;
}
