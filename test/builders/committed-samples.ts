// The runs in reports/samples/, as they were recorded: real ones, made by `npm run samples`.

import { join, resolve } from "node:path";
import type { TrialRecord } from "../../src/core/verdict.ts";
import type { RunResult } from "../../src/records/results/run-result.ts";
import { recordedTrials, type RecordedTrial } from "../../src/store/run-folder.ts";
import { readRun } from "./read-run.ts";
import { readTimeline } from "./read-timeline.ts";
import { renderPages } from "./rendered-page.ts";

/** Folder of all samples. */
export const samplesDir = resolve("reports/samples");
export const goodNight = "good-night";
export const restarted = "restarted-instead-of-restored";

export interface CommittedSample {
  readonly dir: string;
  readonly run: RunResult;
  readonly records: readonly TrialRecord[];
  readonly recorded: readonly RecordedTrial[];
  /** As they are committed, by their path in `dir`; what today's code makes of the run must be the same. */
  readonly pages: ReadonlyMap<string, string>;
}

/** One of them. */
export async function committedSample(name: string): Promise<CommittedSample> {
  const dir = join(samplesDir, name);
  const run = await readRun(dir);
  const { trials } = await recordedTrials(dir);
  const records = await Promise.all(
    trials.map(async ({ plan, timeline }) => ({
      plan,
      timeline: timeline === undefined ? [] : await readTimeline(timeline),
    })),
  );
  return { dir, run, records, recorded: trials, pages: await renderPages(run, records) };
}

/** A page as a reader sees it, in order, without markup. */
export function wordsOf(html: string): string {
  const text = html.replaceAll(/<(style|script)>[\s\S]*?<\/\1>/g, " ").replaceAll(/<[^>]*>/g, " ");
  const plain = text.replaceAll(/&#x([0-9A-F]+);/gi, (_, code: string) =>
    String.fromCodePoint(Number.parseInt(code, 16)),
  );
  return plain.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&").replaceAll(/\s+/g, " ");
}
