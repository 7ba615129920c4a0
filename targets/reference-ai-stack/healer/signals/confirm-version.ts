// The second look at a version of the model: the healer's own golden questions, each put to it and to the last good
// version at the same replica.
import { afterPair, isWorse, NO_PAIRS } from "../detection/paired-test.ts";
import type { PairedTest } from "../detection/paired-test.ts";
import { isMuchLater } from "../detection/slower-version-detector.ts";
import { NUMBERS } from "../numbers.ts";
import { otherVersion } from "../detection/served-versions.ts";
import type { Eyes, GoldenView } from "../nouns.ts";
import type { Confirm, Confirmation } from "./signal.ts";

const { alpha, mostPairs, atOnce } = NUMBERS.answers.paired;

/** How one of two versions may be worse than the other at a question that both have answered. */
interface Fault {
  readonly words: string;
  /** Is the first of the two worse in that way? */
  readonly is: (own: GoldenView, other: GoldenView) => boolean;
}

/** Is it wrong where the other one is right? */
export const confirmVersion: Confirm = comparing({ words: "worse", is: (own) => !own.right });
/** Does it answer clearly later? */
export const confirmSlowerVersion: Confirm = comparing({
  words: "clearly slower",
  is: (own, other) => isMuchLater(own.ms, other.ms),
});

function comparing(fault: Fault): Confirm {
  return async ({ signals }, { replica }, { eyes, replicas }) => {
    const entry = replicas.find((one) => one.replica === replica);
    const version = signals.find(({ about }) => about !== undefined)?.about;
    const good = otherVersion(entry, version);
    if (entry === undefined || version === undefined || good === null) {
      return { confirmed: false, says: "there is no other version to compare with" };
    }
    // A replica that does not run answers nobody; whether the version is worse, its siblings show.
    if (entry.pid === null || entry.weight === 0) return unseen("it answers nobody now");
    const { test, pairs } = await compare(eyes, entry.port, [version, good], fault);
    if (pairs === 0) return unseen("not seen: no golden question was answered by both versions");
    const counts = `in ${test.worse} golden questions, the other way round in ${test.better}, of ${pairs} pairs`;
    const says = `${version} ${fault.words} than ${good} ${counts}`;
    if (!isWorse(test, alpha)) return { confirmed: false, says, by: "checks" };
    return { confirmed: true, says: `${says} (at most 1 : ${1 / alpha} by chance)`, by: "checks" };
  };
}

function unseen(says: string): Confirmation {
  return { confirmed: false, abstains: true, says, by: "checks" };
}

/** Asks until it is clear, or all is asked. `pairs`: questions that both have answered. */
async function compare(
  eyes: Eyes,
  port: number,
  versions: readonly [string, string],
  { is }: Fault,
): Promise<{ readonly test: PairedTest; readonly pairs: number }> {
  let test = NO_PAIRS;
  let pairs = 0;
  for (let from = 0; from < mostPairs && !isWorse(test, alpha); from += atOnce) {
    const places = Array.from({ length: atOnce }, (_, n) => from + n);
    const [own, others] = await Promise.all(versions.map((one) => eyes.models.goldens(port, one, places)));
    const both = places.flatMap((_, n) => pairOf(own?.[n], others?.[n]));
    // Who answers nothing of the first ones is not asked the others.
    if (both.length === 0 && pairs === 0) break;
    pairs += both.length;
    for (const [suspect, other] of both) test = afterPair(test, !is(suspect, other), !is(other, suspect));
  }
  return { test, pairs };
}

function pairOf(
  own: GoldenView | null | undefined,
  other: GoldenView | null | undefined,
): readonly (readonly [GoldenView, GoldenView])[] {
  return own && other ? [[own, other]] : [];
}
