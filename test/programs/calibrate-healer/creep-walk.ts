// The signal of a replica that creeps away from its siblings, over bins that are drawn again. Pure.

import {
  afterBin,
  creepOf,
  distancesIn,
  UNLEARNED,
  type Creep,
  type Distance,
} from "../../../targets/reference-ai-stack/healer/detection/creep-detector.ts";
import { addToBins, NO_BINS } from "../../../targets/reference-ai-stack/healer/detection/traffic-bins.ts";
import { NUMBERS } from "../../../targets/reference-ai-stack/healer/numbers.ts";
import type { Recording } from "./record.ts";

/** The distances of all replicas that have siblings, bin by bin. */
export function creepBins(traffic: Recording["traffic"]): readonly ReadonlyMap<string, Distance | undefined>[] {
  let bins = NO_BINS;
  return traffic.flatMap((look) => {
    const step = addToBins(bins, look, NUMBERS.creep.binMs);
    bins = step.bins;
    return step.closed === null ? [] : [distancesIn(step.closed)];
  });
}

/** A walk over bins in any order: how many replicas stand out after one more. One that does begins anew. */
export function startCreepWalk(limit: number): (bin: ReadonlyMap<string, Distance | undefined>) => number {
  const creeps = new Map<string, Creep>();
  return (bin) => {
    let alarms = 0;
    for (const [replica, distance] of bin) {
      if (distance === undefined) continue;
      const next = afterBin(creeps.get(replica) ?? UNLEARNED, distance.above);
      const alarmed = creepOf(next, distance.others) > limit;
      if (alarmed) alarms += 1;
      creeps.set(replica, alarmed ? UNLEARNED : next);
    }
    return alarms;
  };
}
