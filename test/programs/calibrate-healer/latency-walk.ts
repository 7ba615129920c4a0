// The signal of a slow replica over looks that are drawn again: all replicas of one look together, because what holds
// up the whole machine holds up siblings too, and then no replica stands out. Pure.

import { addCapped } from "../../../targets/reference-ai-stack/healer/detection/capped-cusum.ts";
import {
  deviationOf,
  isAboveSiblings,
  stepOf,
} from "../../../targets/reference-ai-stack/healer/detection/latency-detector.ts";
import { newSamples } from "../../../targets/reference-ai-stack/healer/detection/new-samples.ts";
import { afterLook, AT_REST } from "../../../targets/reference-ai-stack/healer/detection/pace.ts";
import { median, slide } from "../../../targets/reference-ai-stack/healer/detection/robust.ts";
import { NUMBERS } from "../../../targets/reference-ai-stack/healer/numbers.ts";
import type { Recording } from "./record.ts";

/** What one look saw of one replica that has siblings; undefined: no answer since the look before. */
type Seen = { readonly step: number; readonly level: number } | undefined;

/** All looks after the warm-up; the replicas of one service side by side, always in the same order. */
export interface Looks {
  readonly services: readonly (readonly string[])[];
  readonly looks: readonly ReadonlyMap<string, Seen>[];
}

const RULE = NUMBERS.latency;

/** Every look as the detector sees it, with the baseline that each replica had by then. */
export function looksOf(traffic: Recording["traffic"]): Looks {
  const quiet = new Map<string, readonly number[]>();
  const last = new Map<string, readonly number[]>();
  const lastSeq = new Map<string, number>();
  let pace = AT_REST;
  const looks = traffic.map(({ at, upstreams }) => {
    pace = afterLook(pace, at);
    const levels = new Map<string, number>();
    for (const view of upstreams) {
      const picked = newSamples(view, lastSeq.get(view.replica) ?? -1);
      lastSeq.set(view.replica, picked.lastSeq);
      const answers = picked.fresh.filter(({ ok }) => ok).map(({ ms }) => ms);
      if (answers.length === 0) continue;
      levels.set(view.replica, median(answers));
      last.set(view.replica, slide(last.get(view.replica) ?? [], median(answers), RULE.lastLooks));
    }
    const seen = new Map<string, Seen>();
    for (const [replica, level] of levels) {
      const service = upstreams.find((view) => view.replica === replica)?.service;
      const others = upstreams
        .filter((view) => view.service === service && view.replica !== replica)
        .map((view) => median(last.get(view.replica) ?? []))
        .filter((one) => !Number.isNaN(one));
      const known = quiet.get(replica) ?? [];
      const warm = known.length >= RULE.warmUpSamples;
      const z = warm ? deviationOf(level, known, others.length === 0 ? undefined : median(others)) : 0;
      if (z < RULE.learnBelow) quiet.set(replica, slide(known, level, RULE.baselineLooks));
      if (warm) seen.set(replica, { step: stepOf(z, pace), level });
    }
    return seen;
  });
  const names = new Map<string, Set<string>>();
  for (const { upstreams } of traffic) {
    for (const { service, replica } of upstreams) names.set(service, (names.get(service) ?? new Set()).add(replica));
  }
  const services = [...names.values()].map((replicas) => [...replicas]).filter((replicas) => replicas.length > 1);
  return { services, looks: looks.filter((seen) => seen.size > 0) };
}

interface Walk {
  sum: number;
  last: readonly number[];
}

/** A walk over looks in any order: how many replicas stand out after one more look. One that does begins anew. */
export function startWalk({ services }: Looks, limit: number): (look: ReadonlyMap<string, Seen>) => number {
  const walks = new Map<string, Walk>(services.flat().map((replica) => [replica, { sum: 0, last: [] }]));
  return (look) => {
    for (const [replica, seen] of look) {
      const walk = walks.get(replica);
      if (walk === undefined || seen === undefined) continue;
      walk.sum = addCapped(walk.sum, seen.step, limit);
      walk.last = slide(walk.last, seen.level, RULE.lastLooks);
    }
    let alarms = 0;
    for (const replicas of services) {
      for (const replica of replicas) {
        const walk = walks.get(replica);
        if (walk === undefined || walk.sum <= limit) continue;
        const others = replicas
          .filter((other) => other !== replica)
          .map((other) => median(walks.get(other)?.last ?? []));
        if (!isAboveSiblings(median(walk.last), median(others))) continue;
        alarms += 1;
        walk.sum = 0;
        walk.last = [];
      }
    }
    return alarms;
  };
}
