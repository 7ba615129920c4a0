// What the coming night shall run, from the intents of the workspace and the history beside the runs.

import { HarnessError } from "../core/errors.ts";
import type { Intent } from "../core/intent.ts";
import type { Ms } from "../core/units.ts";
import { askHistory } from "../history/ask-history.ts";
import type { HistoryRow } from "../records/history-row.ts";
import type { AroundNight } from "../report/tonight-text.ts";
import { scorePredictions } from "../verdict/beliefs/score-predictions.ts";
import { chooseNight, type Night } from "../verdict/beliefs/tonight.ts";
import type { Choice } from "./choose.ts";
import { isWithoutDose } from "./levels/at-levels.ts";
import { onTargetsHere } from "./on-targets-here.ts";
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
  const { left, undosed } = withDoses(await choose(named, { ...options, out, levels: "known" }));
  const { choice, says } = fitForHere(left);
  const { here, cannot } = await onTargetsHere(choice);
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
    cannot: [...undosed.map((intent) => toCalibrate(intent, asked)), ...(says === "" ? [] : [says]), ...cannot],
    score: scorePredictions(rows),
    notes,
  };
}

/** Without those whose level has no dose yet: one of them would end the whole run. */
function withDoses(choice: Choice): { readonly left: Choice; readonly undosed: readonly Intent[] } {
  const undosed = choice.intents.filter(isWithoutDose);
  const out = new Set(undosed.map(({ id }) => id));
  const left = {
    ...choice,
    intents: choice.intents.filter(({ id }) => !out.has(id)),
    plans: choice.plans.filter(({ intent }) => !out.has(intent)),
  };
  return { left, undosed };
}

function toCalibrate({ id, file }: Intent, { out, setting }: TonightAsked): string {
  const command = ["rebound", "calibrate", file, "--out", out, ...settingWords(setting)].map(shellWord).join(" ");
  return `1 intent with a level of which no dose is known (calibrate first: ${command}): ${id}`;
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
    ...settingWords(setting),
  ]
    .map(shellWord)
    .join(" ");
}

function settingWords(setting: TonightAsked["setting"] = {}): readonly string[] {
  return Object.entries(setting).flatMap(([name, value]) => ["--setting", `${name}=${value}`]);
}

function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
