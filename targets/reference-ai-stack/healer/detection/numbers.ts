// The chosen numbers of the detectors, each with its unit and its reason. Limits that are calibrated lie in
// limits.json.

/** What detectors are told; part of NUMBERS. */
export const DETECTION = {
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
  ingestion: {
    /** Attempts that failed in the same place: by pauses of 0.25 and 0.5 s they lie 0.75 s apart. */
    attempts: 3,
    /** A record of another form does not become right by trying. */
    schemaAttempts: 2,
    /** A pause longer than this, ms, is the fourth and any later one. */
    waitsMs: 1500,
    /** So long, ms, have embedder and vector replicas been well before the queue should go on. */
    wellForMs: 2000,
    /**
     * So long, ms, is the queue left alone while the ingestion itself says who does not answer it: as long as its
     * longest pause. Then somebody has to hear of it.
     */
    waitsForMs: 30_000,
    /** A disk that refuses for a moment needs nobody: for so long, ms, without a break. */
    refusedForMs: 1500,
    /**
     * The next batch is at the head and still too late for this long, ms: behind one large batch a few small ones are
     * late for a moment, and done within it.
     */
    lagsForMs: 1500,
  },
  twice: {
    /**
     * Prompts that the cache always has, of 5 blocks each, and how many of them one look asks, in turn: all in 20 s. A
     * damage of a tenth misses the 10 blocks of one look in 1 of 3 cases, all 100 in 1 of 38,000; one of a half misses
     * a look in 1 of 1,000. Blocks that are quoted nowhere change no answer: about half of them.
     */
    prompts: 20,
    perLook: 2,
    /** Tokens of an answer: the sentence that is quoted. */
    tokens: 30,
    /**
     * Answers of a replica within the last seconds without which it is not asked: nobody is served wrong answers, and
     * an idle replica stays idle.
     */
    leastAnswers: 6,
    /** The same of the gateway that keeps answers: chats since the look before. */
    leastChats: 3,
  },
  scaling: {
    /** Somebody waits at every replica for this long without a break, ms: a burst that ends by itself is shorter. */
    standMs: 1500,
    leastReadings: 3,
    /** Waiting requests for each replica: fewer come and go by chance. */
    leastWaiting: 2,
    /** A queue that is below this part of its longest drains by itself. */
    drains: 0.8,
    /** Replicas that a service has at least, and at most: 8 more processes are what a small machine can bear. */
    leastReplicas: 2,
    mostReplicas: 8,
    /** Added by one action at most: doubling twice in ten seconds helps nobody. */
    mostAtOnce: 4,
    /** So much of the slots should be taken after a scale-out: the queue that has grown must drain besides. */
    aim: 0.7,
    /** A request that has waited this long, ms, tells that a service is still short. */
    waitedMs: 500,
    /** One replica less would have at most this share of its slots taken, for this long, ms. */
    spareShare: 0.5,
    spareForMs: 60_000,
  },
  kvMemory: {
    /** Held by running requests: with a few long prompts in blocks of their own no further one fits above this. */
    fullShare: 0.8,
    /** In each reading for this long, ms: one long prompt holds much and is soon over. */
    standMs: 2000,
    leastReadings: 3,
  },
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
  deepProbe: {
    /** Completions of one token that must fail in a row; and where nobody knows whether tokens move. */
    misses: 2,
    missesWhenBlind: 4,
    /** Where nobody knows, its own count of tokens is read twice, so far apart, ms: tokens come more often. */
    tokensApartMs: 1000,
    /** What was seen this long ago, ms, says nothing of now: two looks, and the time that they may take. */
    staleMs: 3000,
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
  path: {
    /** Tries of a way in a row without an answer; one alone may be a pause of the machine. */
    misses: 2,
    /** The gateway tries each way so often while one is missed, and waits so long for the answer, ms. */
    tryMs: 250,
    tryWithinMs: 400,
    /**
     * The other way leads there where it has answered without a miss for this long, ms, in half of what a try may take:
     * else both are missed by turns on a machine that is short of processors.
     */
    wholeForMs: 1500,
    leadsWithinMs: 200,
    /** So much later than by the other way, ms, and for so long, ms: users feel that, and jitter stands no 2 s. */
    slowerMs: 100,
    slowForMs: 2000,
    /** Tries until a mean that follows by 0.3 has come over nine tenths of the way. */
    settles: 7,
  },
  sources: {
    /** The gateway counts log-ins of so long, ms. */
    windowMs: 4000,
    /** Different wrong ones among these: a person types one in two seconds at best. */
    guesses: 12,
    /** Of what a source has tried: behind an address that many share most log-ins are right. */
    refusedShare: 0.8,
    /** So many are turned away by one action, each for so long, s: who guesses by hand has given up by then. */
    most: 16,
    blockSeconds: 60,
    /** A gateway without accounts is asked again after so long, ms. */
    noDoorMs: 10_000,
  },
  backend: {
    /** Exchanges within the long window of errors that say something of a replica. */
    leastEndings: 8,
    /** More failures than this share at its siblings are no trouble of one replica. */
    siblingsShare: 0.1,
    /** It turns away when it does so with at least this share. */
    throttledShare: 0.3,
  },
  selfRetrieval: {
    /**
     * Rows of a look, 2 ms of a core, and of the look that follows at once where one of them is suspicious. A damage of
     * 5 % shows in a third of the first looks (1 − 0.95^8), in 96 of 100 of the second ones: after 1 s at the median,
     * 4 s in 95 of 100 cases. 32 rows in each look would be seen 0.7 s sooner at the median, for three times the cost.
     */
    rows: 8,
    manyRows: 64,
    /** After a suspicious row each look is at many rows for this long, ms: most damage is repaired by then. */
    manyForMs: 10_000,
    /** Rows of a look that decides alone: of a damage of 5 % it sees nothing in 1 of 140. 15 ms of a core. */
    decidingRows: 96,
    /** The share of lost rows that the Bernoulli CUSUM is made to see. */
    p1: 0.05,
    /** Evidence that the confirming look must bring by itself, nats (e³ = 20 : 1). */
    secondLook: 3,
    /** Of answers to searches for different rows so large a share is one and the same: nobody was searched for. */
    alikeShare: 0.5,
    /** Answers below which that says nothing. */
    leastAnswers: 8,
  },
  /**
   * More dead rows than this are too many: so many, and so many for each that can be found. The defaults with which
   * PostgreSQL begins to vacuum a table (autovacuum_vacuum_threshold, …_scale_factor); Qdrant cleans a segment of which
   * a fifth is deleted (deleted_threshold).
   */
  deadRows: { least: 50, share: 0.2 },
  /**
   * So long neither of two replicas may have changed: the ingestion writes to one after the other, and waits 3 s at
   * most for each, mostly for 2 ms.
   */
  holdings: { standMs: 2500 },
  records: {
    /**
     * Looks in a row: equal documents have equal records whenever they were written, so that one would do; a second one
     * is of another moment.
     */
    looks: 2,
    /** Sets of documents that are remembered of each replica, for a sibling that comes to them a few looks later. */
    kept: 8,
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
    /** No line is drawn on for longer than this many times the stretch that it was fitted to. */
    reach: 2,
    /** The later half of the looks must grow at least at this part of the earlier half's rate. */
    steady: 0.7,
    /** Below this share of the limit nothing is forecast: that is far from its end, however fast it grows. */
    leastShare: 0.25,
    /** A fall of this part of all that was seen is a collection; the lows around it rise at this part of the rate. */
    fallShare: 0.25,
    lowsShare: 0.5,
    /** A rise for this long, s, which is about all that is looked at, is not ended by a collection. */
    riseS: 104,
    /**
     * Nearly used up at this share of the limit: then no collection is waited for, unless the last peak was as high,
     * but for this part of all that was seen.
     */
    nearShare: 0.8,
    overPeak: 0.1,
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
  answers: {
    /** The share of bad answers of a good version, at most, and of a bad one that is to be seen. */
    p0: 0.01,
    p1: 0.3,
    /** One false alarm of a version and signal in a day of 12 answers a second. */
    falseAlarmsPerAnswer: 1 / (12 * 86_400),
    /** Questions whose last answer is remembered, to see whether the next one is the same. */
    keptQuestions: 1000,
    paired: {
      /** One in so many comparisons of equal versions may call one of them worse. */
      alpha: 0.001,
      /**
       * Golden questions at most, and so many at once at each of the two versions. Of a version that answers three in
       * ten wrong, as the detector is made to see it, 80 pairs show eleven worse ones in 99.9 of 100 cases.
       */
      mostPairs: 80,
      atOnce: 4,
    },
    slower: {
      /** So much later than another answer counts: this part of it more, and so much, ms. */
      share: 0.5,
      firstMs: 100,
      tokenMs: 2,
      /**
       * Of three answers of equal versions the last is the slowest one in three times; of a slow version nearly
       * always.
       */
      others: 2,
      p0: 1 / 3,
      p1: 0.95,
      /** Two suspicions a day of four comparisons a second, over both times that are compared. */
      falseAlarmsPerComparison: 1 / (4 * 86_400),
    },
    worsening: {
      /** Weight of the last answer in what the next one is expected to be, and the first expectation. */
      lambda: 0.05,
      first: 0.05,
      /** One in so many versions that do not change may ever be taken for one that does. */
      alpha: 0.001,
    },
  },
  embeddings: {
    /**
     * Frozen texts that the model embeds anew at each look: all 20 within 200 s, for 0.3 % of a core. A model that was
     * replaced gives each of them another vector, so one shows it.
     */
    freshTexts: 1,
  },
  vectors: {
    /** Both means are of the same rows at the same time: a healthy index differs by rounding alone, below 1e-9. */
    leastCentroid: 0.9999,
  },
  storedTexts: {
    /** Passages of each model's newest, of the newest of all and of any, at each look: about 3 ms of a core. */
    ofEach: 4,
  },
} as const;
