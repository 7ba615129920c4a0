// What earlier runs say of the freshness of evidence.

/** What an earlier run says about freshness: which pathways it had counted trials of. */
export interface PastEvidence {
  readonly runId: string;
  readonly endedAt: string;
  readonly pathways: readonly {
    readonly target: string;
    readonly pathway: string;
    /** Against which faults: `faultsName` of each trial. */
    readonly faults: readonly string[];
  }[];
}

/** The earlier runs beside this one, and those that were not read, or not whole, each with the reason. */
export interface History {
  readonly runs: readonly PastEvidence[];
  readonly unread: readonly string[];
}
