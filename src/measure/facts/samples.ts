// How often each state probe looked in vain, and why: beside "could not be seen" stands what was answered instead. And
// what was noted of those samples that saw something, but no better.

import { makeWordCounter, reasonText } from "../../core/reasons.ts";
import type { WordCounter, WordCounts } from "../../core/reasons.ts";
import type { ReadingEvent } from "../../records/timeline/reading.ts";
import { foldedFact } from "./fact.ts";
import type { TimelineEvent } from "../../records/timeline/event.ts";

export const blindSamples = foldedFact("blindSamples", [], () => {
  const counter = makeSampleCounter(({ reading }) => (reading.ok ? undefined : reading.reason));
  return {
    add: counter.add,
    done: () => counter.counted(({ samples, counted, ...words }) => ({ samples, unseen: counted, ...words })),
  };
});

export const sampleNotes = foldedFact("sampleNotes", [], () => {
  const counter = makeSampleCounter(({ reading }) => (reading.ok ? reading.note : undefined));
  return {
    add: counter.add,
    done: () => counter.counted(({ samples, counted, ...words }) => ({ samples, noted: counted, ...words })),
  };
});

/** Samples are counted from the baseline until the stack is torn down: while it boots there is nothing to see. */
const countedPhases: ReadonlySet<string> = new Set(["baseline", "inject", "observe", "revert", "after"]);

interface Counting {
  samples: number;
  counted: number;
  readonly by: WordCounter;
  last: string;
}

/** Samples of one probe: all, those of which there was a word, how often each word was met, and the newest. */
interface Counted {
  readonly samples: number;
  readonly counted: number;
  readonly by: WordCounts;
  readonly last: string;
}

interface SampleCounter {
  readonly add: (event: TimelineEvent) => void;
  /** By probe, those of which there was a word at least once; undefined when there was none of any. */
  readonly counted: <T>(shape: (counted: Counted) => T) => Readonly<Record<string, T>> | undefined;
}

/** Counts samples by the word that there is of them; undefined is no word. */
function makeSampleCounter(wordOf: (event: ReadingEvent) => string | undefined): SampleCounter {
  const probes = new Map<string, Counting>();
  let counting = false;
  return {
    add(event) {
      if (event.kind === "phase") counting = countedPhases.has(event.phase);
      if (event.kind !== "reading" || !counting) return;
      const probe = probes.get(event.probe) ?? { samples: 0, counted: 0, by: makeWordCounter(), last: "" };
      probes.set(event.probe, probe);
      probe.samples += 1;
      const word = wordOf(event);
      if (word === undefined) return;
      probe.counted += 1;
      probe.by.add(word);
      probe.last = word;
    },
    counted(shape) {
      const all = [...probes].filter(([, { counted }]) => counted > 0);
      if (all.length === 0) return undefined;
      return Object.fromEntries(
        all.map(([name, { samples, counted, by, last }]) => [
          name,
          shape({ samples, counted, by: by.counts(), last: reasonText(last) }),
        ]),
      );
    },
  };
}
