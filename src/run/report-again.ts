// The reports of a run folder, written again from what was recorded and judged then. A run that was killed before it
// judged anything is judged now, and gets its run.json.

import { constants } from "node:fs";
import { copyFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { trialsOf, type RunDigest } from "../core/digest.ts";
import { HarnessError } from "../core/errors.ts";
import { suggestName } from "../core/nearest.ts";
import { readPast } from "../history/past-nights.ts";
import { allPages, folderName } from "../report/paged.ts";
import type { Reporter, RunEnd } from "../reporters/reporter.ts";
import { writeReports } from "../reporters/write-reports.ts";
import { isAbsent } from "../lib/fs.ts";
import type { SkippedTrial } from "../store/run-folder.ts";
import { asEnvironment } from "../store/whole-file.ts";
import { judgeAgain, readerOf, readRecorded, type Recorded } from "./recorded.ts";

interface Rewriting {
  readonly reporters: readonly Reporter[];
  /** Trials that get a page even in a long run: "all", or the folder of one. */
  readonly pages?: string;
  /** Hears what is missing or amiss, a sentence each. */
  readonly note: (says: string) => void;
}

interface Rewritten {
  /** The HTML report. */
  readonly path: string;
  readonly skipped: readonly SkippedTrial[];
  /** Why a report could not be written. */
  readonly failure?: unknown;
}

/** Verdicts stay as recorded, where there are any. Throws HarnessError "bad-input" for a trial that the run has not. */
export async function reportAgain(dir: string, rewriting: Rewriting): Promise<Rewritten> {
  const { open, ...recorded } = await readRecorded(dir);
  for (const says of recorded.notes) rewriting.note(says);
  if (open === undefined) return rewrite(await judgedNow(recorded, rewriting), rewriting);
  try {
    const { run: result, trialOf, isOfToday } = open;
    return await rewrite({ ...recorded, result, trialOf, isThere: isOfToday }, rewriting);
  } finally {
    await open.close();
  }
}

/** What reports are made of. */
interface Source
  extends Pick<Recorded, "runDir" | "trials" | "skipped">, Pick<RunEnd, "result" | "trialOf" | "isThere"> {}

async function judgedNow(recorded: Omit<Recorded, "open">, { pages, note }: Rewriting): Promise<Source> {
  const { runDir } = recorded;
  const { result, judged, skipped } = await judgeAgain(recorded);
  assertThere(pages, result);
  await keepDamaged(runDir, note);
  return { runDir, trials: judged, skipped, result, trialOf: trialsOf(result) };
}

async function rewrite(source: Source, { reporters, pages, note }: Rewriting): Promise<Rewritten> {
  const { runDir, trials, skipped, ...of } = source;
  assertThere(pages, of.result);
  const timelines = readerOf(trials);
  const { timelineOf, amissOf } = timelines;
  const pastOf = await readPast(dirname(runDir), of.result, note);
  const written = await writeReports(reporters, {
    dir: runDir,
    ...of,
    timelineOf,
    amissOf,
    pastOf,
    ...(pages && { pages }),
  });
  for (const { folder, reason } of [...timelines.unread, ...timelines.torn]) note(`${folder}: ${reason}`);
  return { ...written, skipped };
}

/**
 * A run.json that broke off may hold what today's rules cannot say again: it stays, beside the one that is made now.
 */
async function keepDamaged(runDir: string, note: Rewriting["note"]): Promise<void> {
  const name = `run.json.damaged-${new Date().toISOString().replaceAll(/[:.]/g, "-")}`;
  const [from, to] = [join(runDir, "run.json"), join(runDir, name)];
  const isKept = await asEnvironment(`cannot keep ${from} as ${name}`, () =>
    copyFile(from, to, constants.COPYFILE_EXCL).then(
      () => true,
      (thrown: unknown) => {
        if (isAbsent(thrown)) return false;
        throw thrown;
      },
    ),
  );
  if (isKept) note(`the run.json that broke off is kept as ${name}`);
}

function assertThere(pages: string | undefined, { intents }: RunDigest): void {
  if (pages === undefined) return;
  const known = [allPages, ...intents.flatMap(({ trials }) => trials.map(({ plan }) => folderName(plan)))];
  if (known.includes(pages)) return;
  const like = suggestName(pages, known);
  throw new HarnessError("bad-input", `--pages ${pages}: this run has no such trial`, {
    hint: `give all, or the folder of a trial below trials/; ${like ?? "it has no trial"}`,
  });
}
