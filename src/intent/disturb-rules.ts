// What must be true of the disturbances of an intent: faults there are, parameters they take, sites that exist and are
// bounded.

import { listed } from "../core/text.ts";
import { parseRate } from "../core/duration.ts";
import { HarnessError, messageOf } from "../core/errors.ts";
import type { ControlName } from "../core/controls.ts";
import type { Fault } from "../core/fault.ts";
import { refusedInPieces } from "../core/rows-in-pieces.ts";
import type { Target } from "../core/target.ts";
import type { Draft } from "./draft.ts";
import { changesLoad, hasSite, itemOf, type FaultItem, type Item } from "./disturbance-items.ts";
import { checkLevel, paramsOf } from "./level-rules.ts";
import { mostWhileChanged } from "./load-bounds.ts";
import { checkSelector, reportUnknown } from "./site-rules.ts";
import { checkTiming } from "./timing-rules.ts";
import { suggestName } from "../core/nearest.ts";
import type { SiteRef } from "../records/site.ts";
import type { DataPath } from "../language/yaml-nodes.ts";

/** Checks every disturbance of an intent. */
export function checkDisturbances(draft: Draft): void {
  for (const [index, item] of (draft.parts.disturb ?? []).entries()) {
    checkFault(draft, ["disturb", index], itemOf(item, ["disturb", index]));
  }
  checkTiming(draft);
  checkOneChange(draft);
}

/** One change of load for each stream; without a name it is one of the target's first stream. */
function checkOneChange(draft: Draft): void {
  const seen = new Set<unknown>();
  for (const [index, written] of (draft.parts.disturb ?? []).entries()) {
    const { item } = itemOf(written, []);
    if (!changesLoad(item, draft.context.faultTable)) continue;
    const stream = item.with?.["stream"] ?? draft.target?.streams[0].name;
    const several = draft.parts.load?.streams !== undefined;
    const expected = several ? "at most one for each stream" : "at most one";
    if (seen.has(stream))
      draft.report(["disturb", index], { code: "RB0604", found: "a second change of load", expected });
    seen.add(stream);
  }
}

/** What the parameters alone cannot tell: how many requests that comes to. */
function checkLoadChange(draft: Draft, params: DataPath, written: Readonly<Record<string, unknown>>): void {
  const { load } = draft.parts;
  const { times, stream, felt_by: feltBy } = written;
  const known = draft.target?.services.map(({ name }) => name) ?? [];
  if (typeof feltBy === "string" && draft.target && !known.includes(feltBy)) {
    reportUnknown(draft, [...params, "felt_by"], { what: "service", name: feltBy, known, of: draft.target.name });
  }
  const own = typeof stream === "string" ? load?.streams?.[stream]?.rate : undefined;
  const rateText = own ?? load?.rate ?? "";
  const rate = parseRate(rateText);
  if (typeof times !== "number") return;
  if (rate === undefined || rate * times <= mostWhileChanged) return;
  draft.report([...params, "times"], {
    code: "RB0605",
    found: `${rateText} times ${times}`,
    expected: `at most ${mostWhileChanged}/s`,
  });
}

function checkFault(draft: Draft, path: DataPath, written: Item): void {
  const { item } = written;
  const { faultTable } = draft.context;
  const fault = faultTable.get(item.fault);
  if (!fault) {
    const hint = suggestName(item.fault, [...faultTable.keys()]);
    const problem = {
      code: "RB0408" as const,
      found: `unknown fault "${item.fault}"`,
      expected: "a kind of fault that there is",
    };
    draft.report(written.name, hint === undefined ? problem : { ...problem, suggestion: hint });
  } else {
    const isTaken = checkLevel(draft, path, item, fault) && checkParams(draft, written, fault);
    if (fault.acts === "load") checkLoadChange(draft, written.params, item.with ?? {});
    const needsEdge = fault.acts === "edge";
    checkNeeds(draft, path, { item, needsEdge, needsSite: hasSite(fault) });
    if (isTaken) checkRows(draft, written, fault);
    if (isTaken) checkLacks(draft, written, fault);
    checkFeltBy(draft, path, item, fault);
  }
  // A site where there must be none is one mistake; what is wrong with the site itself says nothing more.
  if (!item.on || !draft.target || (fault && !hasSite(fault))) return;
  if (fault) checkOffered(draft, [...path, "fault"], { item, needs: fault.needs, target: draft.target });
  checkSelector(draft, [...path, "on"], { on: item.on, target: draft.target });
}

/** A service that no disturbance hits: one that is hit is within reach anyway, as far as it is hit. */
function checkFeltBy(
  draft: Draft,
  path: DataPath,
  item: FaultItem,
  fault: Pick<Fault, "acts" | "harmless" | "byOperator">,
): void {
  const { felt_by: service } = item;
  if (service === undefined) return;
  const where = [...path, "felt_by"];
  if (fault.acts === "load") {
    const expected = `it among the parameters: \`with: { felt_by: ${service} }\``;
    draft.report(where, { code: "RB0606", found: `felt_by beside ${item.fault}`, expected }, "key");
    return;
  }
  if (fault.harmless === true || fault.byOperator === true) {
    draft.report(
      where,
      { code: "RB0606", found: `felt_by for ${item.fault}`, expected: "no such key: nobody is harmed by it" },
      "key",
    );
    return;
  }
  const hitting = (draft.parts.disturb ?? [])
    .map((written) => itemOf(written, []).item)
    .find(({ on }) => on !== undefined && service === ("edge" in on ? on.edge.to : on.replica_of));
  if (hitting !== undefined) {
    const found = `${service}, on which ${hitting.fault} acts`;
    draft.report(where, {
      code: "RB0606",
      found,
      expected: "another service; replicas that are spared stay out of reach",
    });
  }
  const known = draft.target?.services.map(({ name }) => name) ?? [];
  if (draft.target === undefined || known.includes(service)) return;
  reportUnknown(draft, where, { what: "service", name: service, known, of: draft.target.name });
}

/** Whether the fault takes them. A message that names a parameter is shown at that parameter. */
function checkParams(draft: Draft, written: Item, fault: Pick<Fault, "parse" | "dose">): boolean {
  const params = paramsOf(written.item, fault);
  try {
    fault.parse(params);
    return true;
  } catch (thrown) {
    const given: readonly { found: string; expected: string; suggestion?: string }[] =
      thrown instanceof HarnessError && thrown.problems.length > 0
        ? thrown.problems
        : [{ found: messageOf(thrown), expected: `parameters of ${written.item.fault}` }];
    const under = written.params;
    for (const { found, expected, suggestion } of given) {
      const named = Object.keys(params).find((key) => found.startsWith(`${key}:`) || found.endsWith(`"${key}"`));
      const where = named === undefined ? under : [...under, named];
      draft.report(
        where,
        { code: "RB0601", found, expected, ...(suggestion === undefined ? {} : { suggestion }) },
        "key",
      );
    }
    return false;
  }
}

function checkNeeds(
  draft: Draft,
  path: DataPath,
  what: { item: FaultItem; needsEdge: boolean; needsSite: boolean },
): void {
  const { fault, on } = what.item;
  if (what.needsSite && !on) {
    const expected = what.needsEdge
      ? "`on: { edge: { from: …, to: … }, count: 1 }`"
      : "`on: { replica_of: …, count: 1 }`";
    draft.report([...path, "fault"], { code: "RB0602", found: `${fault} without a site`, expected });
  }
  if (!what.needsSite && on) {
    draft.report(
      [...path, "on"],
      { code: "RB0602", found: `a site for ${fault}`, expected: "no site: it acts nowhere" },
      "key",
    );
  }
  if (!on || !what.needsSite) return;
  if (what.needsEdge && !("edge" in on)) {
    const expected = "an edge: `on: { edge: { from: …, to: … }, count: 1 }`";
    draft.report([...path, "on"], { code: "RB0602", found: `a replica as the site of ${fault}`, expected }, "key");
  }
  if (!what.needsEdge && "edge" in on) {
    const expected = "a replica: `on: { replica_of: …, count: 1 }`";
    draft.report([...path, "on"], { code: "RB0602", found: `an edge as the site of ${fault}`, expected }, "key");
  }
}

/** Settings that the intent chooses itself may rule a fault out. */
function checkRows(draft: Draft, { item, name }: Item, fault: Pick<Fault, "needsOnePiece">): void {
  const { target, parts } = draft;
  if (target === undefined) return;
  const refused = refusedInPieces({ fault, params: item.with ?? {}, target, settings: parts.settings ?? {} });
  if (refused) draft.report(name, { code: "RB0613", ...refused });
}

/** What target.yaml would have to say beyond the controls that it offers. */
function checkLacks(draft: Draft, { item, name, params }: Item, fault: Pick<Fault, "lacks">): void {
  const lack = draft.target && fault.lacks?.(item.with ?? {}, draft.target);
  if (lack === undefined) return;
  const { param, ...problem } = lack;
  draft.report(param === undefined ? name : [...params, param], { code: "RB0613", ...problem });
}

interface Offering {
  readonly item: FaultItem;
  readonly needs: readonly ControlName[];
  readonly target: Target;
}

/** A fault can only act where the platform has what it needs. That a fault needs an edge at all is told elsewhere. */
function checkOffered(draft: Draft, path: DataPath, { item, needs, target }: Offering): void {
  const { on } = item;
  const service = on && target.services.find(({ name }) => name === ("edge" in on ? on.edge.to : on.replica_of));
  const replica = service?.replicas[0]?.id;
  if (!on || !service || replica === undefined) return;
  const site = { service: service.name, replica, ...("edge" in on ? edgeOf(on.edge) : {}) };
  const offered = draft.context.offers(target, site);
  const missing = needs.filter((need) => need !== "edge" && !offered.includes(need));
  if (missing.length === 0) return;
  draft.report(path, {
    code: "RB0603",
    found: `${item.fault} at ${service.name}, which needs ${listed(missing)}`,
    expected: `a site of ${target.name} that offers it (offered there: ${offered.join(", ")})`,
    ...(missing.includes("maintenance") && { suggestion: ownWay("maintain_replica") }),
    ...(missing.includes("work") && { suggestion: ownWay("work_on_replica") }),
  });
}

function edgeOf({ from, via }: { readonly from: string; readonly via?: string | undefined }): Partial<SiteRef> {
  return { edgeFrom: from, ...(via !== undefined && { via }) };
}

function ownWay(key: string): string {
  return `name the target's own way to do it under control.${key} in its target.yaml`;
}
