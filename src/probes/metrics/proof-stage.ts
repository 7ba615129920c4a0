// What a proof is about, and what it works with: which pages are read, where our request goes, which rows must move.

import type { TargetAccess } from "../../core/probe-kind.ts";
import type { Clock, Ms } from "../../core/units.ts";
import type { ProofEvent } from "../../records/timeline/proof.ts";
import type { PresetSpec } from "../preset.ts";
import type { MetricServer } from "./catalogue.ts";
import { modelOf, type Asked } from "./our-request.ts";
import { presetNamed, progressSignals, rowsOf, signalsOf, type Preset } from "./presets.ts";
import { failed, openEyes, type Eyes, type Failed } from "./proof-looks.ts";
import { ofSignal, type Rows } from "./proof-rules.ts";

export interface ProofSetting {
  readonly access: TargetAccess;
  readonly clock: Clock;
  readonly record: (event: ProofEvent) => void;
  readonly signal: AbortSignal;
  /** What has not moved by then is given up; by default later than any server of the catalogue. */
  readonly patienceMs?: Ms;
}

/** Later than any server of the catalogue. */
const usualPatienceMs: Ms = 13_000;

/** What one proof is about: probes that read the same pages of the same replicas. */
export interface Subject {
  readonly probes: readonly { readonly spec: PresetSpec; readonly preset: Preset }[];
  readonly pages: readonly { readonly replica: string; readonly url: string }[];
  /** Where our request goes; undefined: nowhere is known. */
  readonly address: string | undefined;
}

export interface Stage {
  readonly server: MetricServer;
  /** All rows that are looked at, and those that must be there. */
  readonly rows: Rows;
  readonly needed: Rows;
  readonly look: Eyes;
  readonly asked: Asked;
  readonly model: string | undefined;
  readonly patienceMs: Ms;
}

/** Each replica by itself where it is asked itself; else all pages of a service together. */
export function subjectsOf(specs: readonly PresetSpec[], access: TargetAccess): Subject[][] {
  const groups = new Map<string, { readonly spec: PresetSpec; readonly preset: Preset }[]>();
  for (const spec of specs) {
    const preset = presetNamed(spec.preset);
    if (preset === undefined) continue;
    const { service, version, path, headers, requestService, model } = spec;
    const key = JSON.stringify([service, preset.server.server, version, path, headers, requestService, model]);
    groups.set(key, [...(groups.get(key) ?? []), { spec, preset }]);
  }
  return [...groups.values()].map((probes): Subject[] => {
    const [one] = probes;
    if (one === undefined) return [];
    const { service, path, requestService } = one.spec;
    const pages = access.replicas(service).map(({ replica, address }) => ({ replica, address, url: address + path }));
    if (requestService === undefined && pages.length > 0) {
      return pages.map((page) => ({ probes, pages: [page], address: page.address }));
    }
    return [{ probes, pages, address: access.replicas(requestService ?? service)[0]?.address }];
  });
}

/** Everything but the request itself; a failure where there is nobody to ask. */
export async function setStage(
  { probes, pages, address }: Subject,
  { signal, patienceMs = usualPatienceMs }: ProofSetting,
): Promise<Stage | Failed> {
  const [first] = probes;
  if (first === undefined || pages.length === 0) return failed("unreachable", "no replica is known");
  if (address === undefined) return failed("request-failed", "no replica is known that our request could go to");
  const { spec, preset } = first;
  const { server } = preset;
  const own = [...new Set(probes.flatMap((probe) => signalsOf(probe.preset)))];
  const core = ["success", "ttft", "prompt-tokens", "generation-tokens"];
  const rows = rowsOf(server, [...core, ...own, ...progressSignals, "running", "waiting"], spec.version);
  const asked: Asked = {
    address,
    headers: spec.headers,
    signal,
    ...(spec.model !== undefined && { model: spec.model }),
  };
  return {
    server,
    rows,
    needed: ofSignal(rows, ...core, ...own),
    look: openEyes(pages, rows, { headers: spec.headers, signal }),
    asked,
    model: await modelOf(asked),
    patienceMs,
  };
}
