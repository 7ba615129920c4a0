// Every number of the loop that is chosen, with its unit and its reason, so that a reader can argue with them. Those of
// the detectors stand in detection/numbers.ts; limits that are calibrated are in detection/limits.json.
import { DETECTION } from "./detection/numbers.ts";

export const NUMBERS = {
  ...DETECTION,
  /** The loop turns at this period, ms; each look has its own period below. */
  tickMs: 50,
  look: {
    rollCallMs: 100,
    pulseMs: 400,
    /** One completion of one token: 40 ms of one of 8 slots. */
    completionMs: 1000,
    trafficMs: 150,
    /** Asking costs the gateway a count of what it has counted already. */
    sourcesMs: 300,
    answersMs: 200,
    manifestMs: 800,
    selfRetrievalMs: 500,
    resourcesMs: 2500,
    /** A replica is asked its prompts twice this often, while users ask it. */
    twiceMs: 2000,
    ingestionMs: 500,
    embeddingsMs: 10_000,
    /** An embedder that keeps vectors in a file is asked for the frozen texts, as users get them, this often. */
    keptVectorsMs: 2000,
    /** Stored passages are embedded again this often; nearly all of them out of the embedder's cache. */
    storedTextsMs: 2000,
    /** Counts and hashes that a replica keeps up with each write: asking costs it no work. */
    holdingsMs: 1000,
    /** Looks with a period of this and above begin one period after their replica was first seen. */
    unhurriedMs: 10_000,
  },
  /**
   * Time limits of the looks, ms. Far above what an overloaded machine needs: a late answer is not death. The pulse's
   * is shorter, because silence counts only twice in a row, while nobody else is late and no user is answered.
   */
  timeoutMs: {
    rollCall: 3000,
    pulse: 1000,
    completion: 1000,
    traffic: 5000,
    sources: 3000,
    manifest: 5000,
    selfRetrieval: 5000,
    check: 3000,
    resources: 3000,
    embeddings: 10_000,
    storedTexts: 3000,
    holdings: 3000,
    questions: 3000,
    twice: 3000,
    ingestion: 3000,
  },
  pace: {
    /** A look at traffic that comes this much later than it is due, ms, tells that the machine is starved. */
    lateMs: 150,
    /** Answers that were held up then still come for this long, ms. */
    restMs: 3000,
    /** A look on a starved machine counts this part of one that came in time. */
    lateWeight: 0.2,
    /** What stands still must do so for this many times as long; as silences of a pulse, of which 4 count for 2. */
    lateTimes: 2,
  },
  /** Answers of the last seconds that are asked of the gateway, ms: far more than two looks lie apart. */
  trafficBackMs: 3000,
  learning: {
    /**
     * So many suspicions of a kind that went away by themselves raise its limit by this step. A sum is kept below twice
     * its limit, so that the highest of these can still be reached.
     */
    noiseInARow: 3,
    limitStep: 1.1,
    mostLimitFactor: 1.5,
  },
  classification: {
    leastConfidence: 0.6,
    /** Changes this long ago may still be why, ms; and so many are named. */
    changesBackMs: 600_000,
    changesKept: 5,
  },
  guards: {
    /** One action per replica per this time, ms (Kubernetes evicts at 0.1/s). */
    actionEveryMs: 10_000,
    backOffMs: 10_000,
    backOffLimitMs: 300_000,
    attempts: 3,
    /** The same signature again within this time counts as a further attempt, ms. */
    relapseMs: 3_600_000,
    /** At most so many versions back within this time, ms. */
    rollback: { versions: 2, withinMs: 86_400_000 },
    /** As Nagios counts: changes among the last checks (a quarter of the 20 that are possible). */
    flap: { checks: 21, changes: 5 },
    /** Share of sick replicas above which no replica is touched, over the whole stack. */
    brakeShare: 0.4,
    /**
     * The same share within one service, but only from this many replicas on: one of two is not a correlated failure.
     */
    brakeServiceReplicas: 3,
    leaseMs: 60_000,
    /** A remedy waits this long for another that has what it would touch, ms: an action takes up to 10 s. */
    lockWaitMs: 12_000,
  },
  /** The policy file is looked at this often, ms. */
  policy: { lookMs: 500 },
  state: {
    /** 64 MiB; 200 cases with their steps take about 2 MiB. */
    mostPages: 16_384,
    /** What detectors have learned is kept at this period, ms. */
    learnedEveryMs: 5000,
    /** What the state file refused is tried again at this period, ms. */
    retryMs: 1000,
  },
  verification: {
    everyMs: 500,
    /** The hold is derived from the alarms (verification/window.ts); where no traffic lets one speak, this long, ms. */
    longestHoldMs: 12_000,
    /** An alarm that speaks again within this time, ms, is waited for also when another one has raised the incident. */
    quickAlarmMs: 5000,
    /** A look before the action may hold it up for this long, ms. */
    beforeMs: 150,
    /** Worse than before in so many looks in a row: the remedy is taken back. */
    worseLooks: 3,
    /** A question of ours is answered within this time, ms. */
    answerMs: 2000,
    /** A replica finds at least this share of what its sibling's exact search finds. */
    agreement: 0.9,
    /** No good look by then: not healed. */
    deadlineMs: 8000,
  },
  incidents: {
    /** A signature that ended in `escalated` or `held` is not reported again until it was quiet for this long, ms. */
    quietMs: 10_000,
    /** Kept for GET /incidents. */
    kept: 200,
  },
  feed: {
    /** A mark of detection is as sharp as this beat; below 50 ms also when a timer is late. */
    heartbeatMs: 25,
    /** An event is handed to the feed this often at most, each try with this limit, ms. */
    tries: 3,
    timeoutMs: 1000,
  },
} as const;
