// Every pathway. To add one: a file in this folder, a line here, and a line in ../../target.yaml.
import { blockSource } from "./block-source.ts";
import { clearCache } from "./clear-cache.ts";
import { compactSegment } from "./compact-segment.ts";
import { clearPrefixCache } from "./clear-prefix-cache.ts";
import { retryWithBackoff } from "./retry-with-backoff.ts";
import { pruneCopies } from "./prune-copies.ts";
import { releaseSource } from "./release-source.ts";
import { scaleIngestion } from "./scale-ingestion.ts";
import { deadLetter } from "./dead-letter.ts";
import { rollbackCheckpoint } from "./rollback-checkpoint.ts";
import { quarantineSource } from "./quarantine-source.ts";
import { repairSchema } from "./repair-schema.ts";
import { ejectBackend } from "./eject-backend.ts";
import { escalate } from "./escalate.ts";
import { hold } from "./hold.ts";
import type { Pathway } from "./pathway.ts";
import { rebuildFromRecords } from "./rebuild-from-records.ts";
import { recycleBeforeExhaustion } from "./recycle-before-exhaustion.ts";
import { reembedCorpus } from "./reembed-corpus.ts";
import { refreshVectorIndex } from "./refresh-vector-index.ts";
import { redistributeTraffic } from "./redistribute-traffic.ts";
import { reroutePath } from "./reroute-path.ts";
import { restartReplica } from "./restart-replica.ts";
import { rollbackModel } from "./rollback-model.ts";
import { resyncRecords } from "./resync-records.ts";
import { restoreIndex } from "./restore-index.ts";
import { restoreModel } from "./restore-model.ts";
import { shedLoad } from "./shed-load.ts";
import { scaleInInference } from "./scale-in-inference.ts";
import { scaleInference } from "./scale-inference.ts";

export const PATHWAYS = [
  restartReplica,
  redistributeTraffic,
  reroutePath,
  blockSource,
  refreshVectorIndex,
  restoreIndex,
  rebuildFromRecords,
  compactSegment,
  resyncRecords,
  recycleBeforeExhaustion,
  rollbackModel,
  restoreModel,
  reembedCorpus,
  ejectBackend,
  scaleInference,
  shedLoad,
  scaleInInference,
  clearPrefixCache,
  retryWithBackoff,
  scaleIngestion,
  releaseSource,
  pruneCopies,
  deadLetter,
  rollbackCheckpoint,
  quarantineSource,
  repairSchema,
  clearCache,
  hold,
  escalate,
] as const satisfies readonly Pathway[];

/** The classes of fault that the healer can name: those that a pathway answers. */
export type FaultClass = (typeof PATHWAYS)[number]["answers"][number];

/** In the table's order, so that equal confidences come out the same every time. */
export const CLASSES: readonly FaultClass[] = [
  ...new Set(PATHWAYS.flatMap(({ answers }): readonly FaultClass[] => answers)),
];
