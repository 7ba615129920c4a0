// The one worker: batches in their order, one at a time. One that cannot be published stays at the head of the queue
// and is tried again with growing pauses, and all behind it wait: order is kept, and nothing is left out unless
// somebody says so. What is being taken back comes first, also after a restart.
import type { Logger } from "../common/log.ts";
import { isOfTheDisk } from "../common/disk.ts";
import { messageOf } from "../common/log.ts";
import type { Intake } from "./intake.ts";
import type { Batch } from "./ledger.ts";
import { publish, takeBack, type Published, type PublishParts } from "./publish.ts";
import { BatchFailure } from "./records.ts";

/** First pause after a failure, ms; it doubles up to the longest. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 30_000;
/** So often, ms, those behind are asked whether they are well while the head waits for one of them. */
const KNOCK_EVERY_MS = 500;

/** What the head of the queue has failed with. */
export interface Failing {
  readonly seq: number;
  readonly attempts: number;
  /** When it is tried again, on the clock of `now`. */
  readonly nextAt: number;
  readonly failure: BatchFailure;
  /** Who behind does not answer, as last seen; null: all do, or that is not what is wrong. */
  readonly waitsFor: string | null;
  /** When those behind are asked again. */
  readonly knockAt: number;
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
  readonly log: Logger;
  readonly onPublished: (batch: Batch, published: Published) => void;
  readonly onFailure: (batch: Batch, failure: BatchFailure) => void;
  readonly onTakenBack: (batch: Batch, documents: number) => void;
}

export function createWorker(parts: WorkerParts): Worker {
  const { ledger, intake, doors, crowding, now, log } = parts;
  let failing: Failing | null = null;

  const fail = (batch: Batch, error: unknown): void => {
    failing = failingOf(batch, error, { before: failing, at: now() });
    const { attempts, failure } = failing;
    log.warn("batch not published", { source: batch.source, batch: batch.batch, attempts, reason: failure.message });
    parts.onFailure(batch, failure);
  };

  // That they are well says nothing of whether they take the batch: the pause stays as it is.
  const knock = async ({ seq, failure, knockAt }: Failing): Promise<void> => {
    if (failure.kind !== "unreachable" || now() < knockAt) return;
    const waitsFor = await doors.knock();
    if (failing?.seq === seq) failing = { ...failing, waitsFor, knockAt: now() + KNOCK_EVERY_MS };
  };

  /** True: something was done, and there may be more. */
  const once = async (): Promise<boolean> => {
    const back = ledger.goingBack();
    const batch = back ?? ledger.head();
    if (failing !== null && failing.seq !== batch?.seq) failing = null;
    if (batch === undefined) return false;
    if (failing !== null && now() < failing.nextAt) {
      await knock(failing);
      return false;
    }
    try {
      if (back === undefined) {
        const published = await publish(batch, parts);
        if (published !== null) parts.onPublished(batch, published);
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
      // What waits comes first: a question is not asked again but by what was published after.
      if (ledger.head() === undefined) await crowding.learn();
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

function failingOf(
  { seq }: Batch,
  error: unknown,
  { before, at }: { readonly before: Failing | null; readonly at: number },
): Failing {
  const kind = isOfTheDisk(error) ? "disk" : "unreachable";
  const failure = error instanceof BatchFailure ? error : new BatchFailure(kind, 0, messageOf(error));
  const attempts = (before?.seq === seq ? before.attempts : 0) + 1;
  const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempts - 1));
  const waitsFor = failure.kind === "unreachable" ? failure.message : null;
  return { seq, attempts, nextAt: at + pauseMs, failure, waitsFor, knockAt: at + KNOCK_EVERY_MS };
}
