// The second look at a version of the model: the healer's own golden questions, each put to it and to the last good
// version at the same replica.
import { afterPair, isWorse, NO_PAIRS } from "../detection/paired-test.ts";
import { NUMBERS } from "../numbers.ts";
import { otherVersion } from "../detection/served-versions.ts";
import type { Confirm } from "./signal.ts";

const { alpha, mostPairs, atOnce } = NUMBERS.answers.paired;

export const confirmVersion: Confirm = async ({ signals }, { replica }, { eyes, replicas }) => {
  const entry = replicas.find((one) => one.replica === replica);
  const version = signals.find(({ about }) => about !== undefined)?.about;
  const good = otherVersion(entry, version);
  if (entry === undefined || version === undefined || good === null) {
    return { confirmed: false, says: "there is no other version to compare with" };
  }
  // A replica that does not run answers nobody; whether the version is worse, its siblings show.
  if (entry.pid === null || entry.weight === 0) return { confirmed: true, says: "it answers nobody now", by: "checks" };
  let test = NO_PAIRS;
  for (let from = 0; from < mostPairs && !isWorse(test, alpha); from += atOnce) {
    const places = Array.from({ length: atOnce }, (_, n) => from + n);
    const [own, others] = await Promise.all([version, good].map((one) => eyes.models.goldens(entry.port, one, places)));
    for (const n of places.keys()) {
      const [suspect, other] = [own?.[n], others?.[n]];
      if (suspect && other) test = afterPair(test, suspect.right, other.right);
    }
  }
  const says = `${version} worse than ${good} in ${test.worse} golden questions, better in ${test.better}`;
  return { confirmed: isWorse(test, alpha), says: `${says} (at most 1 : ${1 / alpha} by chance)`, by: "checks" };
};
