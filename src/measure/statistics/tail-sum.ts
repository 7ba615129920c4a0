// Sums of the tail of a distribution over whole numbers, from its largest term outwards until the rest cannot be seen.

/**
 * Sum of `first`, first · ratio(0), first · ratio(0) · ratio(1), … over at most `terms` terms. The terms must fall from
 * the first on; the sum ends when one no longer changes it, so a tail of millions costs about as many steps as it has
 * visible terms.
 */
export function fallingSum(first: number, ratio: (step: number) => number, terms: number): number {
  let [sum, term] = [first, first];
  for (let step = 0; step < terms - 1; step += 1) {
    term *= ratio(step);
    if (sum + term === sum) break;
    sum += term;
  }
  return sum;
}
