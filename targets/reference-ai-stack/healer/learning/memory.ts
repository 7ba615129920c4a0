// What the loop has learned, for its other stages: what worked before, the numbers that hold now, and the ledger of how
// they came about. Every change and everything that is taken back is a record of the audit.
import type { AuditFields } from "../governance/audit-chain.ts";
import type { State } from "../durable/state.ts";
import { NUMBERS } from "../numbers.ts";
import type { Experience } from "./experience.ts";
import { openLedger } from "./ledger.ts";
import type { Change } from "./ledger-rows.ts";
import type { Hold, Ledger } from "./ledger.ts";
import { PARAMETERS } from "./parameters.ts";
import type { Parameter, ParameterName } from "./parameters.ts";
import { afterClosed, afterNoise, RULES } from "./rules.ts";
import type { Lesson } from "./rules.ts";

interface Judged {
  readonly confirmed: number;
  readonly refuted: number;
}

/** What GET /learning answers. */
interface LearningView {
  readonly parameters: readonly (Parameter & {
    readonly parameter: string;
    readonly of: string;
    readonly value: number;
  })[];
  readonly remedies: Experience["remedies"];
  /** Newest first. */
  readonly changes: readonly Change[];
  readonly holds: readonly Hold[];
  readonly rules: Readonly<Record<string, string>>;
  /** Since this process began: what second opinions came to, by kind of suspicion. */
  readonly judged: Readonly<Record<string, Judged>>;
}

export interface Memory {
  /** How often each way healed what. */
  read(): Experience;
  /** The value of a number of the loop for this kind of suspicion. */
  readonly value: (parameter: ParameterName, of: string) => number;
  /** How long a refuted suspicion rests, ms: doubling while the same noise comes back. */
  restMs(kind: string): number;
  /** A suspicion was confirmed or not by its second opinion. */
  judged(kind: string, confirmed: boolean): void;
  /** An incident was closed as healed by the healer; once, however often it is given. */
  closed(lesson: Lesson): void;
  /** A refuted suspicion went away by itself, and there was no incident. */
  noise(kind: string): void;
  view(): LearningView;
  /** A person takes a change back, and the later ones of the same value; null when it is not there to be taken back. */
  takeBack(id: string, by: string): readonly Change[] | null;
  /** A person lets the value of that change be learned again. */
  release(id: string, by: string): boolean;
}

export interface MemoryParts {
  /** Holds what was learned and nothing else. */
  readonly state: State;
  readonly wallTime: () => string;
  readonly audit: (fields: AuditFields) => void;
}

const NOISE = "noise";
const NUMBER = "number";

export function openMemory({ state, wallTime, audit }: MemoryParts): Memory {
  const ledger = openLedger(state, wallTime);
  const refuted = new Map<string, number>();
  const judged = new Map<string, Judged>();
  const count = (room: string, key: string): number => Number(state.get(room, key) ?? 0);
  const learn = (key: string, ...rest: [Parameters<typeof ledger.write>[1], readonly string[]]): void => {
    for (const change of ledger.write(key, ...rest)) {
      const { id, at: _at, seq: _seq, ...words } = change;
      audit({ principal: "healer", what: "learning.changed", event: `learning ${id}`, change: id, ...words });
    }
  };
  return {
    read: () => ({ remedies: remediesIn(ledger) }),
    value: ledger.value,
    restMs(kind) {
      const { restMs: first, restLimitMs } = NUMBERS.confirm;
      return Math.min(restLimitMs, first * 2 ** Math.max(0, (refuted.get(kind) ?? 0) - 1));
    },
    judged(kind, confirmed) {
      refuted.set(kind, confirmed ? 0 : (refuted.get(kind) ?? 0) + 1);
      const before = judged.get(kind) ?? { confirmed: 0, refuted: 0 };
      const what = confirmed ? "confirmed" : "refuted";
      judged.set(kind, { ...before, [what]: before[what] + 1 });
    },
    closed(lesson) {
      if (lesson.suspicion !== undefined) state.drop(NOISE, lesson.suspicion.kind);
      learn(lesson.incident, afterClosed(lesson, ledger.value), [lesson.incident]);
    },
    noise(kind) {
      refuted.set(kind, 0);
      const inARow = count(NOISE, kind) + 1;
      state.put(NOISE, kind, inARow);
      const number = count(NUMBER, NOISE) + 1;
      state.put(NUMBER, NOISE, number);
      learn(`noise-${number}`, afterNoise(kind, inARow, ledger.value), []);
    },
    view: () => ({
      parameters: parametersIn(ledger),
      remedies: remediesIn(ledger),
      changes: ledger.changes().toReversed(),
      holds: ledger.holds(),
      rules: RULES,
      judged: Object.fromEntries(judged),
    }),
    takeBack(id, by) {
      const taken = ledger.takeBack(id, by);
      for (const one of taken ?? []) {
        audit({ principal: by, what: "learning.taken-back", change: one.id, parameter: one.parameter, of: one.of });
      }
      return taken;
    },
    release(id, by) {
      const isDone = ledger.release(id);
      if (isDone) audit({ principal: by, what: "learning.released", change: id });
      return isDone;
    },
  };
}

/** Of every number that was ever changed, what it is now. */
function parametersIn({ known, value }: Ledger): LearningView["parameters"] {
  return known().flatMap(({ parameter, of }) => {
    if (parameter === "healed" || parameter === "failed") return [];
    return [{ parameter, of, value: value(parameter, of), ...PARAMETERS[parameter] }];
  });
}

function remediesIn({ known, value }: Ledger): Experience["remedies"] {
  const remedies: Record<string, Record<string, { healed: number; failed: number }>> = {};
  for (const { parameter, of } of known()) {
    if (parameter !== "healed" && parameter !== "failed") continue;
    const [fault = "", way = ""] = of.split(" ");
    remedies[fault] = { ...remedies[fault], [way]: { healed: value("healed", of), failed: value("failed", of) } };
  }
  return remedies;
}
