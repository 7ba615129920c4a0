// Numbers of metrics as words.

/** At most three significant digits: `0.05`, `37.2`, `4.75e-9`. */
export function figureText(value: number): string {
  return String(Number(value.toPrecision(3)));
}
