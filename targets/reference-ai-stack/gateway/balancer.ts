// Smooth weighted round robin (as in nginx): shares follow the weights exactly over each cycle and turns are spread
// evenly, so a replica at half weight gets every third request and never a burst.

/** Shares traffic over the replicas of one service. */
export interface Balancer {
  /** The next replica by weight, leaving out those in `except`; undefined when none with weight above 0 is left. */
  pick(except?: ReadonlySet<string>): string | undefined;
  /** Weight of a replica; 0 when it is not known. */
  weight(replica: string): number;
  /** Sets weights (1 full, 0 drained); replicas not named keep theirs, unknown names are ignored. */
  setWeights(weights: Readonly<Record<string, number>>): void;
  /** Sets who takes part. Newcomers get weight 1 and no turn in advance; the others keep weight and turn. */
  setReplicas(replicas: readonly string[]): void;
}

interface Member {
  readonly replica: string;
  weight: number;
  current: number;
}

/** All replicas start at weight 1. */
export function createBalancer(replicas: readonly string[]): Balancer {
  let members: readonly Member[] = [];
  const setReplicas = (names: readonly string[]): void => {
    const known = new Map(members.map((member) => [member.replica, member]));
    members = names.map((replica) => known.get(replica) ?? { replica, weight: 1, current: 0 });
  };
  setReplicas(replicas);

  function pick(except: ReadonlySet<string> = new Set()): string | undefined {
    const eligible = members.filter((member) => member.weight > 0 && !except.has(member.replica));
    const total = eligible.reduce((sum, member) => sum + member.weight, 0);
    let best: Member | undefined;
    for (const member of eligible) {
      member.current += member.weight;
      if (best === undefined || member.current > best.current) best = member;
    }
    if (best !== undefined) best.current -= total;
    return best?.replica;
  }

  return {
    pick,
    setReplicas,
    weight: (replica) => members.find((member) => member.replica === replica)?.weight ?? 0,
    setWeights(weights) {
      for (const member of members) {
        const weight = weights[member.replica];
        if (weight === undefined || weight === member.weight) continue;
        member.weight = weight;
        // A credit saved up under the old weights would come back as a burst.
        member.current = 0;
      }
    },
  };
}
