// How a fault is written: `fault({ … })`. What it does not list under `needs` or `wants` it does not get, by type and
// at run time.

import { z } from "zod";
import { HarnessError } from "../core/errors.ts";
import type { Dose } from "../core/dose.ts";
import type { ActsOn, DescribedTarget, Fault, Harmed, Lack, NeedsOnePiece } from "../core/fault.ts";
import type { FileDamage } from "../core/file-damage.ts";
import { siteName, type ControlName, type Controls, type Site } from "../core/controls.ts";
import type { Json } from "../core/units.ts";
import { parseParams } from "./parts/params.ts";
import type { Evidence } from "../records/timeline/fault.ts";

/** A site with the controls that were asked for: `Needed` are there, `Wanted` where the platform has them. */
type SiteWith<Needed extends ControlName, Wanted extends ControlName = never> = Omit<Site, "controls"> & {
  readonly controls: Required<Pick<Controls, Needed>> & Pick<Controls, Wanted>;
};

/** The same in a later process, which may have less: the stack may be gone. */
type SiteLeft<Names extends ControlName> = Omit<Site, "controls"> & {
  readonly controls: Pick<Controls, Names>;
};

/** A dose that is one of the parameters. */
export type DoseOf<Schema extends z.ZodObject> = Dose & { readonly param: keyof z.input<Schema> };

/**
 * What an author writes. `apply` does the harm alone and returns what it saw before; `observe` is the proof, and the
 * eye of the contract suite. Steps are described at `Fault`.
 */
interface FaultSpec<
  Schema extends z.ZodObject,
  Undo extends Json,
  Before,
  Needed extends ControlName,
  Wanted extends ControlName,
> {
  /** Equal to the file's name, with dots for hyphens. */
  readonly name: string;
  readonly about: string;
  readonly acts: ActsOn;
  readonly wayBack: string;
  readonly needs: readonly Needed[];
  readonly wants?: readonly Wanted[];
  /** Each field with `.describe(…)`: lists, editors and pages show it. */
  readonly params: Schema;
  readonly example: z.input<Schema>;
  /** Of one of the parameters. */
  readonly dose?: DoseOf<Schema>;
  readonly harmless?: true;
  readonly mayBeBenign?: true;
  readonly byOperator?: true;
  readonly sharesRequests?: true;
  readonly changesService?: true;
  needsOnePiece?(params: z.output<Schema>): NeedsOnePiece | undefined;
  lacks?(params: z.output<Schema>, target: DescribedTarget): Lack | undefined;
  prepare(params: z.output<Schema>, site: SiteWith<Needed, Wanted>): Promise<Undo>;
  apply(params: z.output<Schema>, undo: Undo, site: SiteWith<Needed, Wanted>, signal: AbortSignal): Promise<Before>;
  observe(
    harmed: Harmed<z.output<Schema>, Undo, Before>,
    site: SiteWith<Needed, Wanted>,
    signal: AbortSignal,
  ): Promise<Evidence>;
  hold?(
    params: z.output<Schema>,
    undo: Undo,
    site: SiteWith<Needed, Wanted>,
    signal: AbortSignal,
  ): Promise<string | undefined>;
  revert(undo: Undo, site: SiteLeft<Needed | Wanted>, signal: AbortSignal): Promise<Evidence>;
  wrote?(undo: Undo, site: SiteLeft<Needed | Wanted>): Promise<readonly FileDamage[]>;
}

/** Makes a fault of what its author wrote. */
export function fault<
  Schema extends z.ZodObject,
  Undo extends Json,
  Before,
  const Needed extends ControlName = never,
  const Wanted extends ControlName = never,
>(spec: FaultSpec<Schema, Undo, Before, Needed, Wanted>): Fault<z.output<Schema>, Undo> {
  type Params = z.output<Schema>;
  const { name, about, acts, wayBack, needs, wants = [], params: schema, example } = spec;
  const { dose, harmless, mayBeBenign, byOperator, sharesRequests, changesService } = spec;
  const whole = (site: Site): SiteWith<Needed, Wanted> => ({ ...site, controls: askedFor(site, name, needs, wants) });
  const left = (site: Site): SiteLeft<Needed | Wanted> => ({ ...site, controls: picked(site, [...needs, ...wants]) });
  const harm = async (params: Params, undo: Undo, site: Site, signal: AbortSignal): Promise<Before> =>
    spec.apply(params, undo, whole(site), signal);
  const observe = async (harmed: Harmed<Params, Undo>, site: Site, signal: AbortSignal): Promise<Evidence> =>
    // What `harm` returned comes back unchanged.
    spec.observe(harmed as Harmed<Params, Undo, Before>, whole(site), signal);
  return {
    name,
    about,
    acts,
    wayBack,
    needs,
    wants,
    example,
    ...(dose && { dose }),
    ...(harmless && { harmless }),
    ...(mayBeBenign && { mayBeBenign }),
    ...(byOperator && { byOperator }),
    ...(sharesRequests && { sharesRequests }),
    ...(changesService && { changesService }),
    paramsSchema: z.toJSONSchema(schema, { reused: "inline", io: "input" }),
    parse: (input) => parseParams(name, schema, input),
    prepare: async (params, site) => spec.prepare(params, whole(site)),
    harm,
    observe,
    apply: async (params, undo, site, signal) =>
      observe({ params, undo, before: await harm(params, undo, site, signal) }, site, signal),
    revert: async (undo, site, signal) => spec.revert(undo, left(site), signal),
    ...(spec.needsOnePiece && {
      needsOnePiece: (input: unknown) => spec.needsOnePiece?.(parseParams(name, schema, input)),
    }),
    ...(spec.lacks && {
      lacks: (input: unknown, target: DescribedTarget) => spec.lacks?.(parseParams(name, schema, input), target),
    }),
    ...(spec.hold && {
      hold: async (params: Params, undo: Undo, site: Site, signal: AbortSignal) =>
        spec.hold?.(params, undo, whole(site), signal),
    }),
    ...(spec.wrote && { wrote: async (undo: Undo, site: Site) => spec.wrote?.(undo, left(site)) ?? [] }),
  };
}

function picked<Name extends ControlName>({ controls }: Site, names: readonly Name[]): Pick<Controls, Name> {
  const there = names.filter((name) => controls[name] !== undefined);
  return Object.fromEntries(there.map((name) => [name, controls[name]])) as Pick<Controls, Name>;
}

/** Throws HarnessError "environment" when the platform lacks what the fault cannot do without. */
function askedFor<Needed extends ControlName, Wanted extends ControlName>(
  site: Site,
  fault: string,
  needs: readonly Needed[],
  wants: readonly Wanted[],
): SiteWith<Needed, Wanted>["controls"] {
  const missing = needs.find((name) => site.controls[name] === undefined);
  if (missing !== undefined) {
    const words = `${fault} needs the control "${missing}" at ${siteName(site)}, which has none`;
    throw new HarnessError("environment", words);
  }
  return picked(site, [...needs, ...wants]) as SiteWith<Needed, Wanted>["controls"];
}
