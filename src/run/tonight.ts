// What the coming night shall run, from the intents of the workspace and the history beside the runs.

import { HarnessError, messageOf } from "../core/errors.ts";
import { counted } from "../core/text.ts";
import type { Ms } from "../core/units.ts";
import { askHistory } from "../history/ask-history.ts";
import { platformNamed, platforms } from "../platforms/index.ts";
import type { HistoryRow } from "../records/history-row.ts";
import type { AroundNight } from "../report/tonight-text.ts";
import { scorePredictions } from "../verdict/beliefs/score-predictions.ts";
import { chooseNight, type Night } from "../verdict/beliefs/tonight.ts";
import type { Choice } from "./choose.ts";
import type { SelectOptions } from "./overrides.ts";
import { choose, fitForHere, loadIntents } from "./select.ts";

/** As far back as triage looks. */
const lookBackMs = 90 * 86_400_000;

export interface TonightAsked extends SelectOptions {
  /** Folder that the runs' folders lie in, with the history. */
  readonly out: string;
  /** For the planned time of the whole night, ms. */
  readonly budget: Ms;
}

export interface Tonight extends AroundNight {
  readonly version: 1;
  /** When it was asked, ISO 8601. */
  readonly at: string;
  readonly night: Night;
  readonly notes: readonly string[];
}

/** Chooses among the intents that are named, those of a suite, or all. Throws as `choose` does; starts nothing. */
export async function planTonight(files: readonly string[], asked: TonightAsked, now: Date): Promise<Tonight> {
  const { budget: budgetMs, out, ...options } = asked;
  if (options.shard !== undefined) {
    throw new HarnessError("bad-input", "--shard with tonight", {
      hint: "what a night runs is chosen as a whole: give each machine its own files, suite or budget",
    });
  }
  const named = files.length > 0 || options.suite !== undefined ? files : (await loadIntents()).map(({ file }) => file);
  const { choice, says } = fitForHere(await choose(named, options));
  const { here, cannot } = await onPlatformsHere(choice);
  const notes: string[] = [];
  const nowMs = now.getTime();
  const rows = await askHistory<readonly HistoryRow[]>(
    out,
    [],
    (note) => void notes.push(note),
    (history) => history.rows({ since: nowMs - lookBackMs, before: nowMs }),
  );
  const night = chooseNight({ ...here, rows, budgetMs, nowMs });
  return {
    version: 1,
    at: now.toISOString(),
    night,
    command: commandOf(night, asked),
    rows: rows.length,
    cannot: [...(says === "" ? [] : [says]), ...cannot],
    score: scorePredictions(rows),
    notes,
  };
}

/** What runs the same, for a shell. */
function commandOf(
  { chosen }: Night,
  { budget, out, trials, most, seed, target, platform, setting }: TonightAsked,
): string {
  const options = {
    trials,
    most,
    seed,
    target,
    platform,
    budget: `${Math.round(budget)}ms`,
    out,
  };
  return [
    "rebound",
    "run",
    ...chosen.map(({ file }) => file),
    ...Object.entries(options).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, String(value)])),
    ...Object.entries(setting ?? {}).flatMap(([name, value]) => ["--setting", `${name}=${value}`]),
  ]
    .map(shellWord)
    .join(" ");
}

function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Without those whose platform does not answer: one of them would end the whole run. */
async function onPlatformsHere({
  intents,
  plans,
  targets,
}: Choice): Promise<{ readonly here: Pick<Choice, "intents" | "plans">; readonly cannot: readonly string[] }> {
  const lacking = new Map<string, string>();
  for (const name of new Set(targets.map(({ platform }) => platform))) {
    const why = await whyNot(name);
    if (why !== undefined) lacking.set(name, why);
  }
  const platformOf = new Map(targets.map(({ name, platform }) => [name, platform]));
  const why = (target: string): string | undefined => lacking.get(platformOf.get(target) ?? "");
  return {
    here: {
      intents: intents.filter(({ target }) => why(target) === undefined),
      plans: plans.filter(({ target }) => why(target) === undefined),
    },
    cannot: [...lacking].map(([platform, says]) => {
      const ids = intents.flatMap(({ id, target }) => (platformOf.get(target) === platform ? [id] : []));
      return `${counted(ids.length, "intent")} on ${platform} (${says}): ${ids.join(", ")}`;
    }),
  };
}

/** Every platform but the first is of containers, and needs the engine of them. */
async function whyNot(name: string): Promise<string | undefined> {
  const [first] = platforms;
  if (name === first?.name) return undefined;
  const checks = platforms.filter((platform) => platform !== first).flatMap((platform) => platform.checks);
  for (const { look } of new Set([...checks, ...platformNamed(name).checks])) {
    try {
      await look();
    } catch (thrown) {
      return messageOf(thrown);
    }
  }
  return undefined;
}
