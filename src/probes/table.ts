// Every kind of state probe. To add one: its file beside this one, and its line here.

import type { AnyProbeKind, ProbeSpec, TargetAccess } from "../core/probe-kind.ts";
import type { Probe } from "../core/probe.ts";
import { exec } from "./exec.ts";
import { healthyReplicas } from "./healthy-replicas.ts";
import { httpJson } from "./http-json.ts";
import { preset } from "./preset.ts";
import { prometheus } from "./prometheus.ts";
import { selfRetrieval } from "./self-retrieval.ts";

/** In the order in which they are listed. */
export const probeKinds: readonly AnyProbeKind[] = [healthyReplicas, httpJson, selfRetrieval, prometheus, preset, exec];

const byKind = new Map(probeKinds.map((kind) => [kind.kind, kind]));

/** One probe per spec. A look always ends within the spec's time-out and never rejects for what the target does. */
export function makeProbes(specs: readonly ProbeSpec[], access: TargetAccess, seed: number): readonly Probe[] {
  return specs.map((spec) => {
    const kind = byKind.get(spec.kind);
    if (kind === undefined) throw new RangeError(`no kind of probe is called ${spec.kind}`);
    let times = 0;
    const look = kind.open(spec);
    return {
      name: spec.name,
      everyMs: spec.everyMs,
      ...(spec.lagMs !== undefined && { lagMs: spec.lagMs }),
      look: async (signal) => {
        times += 1;
        return look({ access, seed: seed + times, signal });
      },
    };
  });
}
