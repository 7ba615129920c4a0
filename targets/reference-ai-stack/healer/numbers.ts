// Every number of the loop in one place, with its unit and its reason, so that a reader can argue with them.

export const NUMBERS = {
  /** The loop turns at this period, ms; each look has its own period below. */
  tickMs: 100,
  look: { rollCallMs: 400, pulseMs: 400, trafficMs: 500, manifestMs: 800, selfRetrievalMs: 1000 },
  /** Time limits of the looks, ms. Far above what an overloaded machine needs: a late answer is not death. */
  timeoutMs: { rollCall: 3000, pulse: 5000, traffic: 5000, manifest: 5000, selfRetrieval: 5000, check: 3000 },
  pulse: {
    /** Hard misses in a row (no process, connection refused) that mean death: about 1 s. */
    hardMisses: 2,
    /** Time-outs in a row, without any answer to users in between, that mean a hang: about 10 s. */
    softMisses: 2,
    /** When the typical look takes longer than this, ms, the machine is starved and no replica is taken for hung. */
    starvedMs: 500,
  },
  latency: {
    /** Nothing is judged before this much traffic was seen from a replica. */
    warmUpMs: 3000,
    warmUpSamples: 30,
    /** Least requests in a bin of half a second for it to be judged; smaller bins grow until they have them. */
    binSamples: 3,
    /** Bins that make up the baseline (30 s). */
    baselineBins: 60,
    /** No spread below this counts, ms: tens of ms are noise on a busy machine. */
    sigmaFloorMs: 40,
    /** One-sided CUSUM on a robust z-score capped at 4 sigma (Page 1954; k = 1 sees 3 sigma in 3–4 samples). */
    cap: 4,
    k: 1,
    limit: 8,
    /**
     * A replica is a suspect only when its last bins are this far above its siblings', ms, and by this share of theirs.
     */
    aboveSiblingsMs: 100,
    aboveSiblingsShare: 0.5,
  },
  confirm: {
    /** Active checks of the suspect and of its siblings; fewer once the same signature was confirmed before. */
    tries: 3,
    triesWhenKnown: 2,
    /** The suspect's median must be above the siblings' by this factor and by this many ms. */
    factor: 3,
    aboveMs: 100,
    /**
     * After an unconfirmed suspicion the same one rests for this long, ms, doubling while it comes back unconfirmed.
     */
    restMs: 1000,
    restLimitMs: 4000,
    /** A suspicion that has stood this long without a break, ms, is its own second signal. */
    persistMs: 12_000,
  },
  demand: {
    /** Requests per second are counted in bins of this length, ms. */
    binMs: 1000,
    warmUpBins: 8,
    baselineBins: 60,
    undecidedBins: 20,
    cap: 4,
    k: 1,
    limit: 6,
    /** A surge is at least this many times the baseline over the last bins. */
    times: 1.25,
    lastBins: 4,
    /** Bins without a request that mean that the load has ended, and its baseline with it. */
    idleBins: 3,
  },
  errors: { bins: 6, binSamples: 3, share: 0.5 },
  selfRetrieval: {
    /** Looks below the baseline by this share that make a signal. */
    misses: 2,
    drop: 0.08,
    baselineLooks: 30,
  },
  classification: { leastConfidence: 0.6 },
  guards: {
    /** One action per replica per this time, ms (Kubernetes evicts at 0.1/s). */
    actionEveryMs: 10_000,
    backOffMs: 10_000,
    backOffLimitMs: 300_000,
    attempts: 3,
    /** The same signature again within this time of its closing counts as a further attempt, ms. */
    relapseMs: 120_000,
    /** Share of sick replicas above which no replica is touched, over the whole stack. */
    brakeShare: 0.4,
    /**
     * The same share within one service, but only from this many replicas on: one of two is not a correlated failure.
     */
    brakeServiceReplicas: 3,
    leaseMs: 60_000,
  },
  verification: {
    everyMs: 500,
    /** Good without a break for this long before the healer says so. */
    holdMs: 3000,
    /** No good look by then: not healed. */
    deadlineMs: 8000,
  },
  incidents: {
    /** A signature that ended in `escalated` or `held` is not reported again until it was quiet for this long, ms. */
    quietMs: 10_000,
    /** Kept for GET /incidents. */
    kept: 200,
  },
  feed: { heartbeatMs: 200 },
} as const;
