// What can be done to an ingestion, by whoever has its token. Each verb leaves on the disk what is to be done, and the
// worker does it, also after a restart.
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { UNCLASSIFIED } from "../common/data-tags.ts";
import { isOfTheDisk } from "../common/disk.ts";
import { MOST_AT_ONCE } from "./embed-ahead.ts";
import type { Ingestion, IngestionParts, Width } from "./nouns.ts";
import type { Intake } from "./intake.ts";
import type { Batch, Ledger } from "./ledger.ts";
import { linesOf } from "./records.ts";
import { Refused } from "./refused.ts";
import { tagsOfContent } from "./source-tags.ts";
import type { Worker } from "./worker.ts";
import { writeSynced } from "./write-synced.ts";

type Verbs = Pick<
  Ingestion,
  | "retry"
  | "deadLetter"
  | "rollBack"
  | "quarantine"
  | "liftQuarantine"
  | "repairSchema"
  | "clearMapping"
  | "scale"
  | "withdraw"
  | "release"
  | "prune"
>;

interface Insides {
  readonly ledger: Ledger;
  readonly worker: Worker;
  readonly intake: Intake;
  readonly width: Width;
}

export function verbsOf({ ledger, worker, intake, width }: Insides, { dir, metrics, now }: IngestionParts): Verbs {
  return {
    retry: () => worker.retry(),
    release: (source) => intake.release(source),
    scale(atOnce) {
      if (atOnce > MOST_AT_ONCE) throw new Refused(`${atOnce} documents at once; expected at most ${MOST_AT_ONCE}`);
      width.atOnce = atOnce;
    },
    deadLetter(seq) {
      const failing = worker.failing();
      if (failing === null || failing.seq !== seq || ledger.get(seq)?.state !== "queued") {
        throw new Refused(`batch ${seq} does not fail at the head of the queue`);
      }
      const { kind, line, message } = failing.failure;
      if (kind === "unreachable" || line === 0)
        throw new Refused(`batch ${seq} fails for no document of its own: ${message}`);
      const batch = ledger.get(seq);
      if (batch === undefined) throw new Refused(`no batch ${seq}`);
      const text = linesOf(intake.content(batch))[line - 1] ?? "";
      const letter = { source: batch.source, batch: batch.batch, line, kind, reason: message, text };
      // On the shelf before the batch goes on without it.
      writeSynced(
        join(dir, "dead-letters", batch.source, `${seq}.${line}.json`),
        Buffer.from(`${JSON.stringify(letter)}\n`),
      );
      ledger.leaveOut(seq, line);
      metrics.deadLettered(batch.source);
      worker.retry();
      return { line };
    },
    rollBack(seq) {
      const batch = ledger.get(seq);
      if (batch?.state === "rolling-back" || batch?.state === "rolled-back") return;
      if (batch?.state !== "published") throw new Refused(`batch ${seq} is not published`);
      ledger.setState(seq, "rolling-back");
    },
    ...sourceVerbs({ ledger, worker }, now),
    withdraw(source, name) {
      const batch = ledger.find(source, name);
      if (batch === undefined) throw new Refused(`no batch ${name} came from ${source}`);
      // What was written of it before it failed is taken back, too.
      if (batch.state !== "rolled-back") ledger.setState(batch.seq, "rolling-back");
      // Its producer has it, and its way back needs no copy.
      if (!ledger.isShared(batch)) {
        intake.letGo(batch);
        ledger.letGo([{ seq: batch.seq, tags: [] }]);
      }
      worker.retry();
    },
    prune: async () => prune({ ledger, intake }),
  };
}

/** So many copies are let go of at once; whoever asks something meanwhile waits for no more of them. */
const PRUNED_AT_ONCE = 100;

/**
 * The ledger has the tags, and says that the copies are gone, before they go. Where the disk takes no note either a
 * copy makes room for that: who has neither counts as unclassified.
 */
export async function prune({ ledger, intake }: Pick<Insides, "ledger" | "intake">): Promise<{
  readonly copies: number;
}> {
  let [copies, after] = [0, 0];
  for (;;) {
    const spare = ledger.spare(after, PRUNED_AT_ONCE);
    if (spare.length === 0) return { copies };
    letGoOf(spare, { ledger, intake });
    [copies, after] = [copies + spare.length, spare.at(-1)?.seq ?? after];
    await setImmediate();
  }
}

function letGoOf(spare: readonly Batch[], { ledger, intake }: Pick<Insides, "ledger" | "intake">): void {
  const gone = spare.map((batch) => {
    const content = intake.kept(batch);
    const { mapping } = ledger.source(batch.source);
    return { batch, seq: batch.seq, tags: content === undefined ? [UNCLASSIFIED] : tagsOfContent(content, mapping) };
  });
  try {
    ledger.letGo(gone);
    for (const { batch } of gone) intake.letGo(batch);
  } catch (error) {
    if (!isOfTheDisk(error)) throw error;
    for (const one of gone) {
      intake.letGo(one.batch);
      ledger.letGo([one]);
    }
  }
}

/** What is done to a source as a whole. */
function sourceVerbs(
  { ledger, worker }: Pick<Insides, "ledger" | "worker">,
  now: () => number,
): Pick<Verbs, "quarantine" | "liftQuarantine" | "repairSchema" | "clearMapping"> {
  return {
    quarantine(source) {
      if (!ledger.isKnown(source)) throw new Refused(`nothing came from ${source}`);
      const batches = ledger.quarantine(source);
      worker.retry();
      return { batches };
    },
    liftQuarantine(source, by) {
      if (!ledger.source(source).isQuarantined) throw new Refused(`${source} is in no quarantine`);
      const going = ledger.countOf(source, "rolling-back");
      if (going > 0) throw new Refused(`${going} of ${source} are being taken back; lift it when that is done`);
      const batches = ledger.liftQuarantine(source, { by, at: now() });
      return { batches, takenBack: ledger.countOf(source, "rolled-back") };
    },
    repairSchema(source, mapping) {
      const failing = worker.failing();
      if (failing === null || ledger.get(failing.seq)?.source !== source || failing.failure.mapping === undefined) {
        throw new Refused(`no records of ${source} wait for another mapping`);
      }
      ledger.setSource({ ...ledger.source(source), mapping });
      worker.retry();
    },
    clearMapping(source, by) {
      const { mapping } = ledger.source(source);
      if (Object.keys(mapping).length === 0) throw new Refused(`no field of ${source} is renamed`);
      ledger.clearMapping(source, { by, at: now() });
      worker.retry();
    },
  };
}
