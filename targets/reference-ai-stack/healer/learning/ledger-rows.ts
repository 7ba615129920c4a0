// The rows of what was learned, and how a value follows from them.
import type { Json, State } from "../durable/state.ts";
import { PARAMETERS, TALLIES } from "./parameters.ts";
import type { ParameterName, TallyName } from "./parameters.ts";
import type { RuleName } from "./rules.ts";

export type ValueName = ParameterName | TallyName;

/** One change of one value, as GET /learning shows it. */
export interface Change {
  /** The lesson's key and the number of the change in it: unique for ever. */
  readonly id: string;
  /** Counts all changes from 1. */
  readonly seq: number;
  /** ISO 8601. */
  readonly at: string;
  readonly parameter: ValueName;
  readonly of: string;
  readonly from: number;
  readonly to: number;
  readonly rule: RuleName;
  readonly why: string;
  /** The closed incidents that it rests on; empty for suspicions that never became one. */
  readonly incidents: readonly string[];
  readonly takenBack?: { readonly at: string; readonly by: string };
}

/** What older changes, which are no longer kept, have come to. */
interface Base {
  readonly parameter: ValueName;
  readonly of: string;
  readonly value: number;
  /** `seq` of the last change that is in it. */
  readonly through: number;
}

export interface LedgerRows {
  readonly value: (parameter: ValueName, of: string) => number;
  /** Every value that was ever changed. */
  readonly known: () => readonly { readonly parameter: ValueName; readonly of: string }[];
  /** Oldest first. */
  readonly changes: () => readonly Change[];
  readonly find: (id: string) => Change | undefined;
  readonly keep: (change: Change) => void;
  readonly nextSeq: () => number;
  readonly forgetOldest: () => void;
}

const CHANGES = "change";
const BASES = "base";
const KEPT = 500;

export function openRows(state: State): LedgerRows {
  const changes = (): readonly Change[] =>
    state
      .list(CHANGES)
      .map(([, change]) => change as unknown as Change)
      .toSorted((a, b) => a.seq - b.seq);
  const bases = (): readonly Base[] => state.list(BASES).map(([, base]) => base as unknown as Base);
  const baseOf = (key: string): Base | undefined => state.get(BASES, key) as unknown as Base | undefined;
  return {
    changes,
    find: (id) => state.get(CHANGES, id) as unknown as Change | undefined,
    keep: (change) => state.put(CHANGES, change.id, change as unknown as Json),
    value(parameter, of) {
      const key = valueKey({ parameter, of });
      const own = changes().filter((one) => valueKey(one) === key);
      return valueFrom(parameter, baseOf(key), own);
    },
    known() {
      const all = [...bases(), ...changes()].map(({ parameter, of }) => ({ parameter, of }));
      return [...new Map(all.map((one) => [valueKey(one), one])).values()];
    },
    nextSeq: () => 1 + Math.max(0, ...changes().map(({ seq }) => seq), ...bases().map(({ through }) => through)),
    forgetOldest() {
      const all = changes();
      for (const old of all.slice(0, Math.max(0, all.length - KEPT))) {
        const { parameter, of, seq } = old;
        const base: Base = { parameter, of, value: valueFrom(parameter, baseOf(valueKey(old)), [old]), through: seq };
        state.put(BASES, valueKey(old), base as unknown as Json);
        state.drop(CHANGES, old.id);
      }
    },
  };
}

function valueFrom(parameter: ValueName, base: Base | undefined, changes: readonly Change[]): number {
  const start = base?.value ?? (isTally(parameter) ? 0 : PARAMETERS[parameter].start);
  const counted = changes.filter(({ seq, takenBack }) => seq > (base?.through ?? 0) && takenBack === undefined);
  if (isTally(parameter)) return counted.reduce((sum, { from, to }) => sum + to - from, start);
  return counted.at(-1)?.to ?? start;
}

export function isTally(name: ValueName): name is TallyName {
  return (TALLIES as readonly string[]).includes(name);
}

export function valueKey({ parameter, of }: Pick<Change, "parameter" | "of">): string {
  return `${parameter} ${of}`;
}
