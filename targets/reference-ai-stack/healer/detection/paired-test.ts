// Two versions on the same questions, one pair after another: is the one worse than the other? Anytime-valid, so that
// it may be looked at after each pair and ended when it is clear.

/**
 * Pairs in which only one of the two is right, taken as bets at even odds: without a difference each is as likely to
 * speak for the one as for the other, so that the stake is a martingale and passes 1 / α ever with a probability of α
 * at most (Ville 1939). Pairs that agree say nothing.
 */
export interface PairedTest {
  readonly stake: number;
  readonly worse: number;
  readonly better: number;
}

export const NO_PAIRS: PairedTest = { stake: 1, worse: 0, better: 0 };

/** The part of the stake that is bet on the suspect's being worse: 11 pairs in a row pass 1 : 1000. */
const BET = 0.9;

export function afterPair(test: PairedTest, suspectIsRight: boolean, otherIsRight: boolean): PairedTest {
  if (suspectIsRight === otherIsRight) return test;
  return suspectIsRight
    ? { ...test, stake: test.stake * (1 - BET), better: test.better + 1 }
    : { ...test, stake: test.stake * (1 + BET), worse: test.worse + 1 };
}

export function isWorse({ stake }: PairedTest, alpha: number): boolean {
  return stake >= 1 / alpha;
}
