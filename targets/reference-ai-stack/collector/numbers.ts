// Every number of the collector that is chosen, with its unit and its reason.

const MIB = 1024 * 1024;

export const NUMBERS = {
  /** One request; an exporter of ours sends at most 2,048 spans of about 700 bytes. */
  bodyBytes: 4 * MIB,
  limits: {
    attributes: 64,
    name: 255,
    text: 1024,
    buckets: 200,
    /** Times further from now than this, ms, come from a clock that is wrong: nothing can be concluded from them. */
    clockOffMs: 3_600_000,
    /** Series held at once: the stack has about 150. */
    series: 2000,
  },
  memory: {
    /** Raw points are answered from memory for this long, ms; a store that fails takes nothing from that. */
    pointsMs: 120_000,
    /** The latest of these are held, whatever their age. */
    spans: 10_000,
    logs: 5000,
  },
  /** A series without a point for this long, ms, is stale: it is on no page, and no value of now. */
  staleMs: 10_000,
  /** It is forgotten after this long, ms: replicas come and go, and others need the room. */
  forgetMs: 15 * 60_000,
  /** Kept in the store, ms. */
  tiers: [
    { name: "raw", widthMs: 1, keepMs: 10 * 60_000 },
    { name: "10s", widthMs: 10_000, keepMs: 2 * 3_600_000 },
    { name: "1m", widthMs: 60_000, keepMs: 24 * 3_600_000 },
  ],
  store: {
    /** One transaction at this period, ms. */
    writeEveryMs: 1000,
    /** What is too old, or too much, is taken out at this period, ms. */
    pruneEveryMs: 10_000,
    spansKeepMs: 15 * 60_000,
    /** Rows of spans and of logs: 12 questions a second leave 84 and 48 rows a second. */
    spans: 100_000,
    logs: 50_000,
    /** 128 MiB in pages of 4 KiB. */
    mostPages: 32_768,
    /** Rows that wait while the store cannot be written; the oldest go. */
    owed: 50_000,
  },
  graph: {
    /** The calls of this last time, ms, unless asked otherwise. */
    windowMs: 30_000,
    /** Spans from before the window that may belong to calls in it, or name an address, ms. */
    beforeMs: 10_000,
    longestWindowMs: 600_000,
    /** Those with the most calls; the stack has about ten. */
    edges: 200,
  },
  forward: {
    queueBodies: 256,
    queueBytes: 16 * MIB,
    timeoutMs: 5000,
    backOffMs: 1000,
    backOffLimitMs: 30_000,
  },
  /** Most rows of spans or logs in one answer, and most points. */
  answerRows: 5000,
  answerPoints: 50_000,
} as const;

export type TierName = (typeof NUMBERS.tiers)[number]["name"];
