// What the command line says in place of an intent: trials and settings.

import { isTreatment, type ArmName } from "../core/arms.ts";
import { HarnessError } from "../core/errors.ts";
import type { Intent } from "../core/intent.ts";
import { suggestName } from "../core/nearest.ts";
import { defaultLeast, stoppingRuleFor, type StoppingRule } from "../core/stopping-rule.ts";
import type { AskedShard } from "../plan/shards.ts";
import type { Target } from "../core/target.ts";

/** What `run` and `plan` may be told. */
export interface SelectOptions {
  readonly suite?: string;
  readonly trials?: number;
  /** As many trials in each arm as are needed, but no more than this. */
  readonly most?: number;
  readonly seed?: number;
  readonly target?: string;
  /** The platform that targets run on, in place of their own. */
  readonly platform?: string;
  /** Values of settings, by name, in place of the intents' own. */
  readonly setting?: Readonly<Record<string, string>>;
  /** Folder that the runs' folders lie in, with the history that knows the doses of levels; reports when absent. */
  readonly out?: string;
  /**
   * open: intents that say a level stay without a dose, and are not to be run; known: those of which no dose is known;
   * dosed: none, and it is refused. That when absent.
   */
  readonly levels?: "open" | "known" | "dosed";
  /** Of the intents' arms only these. */
  readonly arms?: readonly ArmName[];
  /** The part of one of several machines. */
  readonly shard?: AskedShard;
}

/** The one platform besides their own that targets may say how to run on. */
const other = "docker";

/** The same target where the platform is another one; as it is where it does not say how it runs there. */
export function onPlatform(target: Target, platform: string | undefined): Target {
  return platform === other && target.start.compose !== undefined ? { ...target, platform, isElsewhere: true } : target;
}

/** Throws HarnessError "bad-input" for one that runs on another platform than was asked for. */
export function refuseElsewhere(targets: readonly Target[], asked: string | undefined): void {
  const found = targets.find(({ platform }) => asked !== undefined && platform !== asked);
  if (found === undefined) return;
  const { name, platform, file } = found;
  const hint = asked === other ? `start.compose in ${file} would name a compose file` : "leave --platform out";
  throw new HarnessError("bad-input", `target ${name} runs on ${platform}, and not on ${asked}`, { hint });
}

/** Throws HarnessError "bad-input" for a setting, or a value, that the target does not have. */
export function checkSettings(target: Target, chosen: Readonly<Record<string, string>>): void {
  const known = new Map(Object.entries(target.settings ?? {}));
  for (const [name, value] of Object.entries(chosen)) {
    const values = Object.keys(known.get(name)?.values ?? {});
    if (values.includes(value)) continue;
    const isKnown = known.has(name);
    const found = isKnown ? `no value "${value}" of the setting ${name}` : `no setting "${name}"`;
    throw new HarnessError("bad-input", `target ${target.name} has ${found}`, {
      hint: suggestName(isKnown ? value : name, isKnown ? values : [...known.keys()]) ?? "it has no settings",
    });
  }
}

/** The command line's settings go before the intent's; throws for one that the intent's target does not have. */
export function withSettings(intent: Intent, { setting }: SelectOptions, target: Target | undefined): Intent {
  if (setting === undefined || target === undefined) return intent;
  checkSettings(target, setting);
  return {
    ...intent,
    settings: Object.fromEntries([...Object.entries(intent.settings ?? {}), ...Object.entries(setting)]),
  };
}

/** The same intent in those of its arms that are asked for. */
export function withArms(intent: Intent, { arms }: SelectOptions): Intent {
  return arms === undefined ? intent : { ...intent, arms: intent.arms.filter((arm) => arms.includes(arm)) };
}

/**
 * How many trials the command line wants, where it says so: a fixed number, or as many as are needed up to a number.
 */
export function withTrials(intent: Intent, { trials, most }: SelectOptions): Intent {
  const { stopping, ...fixed } = intent;
  if (trials !== undefined && most !== undefined) {
    throw new HarnessError("bad-input", "--trials and --most together", {
      hint: "--trials N runs N trials in each arm, --most N as many as are needed up to N; give one of them",
    });
  }
  if (trials !== undefined) return { ...fixed, trials };
  if (most === undefined) return intent;
  // What has no recovery to tell, such as a control, keeps its own number: nothing in it could say when there is
  // enough.
  if (!intent.arms.some(isTreatment) || intent.expect.recovered === undefined) return intent;
  const least = Math.min(most, stopping?.least ?? Math.max(defaultLeast, intent.trials));
  return {
    ...fixed,
    trials: most,
    stopping: { ...stoppingRuleFor(intent.arms, { ...stopping, least, most }), ...budgetOf(stopping) },
  };
}

function budgetOf(stopping: StoppingRule | undefined): Pick<StoppingRule, "budgetMs"> {
  return stopping?.budgetMs === undefined ? {} : { budgetMs: stopping.budgetMs };
}
