// A kind of state probe: what target.yaml says of one, what its values can be, and how it looks. The table of kinds is
// handed to whoever reads a target, so that a kind is one file.

import type { z } from "zod";
import type { Reading } from "../records/timeline/reading.ts";
import type { Health } from "./health.ts";
import type { RunInside } from "./run-inside.ts";
import type { Ms } from "./units.ts";

/** What every probe of a target has. */
export interface ProbeBase {
  readonly kind: string;
  /** Dotted name for expressions. */
  readonly name: string;
  readonly service: string;
  readonly everyMs: Ms;
  readonly timeoutMs: Ms;
  /** True of a count of data that must not shrink. */
  readonly data: boolean;
  /** It looks only where the target's settings have these values; absent: always. */
  readonly onlyWith?: Readonly<Record<string, string>>;
  /** A stream's own: its source gives the readings, where an intent sends that stream. */
  readonly ofStream?: string;
  /** Of a kind that reads what the target says of itself: it must prove itself before the injection. */
  readonly signal?: ProbedSignal;
  /** What a look sees may be older than the look by this. */
  readonly lagMs?: Ms;
}

export interface ProbedSignal {
  /** `<server>/<what>`. */
  readonly preset: string;
  /** What it says may be older by this. */
  readonly freshMs: Ms;
}

/** A probe of a target; beside what all have, the parameters of its kind. */
export type ProbeSpec = ProbeBase & { readonly [param: string]: unknown };

/** What a value can be, both ends included. */
export interface ValueBounds {
  readonly lo: number;
  readonly hi: number;
  /** True of a share, which people like to compare with a percentage. */
  readonly isShare?: boolean;
}

export interface ProbedReplica {
  readonly replica: string;
  /** The replica's own address, not the proxy's: `http://host:port`. */
  readonly address: string;
  /** Hosts other than this machine at which it may be asked; absent: none. */
  readonly allows?: (host: string) => boolean;
  /** Asks the platform, not the target; null when the last inventory says that it does not run. */
  readonly isRunning: (() => Promise<boolean>) | null;
  /** Runs a command in it, by the platform; absent where the platform runs none, or the replica does not run. */
  readonly runInside?: RunInside;
}

/** What probes are given of the target: who runs where, by the last inventory and our own start. */
export interface TargetAccess {
  /** Replicas of a service as now known; empty when nothing is known yet. */
  replicas(service: string): readonly ProbedReplica[];
  /** How a replica of the service is asked whether it is well. */
  health(service: string): Health;
}

export interface SampleContext {
  readonly access: TargetAccess;
  /** Another one each time, so that no two look at the same rows. */
  readonly seed: number;
  readonly signal: AbortSignal;
}

/** `Shape`: its keys in target.yaml beside those that all have. `Params`: what they become. */
export interface ProbeKind<Shape extends z.ZodRawShape = z.ZodRawShape, Params extends object = object> {
  readonly kind: string;
  /** One sentence: what it sees. */
  readonly about: string;
  readonly shape: Shape;
  params(written: z.infer<z.ZodObject<Shape>>): Params;
  /** `replicas`: how many the service has by target.yaml; Infinity when it is not known there. */
  bounds(spec: Pick<ProbeBase, "data"> & Partial<Params>, replicas: number): ValueBounds;
  /** What is wrong with the keys together, those that all have included, or with a name that the schema cannot know. */
  check?(written: z.infer<z.ZodObject<Shape>> & WrittenOfAll, services: readonly string[]): readonly KeyProblem[];
  /** Begins to look; what one look must know of the looks before is kept there. */
  open(spec: ProbeBase & Params): Look;
}

/** What a kind's check may have to know of the keys that every probe has. */
export interface WrittenOfAll {
  readonly data?: boolean | undefined;
}

/** Looks once, within the spec's time-out; never rejects for what the target does. */
export type Look = (context: SampleContext) => Promise<Reading>;

/** A mistake at one key of a probe. */
export interface KeyProblem {
  readonly key: string;
  readonly found: string;
  readonly expected: string;
  readonly suggestion?: string;
}

/** A kind without its own types, as it stands in a table. */
export interface AnyProbeKind {
  readonly kind: string;
  readonly about: string;
  readonly shape: z.ZodRawShape;
  params(written: Readonly<Record<string, unknown>>): object;
  bounds(spec: Pick<ProbeBase, "data"> & { readonly [param: string]: unknown }, replicas: number): ValueBounds;
  check?(written: Readonly<Record<string, unknown>>, services: readonly string[]): readonly KeyProblem[];
  open(spec: ProbeBase): Look;
}

/** Checks a kind's types among each other and forgets them: a spec was made by `params` of the same kind. */
export function probeKind<Shape extends z.ZodRawShape, Params extends object>(
  kind: ProbeKind<Shape, Params>,
): AnyProbeKind {
  return kind;
}
