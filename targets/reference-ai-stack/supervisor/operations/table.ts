// Everything that the supervisor does when asked. To add one: a file in this folder and a line here.
import { addReplica } from "./add-replica.ts";
import { clearCache } from "./clear-cache.ts";
import { clearPrefixCache } from "./clear-prefix-cache.ts";
import { pruneIngestion } from "./prune-ingestion.ts";
import { retryIngestion } from "./retry-ingestion.ts";
import { compactIndex } from "./compact-index.ts";
import { deadLetter } from "./dead-letter.ts";
import { rollBackBatch } from "./roll-back-batch.ts";
import { quarantineSource } from "./quarantine-source.ts";
import { releaseSource } from "./release-source.ts";
import { clearMapping } from "./clear-mapping.ts";
import { liftQuarantine } from "./lift-quarantine.ts";
import { repairSchema } from "./repair-schema.ts";
import { ejectBackend } from "./eject-backend.ts";
import { maintainReplica } from "./maintain-replica.ts";
import type { AnyOperation } from "./operation.ts";
import { promoteModel } from "./promote-model.ts";
import { readmitBackend } from "./readmit-backend.ts";
import { reduceService } from "./reduce-service.ts";
import { rebuildIndex } from "./rebuild-index.ts";
import { registerModel } from "./register-model.ts";
import { recycleReplica } from "./recycle-replica.ts";
import { reembedCorpus } from "./reembed-corpus.ts";
import { relinkIndex } from "./relink-index.ts";
import { reloadReplica } from "./reload-replica.ts";
import { removeReplica } from "./remove-replica.ts";
import { saveIndex } from "./save-index.ts";
import { scaleIngestion } from "./scale-ingestion.ts";
import { resyncRecords } from "./resync-records.ts";
import { restartReplica } from "./restart-replica.ts";
import { restoreIndex } from "./restore-index.ts";
import { restoreModel } from "./restore-model.ts";
import { rollBackModel } from "./roll-back-model.ts";
import { rollOutModel } from "./roll-out-model.ts";
import { serveModels } from "./serve-models.ts";
import { routePath } from "./route-path.ts";
import { setWeights } from "./set-weights.ts";
import { startReplica } from "./start-replica.ts";

import { blockSource } from "./block-source.ts";
import { unblockSource } from "./unblock-source.ts";
import { withdrawBatch } from "./withdraw-batch.ts";

export const OPERATIONS: readonly AnyOperation[] = [
  startReplica,
  restartReplica,
  recycleReplica,
  maintainReplica,
  restoreIndex,
  restoreModel,
  reloadReplica,
  rebuildIndex,
  compactIndex,
  relinkIndex,
  saveIndex,
  resyncRecords,
  reembedCorpus,
  setWeights,
  routePath,
  addReplica,
  removeReplica,
  registerModel,
  rollOutModel,
  promoteModel,
  rollBackModel,
  serveModels,
  ejectBackend,
  readmitBackend,
  clearPrefixCache,
  clearCache,
  reduceService,
  blockSource,
  unblockSource,
  retryIngestion,
  scaleIngestion,
  pruneIngestion,
  deadLetter,
  rollBackBatch,
  quarantineSource,
  releaseSource,
  repairSchema,
  liftQuarantine,
  clearMapping,
  withdrawBatch,
];
