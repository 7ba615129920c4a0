// What the lint rules share: the parts of a file that could be read, and one way to report what is wrong with them.

import type { AnyProbeKind } from "../core/probe-kind.ts";
import type { SourceKind } from "../core/load-source.ts";
import type { Fault } from "../core/fault.ts";
import { parseDuration, parseRate } from "../core/duration.ts";
import type { CodedProblem } from "../core/errors.ts";
import { hasFeed } from "../core/feed-source.ts";
import type { ControlName } from "../core/controls.ts";
import type { Target } from "../core/target.ts";
import { probeOfName } from "../core/user-probes.ts";
import type { Ms } from "../core/units.ts";
import { compileExpression } from "../language/expression.ts";
import type { IntentFile } from "./intent-schema.ts";
import type { YamlSource } from "../language/yaml-source.ts";
import type { SiteRef } from "../records/site.ts";
import type { DataPath } from "../language/yaml-nodes.ts";

/** What the linter must know of the faults there are: how each checks its parameters, and what it needs. */
export type FaultTable = ReadonlyMap<
  string,
  Pick<
    Fault,
    | "parse"
    | "needs"
    | "acts"
    | "dose"
    | "harmless"
    | "mayBeBenign"
    | "byOperator"
    | "sharesRequests"
    | "changesService"
    | "needsOnePiece"
    | "lacks"
  >
>;

/** The world an intent is checked against. */
export interface IntentContext {
  readonly targets: ReadonlyMap<string, Target>;
  /** Targets with problems, by name, with their files: of `told` ones the problems are printed anyway. */
  readonly brokenTargets?: { readonly told: ReadonlyMap<string, string>; readonly untold: ReadonlyMap<string, string> };
  readonly faultTable: FaultTable;
  /** Kinds of probes that there are. */
  readonly probeKinds: readonly AnyProbeKind[];
  /** Sources of load that there are beside our own requests; absent: none. */
  readonly loadSources?: readonly SourceKind[] | undefined;
  /** Rules that a known weakness may name; absent: any. */
  readonly ruleNames?: readonly string[] | undefined;
  /** What the platform can offer at a site of a target. */
  offers(target: Target, site: SiteRef): readonly ControlName[];
}

/** Parts are absent when they were missing or malformed; rules then skip what they need them for. */
export interface Draft {
  readonly file: string;
  readonly parts: Partial<IntentFile>;
  readonly target: Target | undefined;
  readonly context: IntentContext;
  readonly source: YamlSource;
  report(path: DataPath, problem: Omit<CodedProblem, "place">, what?: "key" | "value"): void;
  /** Reports inside a text; `column` counts from 1. */
  reportInside(path: DataPath, column: number, problem: Omit<CodedProblem, "place">): void;
}

/** A duration of the file in ms; undefined when it is absent or malformed (which the schema reports). */
export function msOf(text: string | undefined): Ms | undefined {
  return text === undefined ? undefined : parseDuration(text);
}

/** What the conditions of steady state, `never`, `abort_if` and `when` speak of; without `baseline.`. */
export function namesIn({ parts }: Draft): readonly string[] {
  const { steady, expect, abort_if: abortIf, disturb = [] } = parts;
  const sets = [steady?.where, steady?.back, expect?.never, abortIf];
  const whens = disturb.flatMap(({ when }) => (typeof when === "string" ? [when] : []));
  return [...sets.flatMap((texts) => Object.values(texts ?? {})), ...whens].flatMap((text) => {
    const compiled = compileExpression(text);
    return compiled.ok ? compiled.expression.names.map(probeOfName) : [];
  });
}

/** Slowest state probe that the conditions use, with its period; undefined when they use none. */
export function slowestProbe(draft: Draft): { readonly name: string; readonly everyMs: Ms } | undefined {
  const texts = [...Object.values(draft.parts.steady?.where ?? {}), ...Object.values(draft.parts.expect?.never ?? {})];
  const used = new Set(
    texts.flatMap((text) => {
      const compiled = compileExpression(text);
      return compiled.ok ? compiled.expression.names.map(probeOfName) : [];
    }),
  );
  const every = draft.parts.steady?.probe_every;
  const probes = (draft.target?.probes ?? [])
    .filter(({ name }) => used.has(name))
    .map(({ name, everyMs, ofStream }) => ({
      name,
      everyMs: msOf(every?.[name]) ?? (ofStream === undefined ? everyMs : beatOf(draft, ofStream)),
    }));
  return probes.toSorted((a, b) => b.everyMs - a.everyMs)[0];
}

/** A stream's own probes speak at each of its beats, ms; 0 where its rate cannot be read. */
function beatOf({ parts: { load }, target }: Draft, stream: string): Ms {
  const own = target?.streams[0].name === stream ? undefined : load?.streams?.[stream]?.rate;
  const rate = parseRate(own ?? load?.rate ?? "") ?? 0;
  return rate > 0 ? Math.round(1000 / rate) : 0;
}

/** The least time the steady state must hold: max(3 s, 10 probe periods, 3 windows), from MTTR's definition of t6. */
export function leastHoldMs(windowMs: Ms, probeEveryMs: Ms): Ms {
  return Math.max(3000, 10 * probeEveryMs, 3 * windowMs);
}

/** Does the target declare a healer at all? Without one there are no classes or pathways to compare with. */
export function hasHealer(target: Target): boolean {
  return hasFeed(target) || target.pathways.length > 0 || target.classes.length > 0;
}

/** Where a dotted name stands in an expression, from 1; not where it is part of a longer one. */
export function columnOfName(text: string, name: string): number {
  const pattern = new RegExp(`(?<![\\w.])${name.replaceAll(".", String.raw`\.`)}(?![\\w.])`);
  return (pattern.exec(text)?.index ?? 0) + 1;
}
