// Keeps count of what the target owes: writes documents of our own while the trial is watched, and looks for them, and
// at the healer's audit, when observing is over: once before our way back, since it may hide a loss, and once after it,
// since it may make one.

import { messageOf } from "../core/errors.ts";
import type { Ms } from "../core/units.ts";
import type { Emit, RunningStack } from "./ports.ts";
import type { Recorder } from "./recorder.ts";
import { withTimeLimit } from "./time-limit.ts";

/**
 * All documents together are looked for in this time, and in so much more for each; what is then left was not seen, ms.
 */
const readBackBudgetMs: Ms = 10_000;
const perDocumentMs: Ms = 20;
/** The audit is read in this time, ms. */
const auditBudgetMs: Ms = 5_000;
/** A desk that does not heed its signal is waited for so long, ms. */
const graceMs: Ms = 1_000;

/** What a trial asks of it. None of it rejects; trouble is written down. */
export interface DurabilityCheck {
  /** Begins to write; the baseline has begun. */
  open(): void;
  /** Ends writing, looks for every document and reads the audit; our way back has not begun. */
  close(signal: AbortSignal): Promise<void>;
  /** Looks for every document again; our way back is over. Nothing when they were not looked for before. */
  lookAgain(signal: AbortSignal): Promise<void>;
  /** Ends writing, whatever came before. */
  stop(): Promise<void>;
}

/** The durability check of one trial; does nothing for a target that takes no documents and publishes no audit. */
export function openDurabilityCheck({ documents, readAudit }: RunningStack, { record }: Recorder): DurabilityCheck {
  const writing = new AbortController();
  let written: Promise<void> = Promise.resolve();
  let acknowledged = 0;
  let closed = false;
  const inTime = async (what: string, budgetMs: Ms, act: (signal: AbortSignal) => Promise<void>): Promise<void> => {
    try {
      await withTimeLimit(budgetMs + graceMs, () => act(AbortSignal.timeout(budgetMs)));
    } catch (thrown) {
      record({ kind: "trouble", where: what, reason: messageOf(thrown) });
    }
  };
  const stop = async (): Promise<void> => {
    writing.abort();
    await inTime("documents", graceMs, () => written);
  };
  const lookFor = async (signal: AbortSignal): Promise<void> => {
    if (documents === undefined || signal.aborted) return;
    await inTime("documents", readBackBudgetMs + perDocumentMs * acknowledged, (limit) =>
      documents.readBack(record, AbortSignal.any([signal, limit])),
    );
  };
  return {
    open() {
      const note: Emit = (event) => {
        if (event.kind === "write" && event.ok) acknowledged += 1;
        record(event);
      };
      if (documents !== undefined) written = documents.write(note, writing.signal);
      // Whoever stops waits for it; until then a rejection must not be nobody's.
      written.catch(() => undefined);
    },
    async close(signal) {
      await stop();
      if (signal.aborted) return;
      closed = true;
      await lookFor(signal);
      if (readAudit !== undefined && !signal.aborted) {
        await inTime("audit", auditBudgetMs, (limit) => readAudit(record, AbortSignal.any([signal, limit])));
      }
    },
    lookAgain: (signal) => (closed ? lookFor(signal) : Promise.resolve()),
    stop,
  };
}
