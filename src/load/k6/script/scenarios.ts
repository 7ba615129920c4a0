// Scenarios of a script: one executor each, with k6's names and defaults.

import type { Ms } from "../../../core/units.ts";
import type { Fields } from "./fields.ts";

/** Iterations begin at a fixed rate, whether or not earlier ones are over (open loop). */
interface ConstantArrivalRate {
  readonly executor: "constant-arrival-rate";
  readonly ratePerSecond: number;
  readonly durationMs: Ms;
  /** Users that are there at the begin, and most that there may be. */
  readonly vus: number;
  readonly mostVus: number;
}

/** A rate that goes from stage to stage by straight lines; each ends at its target, iterations a second. */
interface RampingArrivalRate extends Omit<ConstantArrivalRate, "executor" | "ratePerSecond"> {
  readonly executor: "ramping-arrival-rate";
  readonly startRate: number;
  readonly stages: readonly Stage[];
}

export interface Stage {
  readonly durationMs: Ms;
  readonly target: number;
}

type Executor = ConstantArrivalRate | RampingArrivalRate;

export type Scenario = Executor & {
  readonly name: string;
  /** Where its options begin, an offset into the script's first file. */
  readonly at: number;
  /** The exported function that an iteration calls. */
  readonly exec: string;
  /** Begins so long after the load does. */
  readonly startMs: Ms;
  readonly env: Readonly<Record<string, string>>;
  /** Of its samples. */
  readonly tags: Readonly<Record<string, string>>;
};

/** Each user has a memory of its own: more than this do not fit beside a stack. */
const mostVus = 1_000;
/** Iterations a second at most; as mostWhileChanged of intents. */
const mostPerSecond = 1_000;

type ReadExecutor = (fields: Fields) => Executor | undefined;

const executors: ReadonlyMap<string, ReadExecutor> = new Map<string, ReadExecutor>([
  ["constant-arrival-rate", constantArrivalRate],
  ["ramping-arrival-rate", rampingArrivalRate],
]);

/** Names of the executors that there are. */
const executorNames: readonly string[] = [...executors.keys()];

/**
 * Executors whose users begin an iteration when the one before is over (closed loop): while the stack stands still they
 * ask nothing, so that an outage has few samples and no send time is known.
 */
const closedLoops = ["constant-vus", "ramping-vus", "shared-iterations", "per-vu-iterations", "externally-controlled"];

function executorWords(kind: string): string {
  const names = `one of ${executorNames.join(", ")}`;
  if (!closedLoops.includes(kind)) return names;
  return `${names}: users of ${kind} wait for slow answers, so that an outage is hardly asked (closed loop)`;
}

export function scenarioOf(name: string, fields: Fields, functions: ReadonlySet<string>): Scenario | undefined {
  const kind = fields.text("executor");
  const read = kind === undefined ? undefined : executors.get(kind);
  const written = fields.entry("executor");
  if (written === undefined) fields.lacks("executor");
  else if (kind !== undefined && read === undefined) fields.wrong(written, executorWords(kind));
  if (read === undefined) return undefined;
  const exec = fields.text("exec") ?? "default";
  const named = fields.entry("exec");
  if (named !== undefined && !functions.has(exec))
    fields.wrong(named, "the name of a function that the script exports");
  if (named === undefined && !functions.has(exec))
    fields.lacks("exec", "`export default function () { … }`, or `exec`");
  const executor = read(fields);
  const common = {
    name,
    at: fields.at,
    exec,
    startMs: fields.duration("startTime") ?? 0,
    env: fields.texts("env"),
    tags: fields.texts("tags"),
  };
  fields.refuseRest();
  return executor && { ...executor, ...common };
}

function constantArrivalRate(fields: Fields): ConstantArrivalRate | undefined {
  const rate = fields.number("rate", { least: 1, most: 1_000_000 });
  const unitMs = fields.duration("timeUnit", 1) ?? 1_000;
  const durationMs = fields.duration("duration", 1);
  const users = usersOf(fields);
  if (rate === undefined) missing(fields, "rate");
  if (durationMs === undefined) missing(fields, "duration");
  if (rate === undefined || durationMs === undefined || users === undefined) return undefined;
  const ratePerSecond = (rate * 1_000) / unitMs;
  checkRate(fields, "rate", ratePerSecond);
  return { executor: "constant-arrival-rate", ratePerSecond, durationMs, ...users };
}

function rampingArrivalRate(fields: Fields): RampingArrivalRate | undefined {
  const unitMs = fields.duration("timeUnit", 1) ?? 1_000;
  const perSecond = (rate: number): number => (rate * 1_000) / unitMs;
  const start = fields.number("startRate", { least: 0, most: 1_000_000 }) ?? 0;
  const users = usersOf(fields);
  const stages = (fields.objects("stages") ?? []).flatMap((stage): Stage[] => {
    const durationMs = stage.duration("duration");
    const target = stage.number("target", { least: 0, most: 1_000_000 });
    if (durationMs === undefined) missing(stage, "duration");
    if (target === undefined) missing(stage, "target");
    else checkRate(stage, "target", perSecond(target));
    stage.refuseRest();
    return durationMs === undefined || target === undefined ? [] : [{ durationMs, target: perSecond(target) }];
  });
  checkRate(fields, "startRate", perSecond(start));
  if (stages.length === 0) missing(fields, "stages");
  if (users === undefined || stages.length === 0) return undefined;
  const durationMs = stages.reduce((sum, stage) => sum + stage.durationMs, 0);
  return { executor: "ramping-arrival-rate", startRate: perSecond(start), stages, durationMs, ...users };
}

function checkRate(fields: Fields, key: string, ratePerSecond: number): void {
  const entry = fields.entry(key);
  if (ratePerSecond <= mostPerSecond || entry === undefined) return;
  fields.wrong(entry, `at most ${mostPerSecond} iterations a second`);
}

function usersOf(fields: Fields): { readonly vus: number; readonly mostVus: number } | undefined {
  const bounds = { least: 1, most: mostVus };
  const vus = fields.number("preAllocatedVUs", bounds);
  if (vus === undefined) missing(fields, "preAllocatedVUs");
  const most = fields.number("maxVUs", { ...bounds, least: vus ?? 1 });
  return vus === undefined ? undefined : { vus, mostVus: most ?? vus };
}

/** A value that is there and wrong was reported. */
function missing(fields: Fields, key: string): void {
  if (!fields.has(key)) fields.lacks(key);
}
