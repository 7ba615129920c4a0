// The one worker: batches in their order, one at a time. One that cannot be published stays at the head of the queue
// and is tried again with growing pauses, and all behind it wait: order is kept, and nothing is left out unless
// somebody says so. What is being taken back comes first, also after a restart.
import type { Logger } from "../common/log.ts";
import { messageOf } from "../common/log.ts";
import type { Intake } from "./intake.ts";
import type { Batch } from "./ledger.ts";
import { publish, takeBack, type PublishParts } from "./publish.ts";
import { BatchFailure } from "./records.ts";

/** First pause after a failure, ms; it doubles up to the longest. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 30_000;

/** What the head of the queue has failed with. */
interface Failing {
  readonly seq: number;
  readonly attempts: number;
  /** When it is tried again, on the clock of `now`. */
  readonly nextAt: number;
  readonly failure: BatchFailure;
}

export interface Worker {
  /** Takes in what has arrived and works until the queue is empty or its head has to wait. Never rejects. */
  readonly turn: () => Promise<void>;
  readonly failing: () => Failing | null;
  /** The head is tried again at the next turn. */
  readonly retry: () => void;
}

export interface WorkerParts extends PublishParts {
  readonly intake: Intake;
  readonly now: () => number;
  readonly log: Logger;
  readonly onPublished: (batch: Batch, documents: number) => void;
  readonly onFailure: (batch: Batch, failure: BatchFailure) => void;
  readonly onTakenBack: (batch: Batch, documents: number) => void;
}

export function createWorker(parts: WorkerParts): Worker {
  const { ledger, intake, now, log } = parts;
  let failing: Failing | null = null;

  const fail = (batch: Batch, error: unknown): void => {
    const failure = error instanceof BatchFailure ? error : new BatchFailure("unreachable", 0, messageOf(error));
    const attempts = (failing?.seq === batch.seq ? failing.attempts : 0) + 1;
    const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempts - 1));
    failing = { seq: batch.seq, attempts, nextAt: now() + pauseMs, failure };
    log.warn("batch not published", { source: batch.source, batch: batch.batch, attempts, reason: failure.message });
    parts.onFailure(batch, failure);
  };

  /** True: something was done, and there may be more. */
  const once = async (): Promise<boolean> => {
    const back = ledger.batches("rolling-back").at(-1);
    const batch = back ?? ledger.head();
    if (failing !== null && failing.seq !== batch?.seq) failing = null;
    if (batch === undefined || (failing !== null && now() < failing.nextAt)) return false;
    try {
      if (back === undefined) {
        const published = await publish(batch, parts);
        if (published !== null) parts.onPublished(batch, published.documents);
      } else parts.onTakenBack(batch, await takeBack(batch, parts));
      failing = null;
      return true;
    } catch (error) {
      fail(batch, error);
      return false;
    }
  };

  const turn = async (): Promise<void> => {
    try {
      do intake.scan();
      while (await once());
    } catch (error) {
      log.error("the turn ended early", { reason: messageOf(error) });
    }
  };
  let last = Promise.resolve();

  return {
    // One after the other, whoever asks.
    turn: async () => (last = last.then(turn)),
    failing: () => failing,
    retry: () => void (failing = failing === null ? null : { ...failing, nextAt: now() }),
  };
}
