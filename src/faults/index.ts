// The table of faults. Written by `npm run generate` from the folders beside it; do not edit.

import type { Fault } from "../core/fault.ts";
import { cacheErrorCached } from "./cache/cache-error-cached.ts";
import { cacheOppositeAnswer } from "./cache/cache-opposite-answer.ts";
import { cachePoisonedEntry } from "./cache/cache-poisoned-entry.ts";
import { cacheStaleVectors } from "./cache/cache-stale-vectors.ts";
import { clientsAsk } from "./clients/clients-ask.ts";
import { clientsBruteForce } from "./clients/clients-brute-force.ts";
import { clientsUnread } from "./clients/clients-unread.ts";
import { leaderCut } from "./cluster/leader-cut.ts";
import { nodeCut } from "./cluster/node-cut.ts";
import { nodeDrain } from "./cluster/node-drain.ts";
import { rolloutCrash } from "./cluster/rollout-crash.ts";
import { containerCutOff } from "./container/container-cut-off.ts";
import { containerKill } from "./container/container-kill.ts";
import { containerLimit } from "./container/container-limit.ts";
import { containerOutOfMemory } from "./container/container-out-of-memory.ts";
import { containerRollout } from "./container/container-rollout.ts";
import { containerStop } from "./container/container-stop.ts";
import { containerVolumeFull } from "./container/container-volume-full.ts";
import { nothing } from "./control/nothing.ts";
import { httpCutToolCall } from "./http/http-cut-tool-call.ts";
import { httpDelayFirstByte } from "./http/http-delay-first-byte.ts";
import { httpEndStream } from "./http/http-end-stream.ts";
import { httpErrorEvent } from "./http/http-error-event.ts";
import { httpError } from "./http/http-error.ts";
import { httpStallBody } from "./http/http-stall-body.ts";
import { httpStallHead } from "./http/http-stall-head.ts";
import { httpStallStream } from "./http/http-stall-stream.ts";
import { httpTornEvent } from "./http/http-torn-event.ts";
import { httpTruncateStream } from "./http/http-truncate-stream.ts";
import { cacheCorruption } from "./inference/cache-corruption.ts";
import { ingestionBacklog } from "./ingestion/ingestion-backlog.ts";
import { ingestionChurn } from "./ingestion/ingestion-churn.ts";
import { ingestionErrorPage } from "./ingestion/ingestion-error-page.ts";
import { ingestionFullFolder } from "./ingestion/ingestion-full-folder.ts";
import { ingestionPoisonDocument } from "./ingestion/ingestion-poison-document.ts";
import { ingestionPoisonedDocuments } from "./ingestion/ingestion-poisoned-documents.ts";
import { ingestionRedelivery } from "./ingestion/ingestion-redelivery.ts";
import { ingestionSchemaDrift } from "./ingestion/ingestion-schema-drift.ts";
import { ingestionStall } from "./ingestion/ingestion-stall.ts";
import { loadChange } from "./load/load-change.ts";
import { modelRollout } from "./model/model-rollout.ts";
import { modelWrongWeights } from "./model/model-wrong-weights.ts";
import { networkBandwidth } from "./network/network-bandwidth.ts";
import { networkFlapping } from "./network/network-flapping.ts";
import { networkLatency } from "./network/network-latency.ts";
import { networkMisroute } from "./network/network-misroute.ts";
import { networkPathLoss } from "./network/network-path-loss.ts";
import { processCrashLoop } from "./process/process-crash-loop.ts";
import { processKillAtWork } from "./process/process-kill-at-work.ts";
import { processKillMaker } from "./process/process-kill-maker.ts";
import { processKill } from "./process/process-kill.ts";
import { processLimit } from "./process/process-limit.ts";
import { processPause } from "./process/process-pause.ts";
import { processPlannedRestart } from "./process/process-planned-restart.ts";
import { processSlowStart } from "./process/process-slow-start.ts";
import { processThrottle } from "./process/process-throttle.ts";
import { workersKill } from "./process/workers-kill.ts";
import { workersPause } from "./process/workers-pause.ts";
import { indexCorruption } from "./vector/index-corruption.ts";
import { indexDegenerateBuild } from "./vector/index-degenerate-build.ts";
import { indexDiverged } from "./vector/index-diverged.ts";
import { indexGhostRows } from "./vector/index-ghost-rows.ts";
import { indexManifestLost } from "./vector/index-manifest-lost.ts";
import { indexNearlyEmpty } from "./vector/index-nearly-empty.ts";
import { indexOldManifest } from "./vector/index-old-manifest.ts";
import { indexOlderGeneration } from "./vector/index-older-generation.ts";
import { indexReadBack } from "./vector/index-read-back.ts";
import { indexTornPair } from "./vector/index-torn-pair.ts";
import { indexUnlinked } from "./vector/index-unlinked.ts";
import { indexWrongDimension } from "./vector/index-wrong-dimension.ts";
import { indexWrongMetric } from "./vector/index-wrong-metric.ts";

/** Every fault that an intent may name, in the order in which they are listed. */
export const faults: readonly Fault[] = Object.values({
  cacheErrorCached,
  cacheOppositeAnswer,
  cachePoisonedEntry,
  cacheStaleVectors,
  clientsAsk,
  clientsBruteForce,
  clientsUnread,
  leaderCut,
  nodeCut,
  nodeDrain,
  rolloutCrash,
  containerCutOff,
  containerKill,
  containerLimit,
  containerOutOfMemory,
  containerRollout,
  containerStop,
  containerVolumeFull,
  nothing,
  httpCutToolCall,
  httpDelayFirstByte,
  httpEndStream,
  httpErrorEvent,
  httpError,
  httpStallBody,
  httpStallHead,
  httpStallStream,
  httpTornEvent,
  httpTruncateStream,
  cacheCorruption,
  ingestionBacklog,
  ingestionChurn,
  ingestionErrorPage,
  ingestionFullFolder,
  ingestionPoisonDocument,
  ingestionPoisonedDocuments,
  ingestionRedelivery,
  ingestionSchemaDrift,
  ingestionStall,
  loadChange,
  modelRollout,
  modelWrongWeights,
  networkBandwidth,
  networkFlapping,
  networkLatency,
  networkMisroute,
  networkPathLoss,
  processCrashLoop,
  processKillAtWork,
  processKillMaker,
  processKill,
  processLimit,
  processPause,
  processPlannedRestart,
  processSlowStart,
  processThrottle,
  workersKill,
  workersPause,
  indexCorruption,
  indexDegenerateBuild,
  indexDiverged,
  indexGhostRows,
  indexManifestLost,
  indexNearlyEmpty,
  indexOldManifest,
  indexOlderGeneration,
  indexReadBack,
  indexTornPair,
  indexUnlinked,
  indexWrongDimension,
  indexWrongMetric,
});
