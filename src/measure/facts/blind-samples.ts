// Counts how often each state probe looked in vain, and why: beside "could not be seen" stands what was answered
// instead.

import { makeWordCounter, reasonText } from "../../core/reasons.ts";
import type { WordCounter, WordCounts } from "../../core/reasons.ts";
import type { TimelineEvent } from "../../core/timeline.ts";
import type { TrialFacts } from "../../core/verdict.ts";

/** Looks are counted from the baseline until the stack is torn down: while it boots there is nothing to see. */
const countedPhases: ReadonlySet<string> = new Set(["baseline", "inject", "observe", "revert", "after"]);

interface Words {
  count: number;
  readonly by: WordCounter;
  last: string;
}

interface Counted {
  looks: number;
  readonly blind: Words;
  readonly noted: Words;
}

export interface LookCounter {
  /** Takes the next event, in the order of writing. */
  take(event: TimelineEvent): void;
  /** Probes that looked in vain at least once, and those that noted something; a part is absent when none did. */
  facts(): Pick<TrialFacts, "blindSamples" | "sampleNotes">;
}

/** A counter that has seen nothing yet. */
export function makeLookCounter(): LookCounter {
  const probes = new Map<string, Counted>();
  let counting = false;
  return {
    take(event) {
      if (event.kind === "phase") counting = countedPhases.has(event.phase);
      if (event.kind !== "reading" || !counting) return;
      const counted = probes.get(event.probe) ?? { looks: 0, blind: noWords(), noted: noWords() };
      probes.set(event.probe, counted);
      counted.looks += 1;
      const { reading } = event;
      if (!reading.ok) add(counted.blind, reading.reason);
      else if (reading.note !== undefined) add(counted.noted, reading.note);
    },
    facts() {
      const all = [...probes];
      const blind = all.filter(
        ([
          ,
          {
            blind: { count },
          },
        ]) => count > 0,
      );
      const noted = all.filter(([, counted]) => counted.noted.count > 0);
      return {
        ...(blind.length > 0 && {
          blindSamples: Object.fromEntries(
            blind.map(([probe, { looks, blind: words }]) => [probe, { looks, unseen: words.count, ...said(words) }]),
          ),
        }),
        ...(noted.length > 0 && {
          sampleNotes: Object.fromEntries(
            noted.map(([probe, { looks, noted: words }]) => [probe, { looks, noted: words.count, ...said(words) }]),
          ),
        }),
      };
    },
  };
}

function noWords(): Words {
  return { count: 0, by: makeWordCounter(), last: "" };
}

function add(words: Words, word: string): void {
  words.count += 1;
  words.by.add(word);
  words.last = word;
}

function said({ by, last }: Words): { readonly by: WordCounts; readonly last: string } {
  return { by: by.counts(), last: reasonText(last) };
}
