// Every number of the loop that is chosen, in one place, with its unit and its reason, so that a reader can argue with
// them. Limits that are calibrated are in detection/limits.json.

export const NUMBERS = {
  /** The loop turns at this period, ms; each look has its own period below. */
  tickMs: 50,
  look: {
    rollCallMs: 100,
    pulseMs: 400,
    trafficMs: 150,
    manifestMs: 800,
    selfRetrievalMs: 500,
    resourcesMs: 2500,
    embeddingsMs: 10_000,
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
    traffic: 5000,
    manifest: 5000,
    selfRetrieval: 5000,
    check: 3000,
    resources: 3000,
    embeddings: 10_000,
    questions: 3000,
  },
  pace: {
    /** A look at traffic that comes this much later than it is due, ms, tells that the machine is starved. */
    lateMs: 150,
    /** Answers that were held up then still come for this long, ms. */
    restMs: 3000,
    /** A look on a starved machine counts this part of one that came in time. */
    lateWeight: 0.2,
  },
  metrics: {
    /** What servers say of themselves is read at this period, and awaited this long, ms. */
    everyMs: 500,
    timeoutMs: 1500,
    /** Looks that are kept to take rises over, ms. */
    keepMs: 10_000,
    /** A healer that begins asks a source that keeps the past for this much of it, ms. */
    recallMs: 60_000,
    prometheus: {
      /** Assumed until two scrapes were seen: the longest that is usual, ms. */
      unknownIntervalMs: 60_000,
      /** A query asks for so many intervals back: two scrapes lie in it also when one is late. */
      windowIntervals: 2.5,
      /** Intervals without a new scrape that mean that nobody scrapes any more. */
      staleIntervals: 2,
      keptOffsets: 50,
    },
    collector: {
      /** Assumed until two exports are known, ms: services export each second, and after failures pause for up to 5. */
      unknownIntervalMs: 5000,
      /** So far back the collector is asked for earlier exports, ms: what it holds in memory. */
      intervalsFromMs: 120_000,
      keptTimes: 20,
      /**
       * A replica that is new is given this long to be heard, ms: after failures exporters pause for up to 5 s, and an
       * export may take 2.
       */
      firstWithinMs: 8000,
      /** Points of one export lie within this, ms; services export each second. */
      sameExportMs: 200,
      /** Intervals without a new export that mean that the replica sends no more. */
      staleIntervals: 2,
    },
    stall: {
      /**
       * Work under way and none done for this long, ms, and at least twice what the signals may be old. Here a request
       * has its first token within ms of its slot; a real server reads a long prompt for longer.
       */
      afterMs: 2000,
      /** Readings that must say so; one that comes late by more than this ends the row, ms and in periods. */
      leastReadings: 3,
      gapMs: 1000,
      gapPeriods: 2.5,
    },
    /** A replica that is well, without a reading for this long, ms, and so many tries: the healer is blind there. */
    lostAfterMs: 3000,
    leastFailures: 2,
    implausible: {
      /** No ratio is above this, no median of times above that many s. */
      mostRatio: 1.5,
      mostSeconds: 1000,
      /** The parts of a request's time may differ from the whole by this share of it, and by this many s. */
      partsShare: 0.25,
      partsSeconds: 0.25,
      /** A count that fell is a lie when no restart is known by then, ms. */
      restartKnownMs: 1500,
      /** Readings that must contradict themselves before it is told; how long one is held against the server, ms. */
      leastReadings: 2,
      trustAfterMs: 10_000,
    },
  },
  /** Answers of the last seconds that are asked of the gateway, ms: far more than two looks lie apart. */
  trafficBackMs: 3000,
  pulse: {
    /** Hard misses in a row (no process, connection refused) that mean death. */
    hardMisses: 2,
    /** Such misses must lie this far apart, ms: a replica that is being started refuses for a moment. */
    spreadMs: 300,
    /**
     * The same where the supervisor says that there is no process: it knows, and a second look at the next turn is
     * enough. When it starts a replica anew itself there is no moment without one.
     */
    noProcessSpreadMs: 40,
    /** Time-outs in a row, without any answer to users in between, that mean a hang: about 2.3 s. */
    softMisses: 2,
    /** The same while the healer's own looks at the gateway come late: then a healthy replica may be silent, too. */
    softMissesWhenLate: 4,
    /** When the typical look takes longer than this, ms, the machine is starved and no replica is taken for hung. */
    starvedMs: 500,
  },
  latency: {
    /** Nothing is judged before this much traffic was seen from a replica. */
    warmUpMs: 3000,
    warmUpSamples: 30,
    /** Quiet looks that make up the baseline (about 30 s). */
    baselineLooks: 150,
    /** Looks this many sigma above the baseline are not learned. */
    learnBelow: 2,
    /** No spread below this counts, ms: tens of ms are noise on a busy machine. */
    sigmaFloorMs: 40,
    /** One-sided CUSUM on a robust z-score capped at 4 sigma (Page 1954). */
    cap: 4,
    k: 1,
    /** The last looks, whose median is a replica's present level. */
    lastLooks: 3,
    /** A replica without an answer for this long, ms, has no present level to compare. */
    staleMs: 3000,
    /**
     * A replica is a suspect only when its last looks are this far above its siblings', ms, and by this share of
     * theirs.
     */
    aboveSiblingsMs: 100,
    aboveSiblingsShare: 0.5,
  },
  creep: {
    /** Length of a bin, ms, and the bins of the first minute, which tell how far a replica lies from its siblings. */
    binMs: 2000,
    learnBins: 30,
    /** Weight of the last bin: the average follows within 40 s. */
    lambda: 0.05,
    /** No spread below this counts, ms. */
    sigmaFloorMs: 10,
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
    /** Experience makes that shorter, and never shorter than this, ms: twice what a sum takes to go down again. */
    leastPersistMs: 3000,
  },
  demand: {
    /** Requests per second are counted in bins of this length, ms. */
    binMs: 1000,
    warmUpBins: 8,
    baselineBins: 60,
    undecidedBins: 20,
    cap: 4,
    k: 1,
    /** A surge is at least this many times the baseline over the last bins. */
    times: 1.25,
    lastBins: 4,
    /** Bins without a request that mean that the load has ended, and its baseline with it. */
    idleBins: 3,
  },
  errors: {
    /** The share of failures that the Bernoulli CUSUM is made to see. */
    p1: 0.3,
    /** 95 % should be answered; six times that budget of failures, over 4 s and over 1 s, is too fast. */
    objective: 0.95,
    rate: 6,
    longMs: 4000,
    shortMs: 1000,
    leastSamples: 12,
  },
  selfRetrieval: {
    /** Rows asked for at each look (5 ms of a core): with two looks a second, 5 % damage shows 3 misses a second. */
    rows: 32,
    /** Rows of a look that decides alone: of a damage of 5 % it sees nothing in 1 of 140. 15 ms of a core. */
    decidingRows: 96,
    /** The share of lost rows that the Bernoulli CUSUM is made to see. */
    p1: 0.05,
    /** Evidence that the confirming look must bring by itself, nats (e³ = 20 : 1). */
    secondLook: 3,
  },
  forest: {
    /** Length of a bin, ms; bins that a forest is grown from, at least (4 min) and at most (20 min). */
    binMs: 2000,
    learnBins: 120,
    memoryBins: 600,
    /** As Liu, Ting and Zhou found enough: their 100 trees of 256 score little otherwise. */
    trees: 60,
    sample: 128,
    /** Scores below this are never odd: 0.5 is the mean. */
    leastScore: 0.6,
    oddBins: 2,
  },
  oddSeries: {
    binMs: 5000,
    /** The threshold that fits all files of NAB best: `npm run bench:detect` prints it. */
    threshold: 0.829,
    /** A peak counts for this long, ms. */
    standsMs: 30_000,
    /** The series is begun anew after 5.5 hours: its features remember all of it. */
    mostSamples: 4000,
  },
  season: {
    /** Hours that a forecast is made from: four days, and at most two weeks. */
    leastHours: 96,
    mostHours: 336,
    /** An hour is judged from its tenth minute on, s. */
    leastS: 600,
    /** Halves of the 95 % interval that are too far off, and the share of the forecast that it must be at least. */
    halves: 2,
    leastShare: 0.25,
  },
  exhaustion: {
    /** Looks that a forecast is made from, at most and at least: two minutes, and 40 s. */
    looks: 48,
    leastLooks: 16,
    /** Memory that grows is recycled when, by the slow end of the forecast, it is used up within this time, s. */
    horizonS: 300,
    /** The later half of the looks must grow at least at this part of the earlier half's rate. */
    steady: 0.7,
    /** Below this share of the limit nothing is forecast: that is far from its end, however fast it grows. */
    leastShare: 0.25,
    /** A replica that was started anew must hold at most this part of what it held. */
    recycledTo: 0.8,
  },
  questions: {
    /** Questions that tell what is usual, and questions of now that are held against them. */
    reference: 512,
    present: 256,
    bins: 10,
    /**
     * Chance of either test without a drift, below which it counts: at 12 questions a second there are 4,050 tests a
     * day,
     * so that both say so by chance less than once a day, even if they always agreed.
     */
    level: 0.0002,
  },
  embeddings: {
    /** Frozen texts that the model embeds anew at each look: all 20 within 100 s, for 0.6 % of a core. */
    freshTexts: 2,
  },
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
    heartbeatMs: 40,
    /** An event is handed to the feed this often at most, each try with this limit, ms. */
    tries: 3,
    timeoutMs: 1000,
  },
} as const;
