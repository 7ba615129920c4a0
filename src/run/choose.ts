// Finds and checks what a command works on: targets, intents, and the plans that follow from them.

import { counted } from "../core/text.ts";
import { existsSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { HarnessError, type Problem } from "../core/errors.ts";
import { whyNoRun } from "../core/may-begin.ts";
import type { Intent } from "../core/intent.ts";
import type { Shard } from "../records/begun.ts";
import type { TrialPlan } from "../records/plan.ts";
import type { Target } from "../core/target.ts";
import { intentId, lintIntentText } from "../intent/lint-intent.ts";
import type { IntentContext } from "../intent/draft.ts";
import { lintTargetText } from "../target/lint-target.ts";
import type { TargetTables } from "../target/target-schema.ts";
import { targetNameOf } from "../core/target-files.ts";
import { makePlans } from "../plan/make-plan.ts";
import { intentsOfShard, nightOf, type AskedShard } from "../plan/shards.ts";
import { selectSuite, suiteNames } from "../plan/suites.ts";
import { filesNamed, findExperiments, findTargets, readText, readWholeText } from "../store/read-experiments.ts";
import { withFilesDigests } from "../store/target-files.ts";
import { ruleTable } from "../verdict/rule-table.ts";
import { onPlatform, refuseElsewhere, withArms, withSettings, withTrials, type SelectOptions } from "./overrides.ts";
import { intentFiles, isTargetFile, makeRunId } from "./named-files.ts";
import { filesOfSuite } from "./of-suite.ts";
import { eachFileOnce, sameNames } from "./same-names.ts";
import { scriptProblems } from "./check-scripts.ts";
import { packageRoot } from "../store/package.ts";

/** What a run or a plan works on. */
export interface Choice {
  readonly runId: string;
  readonly suite: string | null;
  readonly seed: number;
  readonly intents: readonly Intent[];
  readonly targets: readonly Target[];
  readonly plans: readonly TrialPlan[];
  /** Absent: all of it. */
  readonly shard?: Shard;
}

/** Good things that were read, and everything that was wrong with the others. */
interface Checked<T> {
  readonly items: readonly T[];
  readonly problems: readonly Problem[];
  /** How many there were, each counted once. */
  readonly files: number;
  /** File of each thing that has problems, by its name. */
  readonly broken: ReadonlyMap<string, string>;
}

const defaultSuite = "smoke";

/** Where caches of a target lie; they outlive runs and may be deleted at any time. */
export function cacheDirOf(target: Target): string {
  return join(packageRoot(), ".cache", target.name);
}

/** The folder that holds experiments/ and targets/: where the user stands, else Rebound's own. */
function workspace(): string {
  return existsSync("targets") || existsSync("experiments") ? process.cwd() : packageRoot();
}

/** The folder that holds targets/: where the user stands, else Rebound's own, so that intents alone may name those. */
function targetsRoot(): string {
  return existsSync("targets") ? process.cwd() : packageRoot();
}

async function checkTargets(
  named: readonly string[],
  { probeKinds, platformNames, loadSources }: TargetTables,
): Promise<Checked<Target>> {
  const files = await eachFileOnce(named);
  const lints = await Promise.all(
    files.map(async (file) =>
      lintTargetText(await readText(file), shown(file), {
        dir: dirname(resolve(file)),
        probeKinds,
        platformNames,
        loadSources,
        exists: existsSync,
        read: readWholeText,
      }),
    ),
  );
  const names = files.map((file) => ({
    file: shown(file),
    name: targetNameOf(basename(file), basename(dirname(resolve(file)))),
  }));
  return {
    items: lints.flatMap(({ target }) => target ?? []),
    problems: [...lints.flatMap(({ problems }) => problems), ...sameNames("target", names)],
    files: files.length,
    broken: new Map(
      names.filter((_, index) => lints[index]?.target === undefined).map(({ name, file }) => [name, file]),
    ),
  };
}

/** What an intent may ask for: faults, and what a target's platform offers; and what a target may name. */
export type Known = Pick<IntentContext, "faultTable" | "offers"> & TargetTables;
type Targets = Pick<IntentContext, "targets" | "brokenTargets">;

async function checkIntents(named: readonly string[], targets: Targets, known: Known): Promise<Checked<Intent>> {
  const files = await eachFileOnce(named);
  const context = { ...targets, ...known, ruleNames: ruleTable.map(({ name }) => name) };
  const lints = await Promise.all(
    files.map(async (file) => lintIntentText(await readText(file), shown(file), context)),
  );
  const ids = files.map((file) => ({ file: shown(file), name: intentId(shown(file)) }));
  return {
    items: lints.flatMap(({ intent }) => intent ?? []),
    problems: [...lints.flatMap(({ problems }) => problems), ...sameNames("intent", ids)],
    files: files.length,
    broken: new Map(),
  };
}

/** A path as people are shown it. */
export function shown(file: string): string {
  const path = relative(process.cwd(), file);
  return path.startsWith("..") ? resolve(file) : path;
}

/** How many files were checked, and what is wrong with them. */
interface Linted {
  readonly checked: number;
  readonly problems: readonly Problem[];
}

/** Checks every target and every intent of the workspace. */
export async function lintAll(known: Known): Promise<Linted> {
  return lintFiles([...(await findTargets(targetsRoot())), ...(await findExperiments(workspace()))], known);
}

/**
 * Checks the named files and folders; files called target.yaml or NAME.target.yaml as targets, all others as intents.
 */
export async function lintFiles(paths: readonly string[], table: Known): Promise<Linted> {
  const files = await filesNamed(paths);
  const named = await checkTargets(files.filter(isTargetFile), table);
  const known = await checkTargets(await findTargets(targetsRoot()), table);
  const intents = await checkIntents(
    files.filter((file) => !isTargetFile(file)),
    {
      targets: byName([...known.items, ...named.items]),
      brokenTargets: { told: named.broken, untold: known.broken },
    },
    table,
  );
  const targets = byName([...known.items, ...named.items]);
  const scripts = await scriptsOf(intents.items, targets, table);
  return { checked: named.files + intents.files, problems: [...named.problems, ...intents.problems, ...scripts] };
}

/** What is wrong with the texts of intents that are not written yet; `file`: where each shall be. */
export async function lintNewIntents(
  texts: readonly { readonly text: string; readonly file: string }[],
  known: Known,
): Promise<readonly (readonly Problem[])[]> {
  const checked = await checkTargets(await findTargets(targetsRoot()), known);
  const brokenTargets = { told: new Map<string, string>(), untold: checked.broken };
  const ruleNames = ruleTable.map(({ name }) => name);
  const context = { targets: byName(checked.items), brokenTargets, ...known, ruleNames };
  return texts.map(({ text, file }) => lintIntentText(text, file, context).problems);
}

async function scriptsOf(
  intents: readonly Intent[],
  targets: ReadonlyMap<string, Target>,
  { loadSources: sources = [] }: TargetTables,
): Promise<readonly Problem[]> {
  return scriptProblems(intents, targets, { sources, shown });
}

/** Every target of the workspace; throws with every problem. */
export async function loadTargets(kinds: TargetTables): Promise<readonly Target[]> {
  return accept(await checkTargets(await findTargets(targetsRoot()), kinds));
}

/**
 * One target by its name or the path of its file, whatever is wrong with others; throws with its problems, or the names
 * that there are.
 */
export async function loadTarget(name: string, kinds: TargetTables): Promise<Target> {
  if (isTargetFile(name) && existsSync(name)) {
    const [target] = accept(await checkTargets([name], kinds));
    if (target !== undefined) return target;
  }
  return targetOf(name, await checkTargets(await findTargets(targetsRoot()), kinds));
}

/** Before intents are checked against it: each of them would have the same problem. */
function refuseUnfit(target: Target): void {
  const problems = whyNoRun(target);
  if (problems.length === 0) return;
  throw new HarnessError("bad-input", `nothing can run on ${target.name}; nothing was started`, {
    problems,
    hint: `\`rebound doctor ${target.name}\` says what else it leaves untold, and what that costs`,
  });
}

function targetOf(name: string, checked: Checked<Target>): Target {
  const target = checked.items.find((candidate) => candidate.name === name);
  if (target) return target;
  const broken = checked.broken.get(name);
  const problems = checked.problems.filter(({ place }) => place?.file === broken);
  if (problems.length > 0) accept({ ...checked, problems });
  const names = checked.items.map((candidate) => candidate.name);
  throw new HarnessError("bad-input", `there is no target "${name}"`, {
    hint: `expected one of: ${names.join(", ") || "(none here)"}`,
  });
}

/** Every intent of the workspace; throws with every problem. */
export async function loadIntents(known: Known): Promise<readonly Intent[]> {
  const targets = byName(await loadTargets(known));
  return accept(await checkIntents(await findExperiments(workspace()), { targets }, known));
}

/** Puts a dose in place of a level; throws where none is known. */
type AtLevels = (intent: Intent, target: Target) => Promise<Intent>;

/** Chooses intents and plans their trials; throws with every problem, before anything is touched. */
export async function choose(
  files: readonly string[],
  options: SelectOptions,
  { atLevels, ...table }: Known & { readonly atLevels: AtLevels },
): Promise<Choice> {
  // A target that nobody here asks for may have problems; of one that an intent names, the intent says where they are.
  const checked = await checkTargets(await findTargets(targetsRoot()), table);
  const known = checked.items.map((target) => onPlatform(target, options.platform));
  const forced = options.target === undefined ? undefined : targetOf(options.target, { ...checked, items: known });
  if (forced !== undefined) refuseUnfit(forced);
  // With --target every name an intent may use stands for that one target, so that it is checked against that one.
  const targets = new Map(known.map((target) => [target.name, forced ?? target]));
  const all = files.length > 0 ? intentFiles(await filesNamed(files)) : await findExperiments(workspace());
  const suite = files.length > 0 && options.suite === undefined ? null : (options.suite ?? defaultSuite);
  // On what they were not written for, most of the others have problems that nobody asks after.
  const isOther = options.target !== undefined || options.platform !== undefined;
  const named = suite !== null && isOther ? await filesOfSuite(all, suite) : all;
  const brokenTargets = { told: new Map<string, string>(), untold: forced ? new Map() : checked.broken };
  const sound = accept(await checkIntents(named, { targets, brokenTargets }, table));
  const chosen = suite === null ? sound : selectSuite(sound, suite);
  if (chosen.length === 0) {
    throw new HarnessError("bad-input", suite === null ? "no intent to run" : `no intent carries the tag "${suite}"`, {
      hint: `tags that there are: ${suiteNames(sound).join(", ") || "none"}`,
    });
  }
  const intents = await Promise.all(
    chosen.map(async (intent) => {
      const target = targets.get(intent.target);
      const asked = withSettings(withTrials(withArms(intent, options), options), options, target);
      const named = { ...asked, target: forced?.name ?? intent.target };
      return target === undefined ? named : atLevels(named, target);
    }),
  );
  const used = new Set(intents.map(({ target }) => target));
  refuseElsewhere(
    known.filter(({ name }) => used.has(name)),
    options.platform,
  );
  refuse(await scriptsOf(intents, byName([...targets.values()]), table));
  const seed = options.seed ?? intents[0]?.seed ?? 0;
  const runId = makeRunId();
  const plans = makePlans(intents, await withFilesDigests(byName([...targets.values()]), [...used]), {
    runId,
    faultTable: table.faultTable,
    ...(options.seed === undefined ? {} : { seed: options.seed }),
  });
  return ofShard({ runId, suite, seed, intents, plans, targets: known }, options.shard);
}

/** What one shard does of it, and the targets that it needs. */
function ofShard(all: Choice, shard: AskedShard | undefined): Choice {
  const mine = shard && intentsOfShard(all.plans, shard);
  const plans = all.plans.filter(({ intent }) => mine?.has(intent) ?? true);
  const used = new Set(plans.map((plan) => plan.target));
  return {
    ...all,
    ...(shard && { shard: { ...shard, night: nightOf(all.plans) } }),
    intents: all.intents.filter(({ id }) => mine?.has(id) ?? true),
    plans,
    targets: all.targets.filter((target) => used.has(target.name)),
  };
}

function byName(targets: readonly Target[]): ReadonlyMap<string, Target> {
  return new Map(targets.map((target) => [target.name, target]));
}

function accept<T>(checked: Checked<T>): readonly T[] {
  refuse(checked.problems);
  return checked.items;
}

/** Throws when there are any. */
function refuse(problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  throw new HarnessError("bad-input", `${counted(problems.length, "problem")}; nothing was started`, {
    problems,
    hint: "`rebound lint` checks without running",
  });
}
