// Puts runs together that shared the intents of one run: the shards of a night become one result, one scorecard, one
// report. Verdicts on trials stay as they were recorded; what is said over several of them is concluded again.

import type { RunDigest, TrialDigest } from "../core/digest.ts";
import { HarnessError, reasonOf } from "../core/errors.ts";
import { trialName } from "../core/plan.ts";
import type { RunPart } from "../records/results/run-result.ts";
import { rowsBefore } from "../history/rows-before.ts";
import { readHistory } from "../store/history.ts";
import { readTrialVerdict, readVerdictText } from "../store/results.ts";
import { recordedTrials, type RecordedTrial, type RunFolder, type SkippedTrial } from "../store/run-folder.ts";
import { writeOutcome, type Reporting, type WrittenRun } from "./end-run.ts";
import { concludeRun, thisHarness, type IntentMeta, type RunMeta } from "./finish-run.ts";
import { copyPart, keepBegun, newFolder, takeAway, UncopiedPart, type Part } from "./merged-folder.ts";
import { readerOf, readRecorded, trialFolderName } from "./recorded.ts";

/** A folder that could not be put in, and why. */
interface SkippedRun {
  readonly dir: string;
  readonly reason: string;
}

/** The run that was made, and what it is made without. */
export interface MergedRun extends WrittenRun {
  readonly skipped: readonly SkippedRun[];
  /** A sentence for each shard that is not there. */
  readonly missing: readonly string[];
  /** Trials whose timeline is not whole; their verdicts are of when it was. */
  readonly torn: readonly SkippedTrial[];
}

/** What it is made without, a line each. */
export function lackLines({ skipped, missing, torn }: Omit<MergedRun, keyof WrittenRun>): readonly string[] {
  const notes = [...missing, ...torn.map(({ folder, reason }) => `${folder}: ${reason}`)];
  return [...skipped.map(({ dir, reason }) => `skipped: ${dir}: ${reason}`), ...notes.map((says) => `note: ${says}`)];
}

/**
 * Makes one run of those in `dirs`, in a folder of its own below `out`; they stay as they are. A folder that is no
 * whole run, a run that was given twice, one of another version, suite or seed, another part of the same shard, and
 * one with an intent that another has too are named in `skipped`; with one of them, or with a shard missing, the run
 * is not whole and cannot pass. One of which something cannot be read or copied is named there, too. Throws
 * HarnessError "bad-input" when none is left, or when they were put together before.
 */
export async function mergeRuns(dirs: readonly string[], out: string, reporting: Reporting): Promise<MergedRun> {
  const read = await Promise.all(dirs.map(readPart));
  const { folder, meta, intents, parts, skipped, missing } = await copied(fitting(read), out);
  const trials = parts.flatMap(({ run }) => run.intents.flatMap((intent) => intent.trials));
  const past = await rowsBefore(out, meta, intents);
  for (const says of past.notes) reporting.onTrouble(says);
  const result = concludeRun<TrialDigest>(meta, intents, { trials, history: await readHistory(folder.dir), past });
  const timelines = readerOf((await recordedTrials(folder.dir)).trials);
  const written = await writeOutcome(folder, result, {
    ...reporting,
    trialOf: (plan) => readTrialVerdict(folder.dir, plan),
    textOf: (plan) => readVerdictText(folder.dir, plan),
    timelineOf: timelines.timelineOf,
    amissOf: timelines.amissOf,
  });
  const torn = [...timelines.unread, ...timelines.torn];
  return { result, dir: folder.dir, ...written, skipped, missing, torn };
}

/** Parts in a folder of their own, and what it is without. */
interface Copied extends Pick<MergedRun, "skipped" | "missing"> {
  readonly folder: RunFolder;
  readonly meta: RunMeta;
  readonly intents: readonly IntentMeta[];
  readonly parts: readonly Part[];
}

/** A part that cannot be copied takes no other with it: it is named, and the rest is begun anew without it. */
async function copied(
  [parts, skipped]: readonly [readonly Part[], readonly SkippedRun[]],
  out: string,
): Promise<Copied> {
  const [first] = parts;
  if (first === undefined) {
    const reasons = skipped.map(({ dir, reason }) => `${dir}: ${reason}`).join("; ");
    throw new HarnessError("bad-input", `there is no run to merge (${reasons || "no folder was given"})`, {
      hint: "give the folders of the runs of all shards, each with its run.json",
    });
  }
  const missing = missingShards(parts);
  const lacks = [...skipped.map(({ dir, reason }) => `${dir} was left out: ${reason}`), ...missing];
  const meta = metaOf(parts, first, lacks);
  const intents = parts.flatMap((part) => part.intents);
  const folder = await newFolder(meta.runId, out);
  try {
    await keepBegun(folder, meta, { parts, intents });
    for (const part of parts) await copyPart(part, folder);
    return { folder, meta, intents, parts, skipped, missing };
  } catch (thrown) {
    await takeAway(folder);
    if (!(thrown instanceof UncopiedPart) || parts.length === 1) throw thrown;
    const { part, message } = thrown;
    return copied([parts.filter((one) => one !== part), [...skipped, { dir: part.dir, reason: message }]], out);
  }
}

/** The folder's run, or why there is none. */
async function readPart(dir: string): Promise<Part | SkippedRun> {
  try {
    const { open, runDir, intents, trials, skipped } = await readRecorded(dir);
    await open?.close();
    const run = open?.run;
    if (run === undefined) return { dir, reason: "it has no whole run.json (`rebound report` makes one)" };
    const lost = lostTrial(run, trials, skipped);
    if (lost !== undefined) return { dir, reason: lost };
    return { dir: runDir, run, intents };
  } catch (thrown) {
    if (thrown instanceof HarnessError && thrown.code === "bad-input") return { dir, reason: reasonOf(thrown) };
    throw thrown;
  }
}

/** The first trial that its run.json names and that cannot be read beside it, with the reason; of more, how many. */
function lostTrial(
  run: RunDigest,
  trials: readonly RecordedTrial[],
  skipped: readonly SkippedTrial[],
): string | undefined {
  const there = new Set(trials.map(({ plan }) => trialName(plan)));
  const lost = run.intents.flatMap((intent) => intent.trials).filter(({ plan }) => !there.has(trialName(plan)));
  const [first] = lost;
  if (first === undefined) return undefined;
  const folder = trialFolderName(first);
  const reason = skipped.find((one) => one.folder === folder)?.reason ?? "it is not there";
  const more = lost.length > 1 ? `, and ${lost.length - 1} more` : "";
  return `its trial ${folder} cannot be read: ${reason}${more}`;
}

/** Those that go together, by shard and begin, and the others. */
function fitting(read: readonly (Part | SkippedRun)[]): readonly [readonly Part[], readonly SkippedRun[]] {
  const whole = read.flatMap((one) => ("run" in one ? [one] : []));
  const parts: Part[] = [];
  const skipped: SkippedRun[] = read.flatMap((one) => ("run" in one ? [] : [one]));
  const wanted = commonest(whole.map(kindOf));
  const alike = whole.filter((one) => stranger(one, wanted) === undefined);
  for (const one of whole) {
    const reason = stranger(one, wanted) ?? lesser(one, alike) ?? double(one, parts);
    if (reason === undefined) parts.push(one);
    else skipped.push({ dir: one.dir, reason });
  }
  const key = ({ run }: Part): string => `${String(run.shard?.index ?? 0).padStart(4, "0")} ${run.startedAt}`;
  return [parts.toSorted((a, b) => (key(a) < key(b) ? -1 : 1)), skipped];
}

/** What runs of one night have in common, by the words for it. */
type Kind = Readonly<Record<"version" | "suite" | "seed" | "number of shards" | "trials of all shards", string>>;

function kindOf({ run }: Part): Kind {
  return {
    version: run.harness.version,
    suite: run.suite ?? "(none)",
    seed: String(run.seed),
    "number of shards": String(run.shard?.of ?? 1),
    "trials of all shards": run.shard?.night ?? "(no shard)",
  };
}

/** Of what most of them are; of several that are as common, the first. */
function commonest(kinds: readonly Kind[]): Kind | undefined {
  const texts = kinds.map((kind) => JSON.stringify(kind));
  const times = (text: string): number => texts.filter((other) => other === text).length;
  const best = texts.reduce<string | undefined>((a, b) => (a === undefined || times(b) > times(a) ? b : a), undefined);
  return kinds[texts.indexOf(best ?? "")];
}

/** In what the run differs from the others, or from what this version can read. */
function stranger(part: Part, wanted: Kind | undefined): string | undefined {
  const own = thisHarness().version;
  if (part.run.harness.version !== own) return `it is of Rebound ${part.run.harness.version}, this is ${own}`;
  const kind = kindOf(part);
  const other = (Object.keys(kind) as (keyof Kind)[]).find(
    (what) => wanted !== undefined && kind[what] !== wanted[what],
  );
  if (other === undefined || wanted === undefined) return undefined;
  return `its ${other}: ${kind[other]}, the others' ${wanted[other]}`;
}

/** Why another part of the same shard is put in instead: one that came to its end, else the newer, else the first. */
function lesser(part: Part, parts: readonly Part[]): string | undefined {
  const { shard, interrupted, startedAt } = part.run;
  if (shard === undefined) return undefined;
  const same = parts.filter(({ run }) => run.shard?.index === shard.index);
  const other = same.reduce((a, b) => (isBetter(b, a) ? b : a));
  if (other === part || other.run.runId === part.run.runId) return undefined;
  const isOlder = Date.parse(startedAt) < Date.parse(other.run.startedAt);
  const why =
    interrupted && !other.run.interrupted
      ? "which came to its end"
      : isOlder
        ? "which is newer"
        : "which was given first";
  return `it is shard ${shard.index}/${shard.of}, as ${other.dir} is, ${why}`;
}

function isBetter({ run: a }: Part, { run: b }: Part): boolean {
  if (a.interrupted !== b.interrupted) return b.interrupted;
  return Date.parse(a.startedAt) > Date.parse(b.startedAt);
}

/** What it has that another has, too. */
function double({ run }: Part, before: readonly Part[]): string | undefined {
  for (const { dir, run: known } of before) {
    if (known.runId === run.runId) return `its run id ${run.runId} is that of ${dir}`;
    const both = known.intents.find(({ intent }) => run.intents.some((own) => own.intent === intent));
    if (both !== undefined) return `its intent ${both.intent} is in ${known.runId} already`;
  }
  return undefined;
}

function missingShards(parts: readonly Part[]): readonly string[] {
  const of = parts[0]?.run.shard?.of ?? 0;
  const there = new Set(parts.map(({ run }) => run.shard?.index));
  return Array.from({ length: of }, (_, index) => index + 1)
    .filter((index) => !there.has(index))
    .map((index) => `shard ${index}/${of} is not there`);
}

function metaOf(parts: readonly Part[], { run: first }: Part, lacks: readonly string[]): RunMeta {
  const runs = parts.map(({ run }) => run);
  const failures = [...lacks, ...runs.flatMap(({ runId, failure }) => (failure ? [`${runId}: ${failure}`] : []))];
  const reason = lacks.length > 0 ? "failed" : runs.find((run) => run.reason !== undefined)?.reason;
  return {
    runId: `${first.runId}-merged`,
    suite: first.suite,
    startedAt: earliest(runs.map(({ startedAt }) => startedAt)),
    endedAt: latest(runs.map(({ endedAt }) => endedAt)),
    seed: first.seed,
    interrupted: lacks.length > 0 || runs.some(({ interrupted }) => interrupted),
    ...(reason && { reason }),
    ...(failures.length > 0 && { failure: failures.join("; ") }),
    planned: runs.reduce((sum, { planned }) => sum + planned, 0),
    parts: runs.map(({ runId, shard, startedAt, endedAt, machine }): RunPart => ({
      runId,
      ...(shard && { shard }),
      startedAt,
      endedAt,
      machine,
    })),
    machine: first.machine,
    harness: first.harness,
  };
}

function earliest(times: readonly string[]): string {
  return times.reduce((a, b) => (Date.parse(b) < Date.parse(a) ? b : a));
}

function latest(times: readonly string[]): string {
  return times.reduce((a, b) => (Date.parse(b) > Date.parse(a) ? b : a));
}
