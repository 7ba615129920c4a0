// Why requests failed and samples saw nothing, in sentences: the same on the terminal, the page, in JUnit and in the
// summary.

import type { FactsDigest, IntentDigest } from "../core/digest.ts";
import { sumOf, totalOf, wordsText } from "../core/reasons.ts";
import type { WordCounts } from "../core/reasons.ts";
import type { TrialFacts } from "../records/facts/facts.ts";
import type { LoadFacts, StreamFacts } from "../records/facts/load.ts";

/** What is said, and of what: `errors`, `notes` or `unseen`. */
export interface ReasonLine {
  readonly about: "errors" | "notes" | "unseen";
  readonly says: string;
}

type Counted = Pick<StreamFacts, "expected" | "answered" | "errors" | "errorsBy" | "notesBy">;

/**
 * `status 404 (96×)`, apart for before and from the disturbance on where both have some; empty without errors, or in
 * older runs.
 */
export function errorWords({ errorsBy }: Pick<LoadFacts, "errorsBy">): string {
  return bothStretches(errorsBy);
}

/** The same of notes on answers that count as answered. */
export function noteWords({ notesBy }: Pick<LoadFacts, "notesBy">): string {
  return bothStretches(notesBy);
}

function bothStretches(by: LoadFacts["errorsBy"]): string {
  if (by === undefined) return "";
  const [before, then] = [wordsText(by.baseline), wordsText(by.disturbed)];
  if (before === "" || then === "") return before === "" ? then : `${before}, before the disturbance`;
  return `${then}; before the disturbance ${before}`;
}

/** Every reason of one trial: errors and notes by word, and each state probe that looked in vain. */
export function trialReasons({
  load,
  blindSamples,
  sampleNotes,
}: Pick<TrialFacts, "load" | "blindSamples" | "sampleNotes">): readonly ReasonLine[] {
  return [
    ...loadLines(load),
    ...Object.entries(load.streams ?? {}).flatMap(([name, stream]) => loadLines(stream, name)),
    ...sampleLines("unseen", wordsOfSamples(blindSamples)),
    ...sampleLines("notes", wordsOfSamples(sampleNotes)),
  ];
}

/** The same over all trials of an intent. */
export function intentReasons({ trials }: Pick<IntentDigest, "trials">): readonly ReasonLine[] {
  const all = trials.map(({ facts }) => facts);
  const loads = all.map(({ load }) => load);
  const named = [...new Set(loads.flatMap(({ streams = {} }) => Object.keys(streams)))].flatMap((name) => {
    const own = loads.flatMap(({ streams }) => streams?.[name] ?? []);
    return loadLines(together(own), name);
  });
  const wordsIn = (of: (facts: FactsDigest) => SampleWords): SampleWords => all.map(of).reduce(merged, {});
  const [blind, noted] = [
    wordsIn((facts) => wordsOfSamples(facts.blindSamples)),
    wordsIn((facts) => wordsOfSamples(facts.sampleNotes)),
  ];
  return [...loadLines(together(loads)), ...named, ...sampleLines("unseen", blind), ...sampleLines("notes", noted)];
}

/** The same stream in several trials. */
function together(loads: readonly StreamFacts[]): Counted {
  const sum = (of: (load: StreamFacts) => number): number => loads.reduce((total, load) => total + of(load), 0);
  const errorsBy = summed(loads.map((load) => load.errorsBy));
  const notesBy = summed(loads.map((load) => load.notesBy));
  return {
    expected: sum(({ expected }) => expected),
    answered: sum(({ answered }) => answered),
    errors: sum(({ errors }) => errors),
    ...(errorsBy && { errorsBy }),
    ...(notesBy && { notesBy }),
  };
}

/** By probe: its samples, and of how many of them something is said. */
type SampleWords = Readonly<
  Record<string, { readonly samples: number; readonly count: number; readonly by: WordCounts; readonly last: string }>
>;

function wordsOfSamples(found: TrialFacts["blindSamples"] | TrialFacts["sampleNotes"]): SampleWords {
  return Object.fromEntries(
    Object.entries(found ?? {}).map(([probe, said]) => {
      const { samples, by, last } = said;
      return [probe, { samples, count: "unseen" in said ? said.unseen : said.noted, by, last }];
    }),
  );
}

function summed(parts: readonly LoadFacts["errorsBy"][]): LoadFacts["errorsBy"] {
  const found = parts.filter((part) => part !== undefined);
  if (found.length === 0) return undefined;
  const over = (stretch: "baseline" | "disturbed"): WordCounts =>
    found.reduce<WordCounts>((all, part) => sumOf(all, part[stretch]), {});
  return { baseline: over("baseline"), disturbed: over("disturbed") };
}

function merged(found: SampleWords, more: SampleWords): SampleWords {
  const both = Object.entries(more).map(([probe, { samples, count, by, last }]) => {
    // A probe may be called like something that every object has.
    const before = (Object.hasOwn(found, probe) ? found[probe] : undefined) ?? { samples: 0, count: 0, by: {} };
    return [
      probe,
      { samples: samples + before.samples, count: count + before.count, by: sumOf(by, before.by), last },
    ] as const;
  });
  return { ...found, ...Object.fromEntries(both) };
}

function loadLines(load: Counted, stream?: string): readonly ReasonLine[] {
  const lines: ReasonLine[] = [];
  const of = stream === undefined ? "" : ` of ${stream}`;
  if (load.errors > 0) {
    const words = errorWords(load);
    const why = words === "" ? "why was not counted yet when this run was made" : words;
    lines.push({ about: "errors", says: `${load.errors} of ${load.expected} requests${of}: ${why}` });
  }
  const notes = noteWords(load);
  if (notes !== "") {
    const { baseline, disturbed } = load.notesBy ?? { baseline: {}, disturbed: {} };
    const noted = totalOf(baseline) + totalOf(disturbed);
    lines.push({ about: "notes", says: `${noted} of ${load.answered} answers${of}: ${notes}` });
  }
  return lines;
}

function sampleLines(about: "unseen" | "notes", found: SampleWords): readonly ReasonLine[] {
  return Object.entries(found).map(([probe, { samples, count, by, last }]) => {
    const newest = Object.keys(by).length > 1 ? `; last: ${last}` : "";
    return { about, says: `${probe} in ${count} of ${samples} samples: ${wordsText(by)}${newest}` };
  });
}
