// What changed since the baseline: the same on the page, the terminal, in the summary and in JUnit.

import type { RunDigest } from "../core/digest.ts";
import type { ChangeKind } from "../records/results/changes.ts";

/** What each kind is called; what weighs most first. */
const words: Readonly<Record<ChangeKind, string>> = {
  "new-failure": "new failure",
  "other-outcome": "other outcome",
  slower: "slower",
  "not-run": "not run",
  gone: "gone",
  fixed: "fixed",
  quicker: "quicker",
  new: "new",
};

export interface ChangesModel {
  readonly says: string;
  readonly lines: readonly {
    readonly word: string;
    readonly intent: string;
    /** Empty: it is not on the page. */
    readonly anchor: string;
    readonly says: string;
  }[];
}

/** Without a baseline that is what is said: silence would read as if nothing had changed. */
const noBaseline = "There is no earlier run to hold this one against.";

/** null for runs of before it was kept. */
export function changesModel({ changes: found, intents }: RunDigest): ChangesModel | null {
  if (found === undefined) return null;
  const order = Object.keys(words);
  const lines = found.changes
    // Without a baseline nearly all is new, which tells nobody anything.
    .filter(({ kind }) => found.baseline !== null || kind !== "new")
    .toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind))
    .map(({ intent, kind, says }) => {
      const at = intents.findIndex((one) => one.intent === intent);
      return { word: words[kind], intent, anchor: at < 0 ? "" : `intent-${at}`, says };
    });
  if (found.baseline === null) return { says: noBaseline, lines };
  const held = `Held against ${found.baseline}; times against the 90 days before.`;
  const untimed = found.timesNotCompared;
  const nothing = untimed === undefined ? "Nothing changed." : "Nothing that was compared changed.";
  const says = [held, ...(untimed === undefined ? [] : [untimed]), ...(lines.length === 0 ? [nothing] : [])].join(" ");
  return { says, lines };
}
