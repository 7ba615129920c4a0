// Every kind of state probe. To add one: its file beside this one, its spec in core/target.ts, and its line here.

import type { Probe, Reading } from "../core/probe.ts";
import type { ProbeSpec } from "../core/target.ts";
import type { TargetAccess } from "./access.ts";
import { lookHealthyReplicas } from "./healthy-replicas.ts";
import { lookHttpJson } from "./http-json.ts";
import { lookSelfRetrieval } from "./self-retrieval.ts";

interface LookContext {
  readonly access: TargetAccess;
  /** Another one each look, so that no two looks sample the same. */
  readonly seed: number;
  readonly signal: AbortSignal;
}

type Look<Spec extends ProbeSpec> = (spec: Spec, context: LookContext) => Promise<Reading>;
type Looks = { readonly [Kind in ProbeSpec["kind"]]: Look<Extract<ProbeSpec, { kind: Kind }>> };

/** What each kind does to look once. */
const probeKinds: Looks = {
  "healthy-replicas": async (spec, { access, signal }) => lookHealthyReplicas(spec, access, signal),
  "http-json": async (spec, { access, signal }) => lookHttpJson(spec, access, signal),
  "self-retrieval": async (spec, { access, seed, signal }) => lookSelfRetrieval(spec, access, seed, signal),
};

/** One probe per spec. A look always ends within the spec's time-out and never rejects for what the target does. */
export function makeProbes(specs: readonly ProbeSpec[], access: TargetAccess, seed: number): readonly Probe[] {
  return specs.map((spec) => {
    // TypeScript cannot see that a spec's kind picks the function for that very spec.
    const look = probeKinds[spec.kind] as Look<ProbeSpec>;
    let looks = 0;
    return {
      name: spec.name,
      everyMs: spec.everyMs,
      look: async (signal) => {
        looks += 1;
        return look(spec, { access, seed: seed + looks, signal });
      },
    };
  });
}
