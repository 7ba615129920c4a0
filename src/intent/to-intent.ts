// From a file that has no problems to an intent: durations become ms, defaults are filled in, views are derived.

import { namesPathways } from "../core/arms.ts";
import { parseDuration, parseRate } from "../core/duration.ts";
import { HarnessError } from "../core/errors.ts";
import type { Disturbance, Intent, Selector } from "../core/intent.ts";
import { stoppingFor } from "../core/stopping.ts";
import type { Ms } from "../core/units.ts";
import { isHarmless, itemOf, timingOf } from "./disturbance-items.ts";
import type { FaultTable } from "./draft.ts";
import type { IntentFile } from "./intent-schema.ts";
import { isUsersView } from "./steady-rules.ts";
import type { Condition, Expectation } from "../records/conditions.ts";

/** Seed, trials and consecutive bad windows when the file does not say. */
const intentDefaults = { seed: 1, trials: 1, badAfter: 2 } as const;

export interface IntentOrigin {
  readonly id: string;
  readonly file: string;
  /** What a recovery must hold when the file does not say (see `leastHoldMs`). */
  readonly holdMs: Ms;
  readonly faults: FaultTable;
}

/** Converts a checked file; throws HarnessError "bug" when it was not checked. */
export function toIntent(file: IntentFile, origin: IntentOrigin): Intent {
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
    load: {
      arrival: file.load.arrival ?? "constant",
      ratePerSecond: checked(parseRate(file.load.rate)),
      slowOverMs: ms(file.load.slow_over),
      timeoutMs: ms(file.load.timeout),
      warmupMs: ms(file.load.warmup),
      baselineMs: ms(file.load.baseline),
    },
    steady: {
      windowMs: ms(file.steady.window),
      ...badRunOf(file.steady.bad_after),
      conditions: conditionsOf(file.steady.where, file.steady.back),
      ...(file.steady.probe_every === undefined ? {} : { probeEveryMs: inMs(file.steady.probe_every) }),
    },
    disturbances: file.disturb.map((item) => disturbanceOf(item, origin.faults)),
    expect: expectationOf(file.expect, origin.holdMs),
    ...(file.limits === undefined ? {} : { limits: { maxShare: file.limits.max_share } }),
    ...(file.abort_if === undefined ? {} : { abortIf: conditionsOf(file.abort_if) }),
    watchMs: ms(file.expect.recovered?.within ?? file.watch ?? ""),
  };
}

function trialsOf({ trials, arms }: IntentFile): Pick<Intent, "trials" | "stopping"> {
  if (typeof trials !== "object") return { trials: trials ?? intentDefaults.trials };
  const { most, budget, ...asked } = trials;
  const budgetMs = budget === undefined ? {} : { budgetMs: ms(budget) };
  return { trials: most, stopping: { ...stoppingFor(arms, { most, ...asked }), ...budgetMs } };
}

/** The declared pathway: what the arm ablation takes away when the file names nothing else. */
function ofRecovery({ expect }: IntentFile): string[] {
  return expect.recovered === undefined ? [] : [expect.recovered.by];
}

function checked(value: number | undefined): number {
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

function disturbanceOf(written: IntentFile["disturb"][number], faults: FaultTable): Disturbance {
  const { item } = itemOf(written, []);
  const timing = timingOf(item);
  return {
    fault: item.fault,
    ...(item.on && { on: selectorOf(item.on) }),
    params: item.with ?? {},
    ...(isHarmless(item, faults) && { harmless: true }),
    ...(timing && { timing }),
  };
}

function selectorOf(on: NonNullable<Extract<IntentFile["disturb"][number], { fault: string }>["on"]>): Selector {
  const amount = on.share === undefined ? { count: on.count ?? 0 } : { share: on.share };
  if ("edge" in on) return { service: on.edge.to, ...amount, edgeFrom: on.edge.from };
  return { service: on.replica_of, ...amount };
}

function expectationOf(expect: IntentFile["expect"], defaultHoldMs: Ms): Expectation {
  const { detected, recovered, budget, never } = expect;
  return {
    ...(detected ? { detected: { withinMs: ms(detected.within), as: detected.as } } : {}),
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
    ...(budget ? { budget: { slo: budget.slo, maxBurn: budget.max_burn } } : {}),
    never: conditionsOf(never ?? {}),
  };
}
