// From a file that has no problems to an intent: durations become ms, defaults are filled in, views are derived.

import { namesPathways } from "../core/arms.ts";
import { parseDuration, parseRate } from "../core/duration.ts";
import { HarnessError } from "../core/errors.ts";
import type { Disturbance, Intent, Selector } from "../core/intent.ts";
import type { LoadSpec, StreamLoad } from "../records/conditions.ts";
import { parseOperator } from "../core/operator.ts";
import type { OperatorScript } from "../records/plan.ts";
import type { Target, TargetStream } from "../core/target.ts";
import { requestsPerSession } from "../core/session.ts";
import { stoppingRuleFor } from "../core/stopping-rule.ts";
import type { Ms } from "../core/units.ts";
import { withoutStream } from "../core/user-probes.ts";
import { changesLoad, feltByOf, isByOperator, isHarmless, itemOf, timingOf } from "./disturbance-items.ts";
import type { FaultTable } from "./draft.ts";
import type { IntentFile } from "./intent-schema.ts";
import { isUsersView } from "./steady-rules.ts";
import type { Weakness } from "../records/weakness.ts";
import type { Condition, Expectation } from "../records/conditions.ts";

/** Seed, trials and consecutive bad windows when the file does not say. */
const intentDefaults = { seed: 1, trials: 1, badAfter: 2 } as const;

export interface IntentOrigin {
  readonly id: string;
  readonly file: string;
  /** What a recovery must hold when the file does not say (see `leastHoldMs`). */
  readonly holdMs: Ms;
  readonly faults: FaultTable;
  /** Streams of the target; the first is the default stream, which plans do not name. */
  readonly streams: Target["streams"];
}

/** Converts a checked file; throws HarnessError "bug" when it was not checked. */
export function toIntent(written: IntentFile, origin: IntentOrigin): Intent {
  const file = withoutDefaultStream(written, origin.streams[0].name);
  return {
    id: origin.id,
    file: origin.file,
    title: file.title.trim(),
    belief: file.belief.trim().replaceAll(/\s+/g, " "),
    target: file.target,
    tags: file.tags ?? [],
    seed: file.seed ?? intentDefaults.seed,
    ...trialsOf(file),
    arms: file.arms,
    ablate: file.arms.some(namesPathways) ? (file.ablate ?? ofRecovery(file)) : [],
    load: loadOf(file.load, origin),
    steady: {
      windowMs: ms(file.steady.window),
      ...badRunOf(file.steady.bad_after),
      conditions: conditionsOf(file.steady.where, file.steady.back),
      ...(file.steady.probe_every === undefined ? {} : { probeEveryMs: inMs(file.steady.probe_every) }),
    },
    disturbances: file.disturb.map((item) => disturbanceOf(item, origin)),
    expect: expectationOf(file.expect, origin.holdMs),
    ...(file.expect.again && { again: againOf(file.expect.again) }),
    ...(file.operator === undefined ? {} : { operator: operatorOf(file.operator, file.arms) }),
    ...(file.settings === undefined ? {} : { settings: file.settings }),
    ...(file.limits === undefined ? {} : { limits: { maxShare: file.limits.max_share } }),
    ...(file.abort_if === undefined ? {} : { abortIf: conditionsOf(file.abort_if) }),
    watchMs: ms(file.expect.recovered?.within ?? file.watch ?? ""),
    ...(file.known_weaknesses && { weaknesses: file.known_weaknesses.map(trimmed) }),
  };
}

/** The same file; the default stream, which may be named, is not named any more, so that it has one name everywhere. */
function withoutDefaultStream(file: IntentFile, name: string): IntentFile {
  const short = (expression: string): string => withoutStream(expression, name);
  const all = (texts: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, short(text)]));
  const { steady, expect, disturb, abort_if: abortIf } = file;
  const { budget, never } = expect;
  return {
    ...file,
    steady: { ...steady, where: all(steady.where), ...(steady.back && { back: all(steady.back) }) },
    expect: {
      ...expect,
      ...(never && { never: all(never) }),
      ...(budget && { budget: budget.stream === name ? { ...budget, stream: undefined } : budget }),
    },
    disturb: disturb.map((item) => (typeof item.when === "string" ? { ...item, when: short(item.when) } : item)),
    ...(abortIf && { abort_if: all(abortIf) }),
  };
}

function loadOf(load: IntentFile["load"], { streams: [first, ...others] }: IntentOrigin): LoadSpec {
  const of = (stream: TargetStream, own: NonNullable<IntentFile["load"]["streams"]>[string]): StreamLoad => ({
    arrival: own.arrival ?? load.arrival ?? "constant",
    ratePerSecond: checked(parseRate(own.rate ?? load.rate)),
    slowOverMs: ms(own.slow_over ?? load.slow_over),
    timeoutMs: ms(own.timeout ?? load.timeout),
    ...("source" in stream && stream.closedLoop && { closedLoop: true }),
    ...("session" in stream && stream.session && { requestsPerSession: requestsPerSession(stream.session) }),
  });
  const sent = others.flatMap((stream) => {
    const own = load.streams?.[stream.name];
    return own === undefined ? [] : [[stream.name, of(stream, own)] as const];
  });
  return {
    ...of(first, {}),
    warmupMs: ms(load.warmup),
    baselineMs: ms(load.baseline),
    ...(others.length > 0 && { stream: first.name }),
    ...(sent.length > 0 && { streams: Object.fromEntries(sent) }),
  };
}

function operatorOf(
  written: NonNullable<IntentFile["operator"]>,
  arms: IntentFile["arms"],
): NonNullable<Intent["operator"]> {
  const scripts = (texts: string | readonly string[]): readonly OperatorScript[] =>
    [texts].flat().map((text) => checked(parseOperator(text)));
  const isForAll = typeof written === "string" || Array.isArray(written);
  const byArm = arms.flatMap((arm) => {
    const texts = isForAll ? written : written[arm];
    return texts === undefined ? [] : [[arm, scripts(texts)] as const];
  });
  return Object.fromEntries(byArm);
}

function trialsOf({ trials, arms }: IntentFile): Pick<Intent, "trials" | "stopping"> {
  if (typeof trials !== "object") return { trials: trials ?? intentDefaults.trials };
  const { most, budget, ...asked } = trials;
  const budgetMs = budget === undefined ? {} : { budgetMs: ms(budget) };
  return { trials: most, stopping: { ...stoppingRuleFor(arms, { most, ...asked }), ...budgetMs } };
}

function trimmed({ rule, because, until }: Weakness): Weakness {
  return { rule, because: because.trim().replaceAll(/\s+/g, " "), until };
}

function againOf({ detected, recovered }: NonNullable<IntentFile["expect"]["again"]>): NonNullable<Intent["again"]> {
  return {
    ...(detected !== undefined && { detectedMs: ms(detected) }),
    ...(recovered !== undefined && { recoveredMs: ms(recovered) }),
  };
}

/** The declared pathway: what the arm ablation takes away when the file names nothing else. */
function ofRecovery({ expect }: IntentFile): string[] {
  return expect.recovered === undefined ? [] : [expect.recovered.by];
}

function checked<T>(value: T | undefined): T {
  if (value === undefined) throw new HarnessError("bug", "toIntent() needs a file that was checked");
  return value;
}

function ms(text: string): Ms {
  return checked(parseDuration(text));
}

function badRunOf(badAfter: IntentFile["steady"]["bad_after"]): Pick<Intent["steady"], "badAfter" | "badOf"> {
  if (typeof badAfter === "object") return { badAfter: badAfter.windows, badOf: badAfter.of };
  return { badAfter: badAfter ?? intentDefaults.badAfter };
}

function inMs(texts: Readonly<Record<string, string>>): Record<string, Ms> {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, ms(text)]));
}

function conditionsOf(
  where: Readonly<Record<string, string>>,
  back: Readonly<Record<string, string>> = {},
): Condition[] {
  return Object.entries(where).map(([name, text]) => {
    const stricter = back[name]?.trim();
    return {
      name,
      expression: text.trim(),
      view: isUsersView(text) ? "users" : "state",
      ...(stricter === undefined ? {} : { back: stricter }),
    };
  });
}

function disturbanceOf(written: IntentFile["disturb"][number], { faults, streams }: IntentOrigin): Disturbance {
  const { item } = itemOf(written, []);
  const timing = timingOf(item);
  const feltBy = feltByOf(item, faults);
  const { stream, ...rest } = item.with ?? {};
  const isDefault = changesLoad(item, faults) && stream === streams[0].name;
  return {
    fault: item.fault,
    ...(item.on && { on: selectorOf(item.on) }),
    ...(feltBy !== undefined && { feltBy }),
    params: isDefault ? rest : (item.with ?? {}),
    ...(isHarmless(item, faults) && { harmless: true }),
    ...(isByOperator(item, faults) && { byOperator: true }),
    ...(timing && { timing }),
    ...(item.level && { level: { intended: item.level } }),
  };
}

function selectorOf(on: NonNullable<Extract<IntentFile["disturb"][number], { fault: string }>["on"]>): Selector {
  const amount = on.share === undefined ? { count: on.count ?? 0 } : { share: on.share };
  if ("edge" in on) {
    const { from, to, via } = on.edge;
    return { service: to, ...amount, edgeFrom: from, ...(via !== undefined && { via }) };
  }
  return { service: on.replica_of, ...amount };
}

function expectationOf(expect: IntentFile["expect"], defaultHoldMs: Ms): Expectation {
  const { detected, recovered, budget, never } = expect;
  return {
    ...(detected ? { detected: detectedOf(detected) } : {}),
    ...(recovered
      ? {
          recovered: {
            withinMs: ms(recovered.within),
            by: recovered.by,
            holdMs: recovered.hold === undefined ? defaultHoldMs : ms(recovered.hold),
            ...(recovered.stays === undefined ? {} : { staysMs: ms(recovered.stays) }),
          },
        }
      : {}),
    heldFire: expect.hold_fire ?? false,
    ...(budget ? { budget: budgetOf(budget) } : {}),
    never: conditionsOf(never ?? {}),
  };
}

function detectedOf({ within, as = [], root }: NonNullable<IntentFile["expect"]["detected"]>) {
  const way = root && { service: root.service, ...(root.edge && { edge: root.edge }) };
  return { withinMs: ms(within), as, ...(way && { root: way }) };
}

function budgetOf({ slo, max_burn: maxBurn, stream }: NonNullable<IntentFile["expect"]["budget"]>) {
  return { slo, maxBurn, ...(stream !== undefined && { stream }) };
}
