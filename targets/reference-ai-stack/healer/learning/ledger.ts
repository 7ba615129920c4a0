// What was learned, change by change, on the disk. Every value is the sum of its changes, so that each can be taken
// back, and a lesson that is written again after a crash counts once.
import type { Json, State } from "../durable/state.ts";
import { isTally, openRows, valueKey } from "./ledger-rows.ts";
import type { Change, LedgerRows, ValueName } from "./ledger-rows.ts";
import { within } from "./parameters.ts";
import type { Proposal } from "./rules.ts";

/** A value that a person has taken back does not change by rule until a person lets it. */
export interface Hold {
  readonly parameter: ValueName;
  readonly of: string;
  readonly by: string;
  readonly at: string;
}

export interface Ledger extends Pick<LedgerRows, "value" | "known" | "changes"> {
  readonly holds: () => readonly Hold[];
  /** Writes down what of the proposals changes anything and is not held; hands back what is new. */
  write(key: string, proposals: readonly Proposal[], incidents: readonly string[]): readonly Change[];
  /** Takes back this change and the later ones of the same value; null when there is none, or it was taken back. */
  takeBack(id: string, by: string): readonly Change[] | null;
  /** Lets the value of this change be learned again; false when there is no such change or no hold. */
  release(id: string): boolean;
}

const HOLDS = "hold";

export function openLedger(state: State, wallTime: () => string): Ledger {
  const rows = openRows(state);
  const { value, known, changes } = rows;
  return {
    value,
    known,
    changes,
    holds: () => state.list(HOLDS).map(([, hold]) => hold as unknown as Hold),
    write(key, proposals, incidents) {
      const written: Change[] = [];
      for (const [n, { parameter, of, to: wanted, rule, why }] of proposals.entries()) {
        const id = `${key}.${n + 1}`;
        const from = value(parameter, of);
        const to = isTally(parameter) ? wanted : within(parameter, wanted);
        const held = state.get(HOLDS, valueKey({ parameter, of })) !== undefined;
        if (rows.find(id) !== undefined || to === from || held) continue;
        const change = { id, seq: rows.nextSeq(), at: wallTime(), parameter, of, from, to, rule, why, incidents };
        rows.keep(change);
        written.push(change);
      }
      rows.forgetOldest();
      return written;
    },
    takeBack(id, by) {
      const found = rows.find(id);
      if (found === undefined || found.takenBack !== undefined) return null;
      const takenBack = { at: wallTime(), by };
      const later = isTally(found.parameter) ? [] : changes().filter(({ seq }) => seq > found.seq);
      const same = later.filter((one) => valueKey(one) === valueKey(found) && one.takenBack === undefined);
      const taken = [found, ...same].map((one) => ({ ...one, takenBack }));
      const { parameter, of } = found;
      // The hold comes first: a healer that is killed in between learns nothing that was to be taken back.
      const hold: Hold = { parameter, of, by, at: takenBack.at };
      state.put(HOLDS, valueKey(found), hold as unknown as Json);
      for (const one of taken.toReversed()) rows.keep(one);
      return taken;
    },
    release(id) {
      const found = rows.find(id);
      if (found === undefined || state.get(HOLDS, valueKey(found)) === undefined) return false;
      state.drop(HOLDS, valueKey(found));
      return true;
    },
  };
}
