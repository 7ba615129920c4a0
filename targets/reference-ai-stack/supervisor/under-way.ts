// Which operations were asked for and are not over, so that whoever looks from outside can tell; also those that wait
// for their turn.

interface UnderWayOperation {
  readonly operation: string;
  readonly replica?: string;
  /** When it was asked for, ISO 8601. */
  readonly since: string;
}

export interface UnderWay {
  /** Does the work, and counts it as under way until it is over, however it ends. */
  during<T>(what: UnderWayOperation, work: () => Promise<T>): Promise<T>;
  /** The oldest first. */
  list(): readonly UnderWayOperation[];
}

export function createUnderWay(): UnderWay {
  const all = new Set<UnderWayOperation>();
  return {
    async during(what, work) {
      const own = { ...what };
      all.add(own);
      try {
        return await work();
      } finally {
        all.delete(own);
      }
    },
    list: () => [...all],
  };
}
