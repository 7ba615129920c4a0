// A slowly moving average and its chart: for drift that no single sample shows (Roberts 1959).

export interface Ewma {
  readonly average: number;
  /** (1 − λ)^2t after t samples. */
  readonly shrink: number;
}

/** The chart at rest, at the mean that was learned. */
export function ewmaAt(mean: number): Ewma {
  return { average: mean, shrink: 1 };
}

/** After one more value, of which `lambda` is the weight, 0 to 1. */
export function ewmaStep({ average, shrink }: Ewma, value: number, lambda: number): Ewma {
  return { average: average + lambda * (value - average), shrink: shrink * (1 - lambda) ** 2 };
}

/** Standard deviation of the average, exact: σ √(λ/(2 − λ) · (1 − (1 − λ)^2t)). */
export function ewmaWidth({ shrink }: Ewma, sigma: number, lambda: number): number {
  return sigma * Math.sqrt((lambda / (2 - lambda)) * (1 - shrink));
}
