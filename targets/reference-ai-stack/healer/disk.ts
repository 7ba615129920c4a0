// What the healer keeps on disk: its audit, its state and what it has learned, and what is wrong with any of them.
import { join } from "node:path";
import type { Logger } from "../common/log.ts";
import { StateFile } from "./durable/state-file.ts";
import { auditFileIn, openAudit } from "./governance/audit-file.ts";
import type { Audit } from "./governance/audit-file.ts";
import type { Clock } from "./nouns.ts";
import { NUMBERS } from "./numbers.ts";

export interface Disk {
  readonly audit: Audit;
  readonly state: StateFile;
  /** What was learned, and nothing else. */
  readonly lessons: StateFile;
  /** Notes what is wrong with one of the things that cases are kept in; null: it is well again. */
  readonly note: (of: string) => (says: string | null) => void;
  /** Why what the healer does cannot be written down, in words; null: it can. */
  readonly trouble: () => string | null;
  readonly close: () => Promise<void>;
}

export interface Folders {
  readonly dataDir: string;
  /** Where what was learned lies. */
  readonly learningDir: string;
}

/** Opens all of them; each change of their trouble is logged. */
export async function openDisk({ dataDir, learningDir }: Folders, { wallTime }: Clock, log: Logger): Promise<Disk> {
  const troubles = new Map<string, string>();
  const note = (of: string) => (says: string | null) => {
    if (says === null) troubles.delete(of);
    else troubles.set(of, says);
    log[says === null ? "info" : "error"](`${of}: ${says ?? "well again"}`);
  };
  const { mostPages } = NUMBERS.state;
  const audit = await openAudit(auditFileIn(dataDir), { wallTime, onTrouble: note("audit") });
  const file = join(dataDir, "healer", "state.sqlite");
  const state = new StateFile(file, { mostPages, wallTime, onTrouble: note("state") });
  const kept = join(learningDir, "learning.sqlite");
  const lessons = new StateFile(kept, { mostPages, wallTime, onTrouble: note("learning") });
  return {
    audit,
    state,
    lessons,
    note,
    trouble: () => [...troubles.values()].join("; ") || null,
    close: async () => {
      for (const one of [state, lessons]) one.close();
      await audit.close();
    },
  };
}
