// The looks at what the gateway saw: of its upstreams, and of answers, where only those that are new are asked for.
import type { Clock, Eyes, Observation } from "../nouns.ts";

type Look = () => Promise<void>;

export function createGatewayLooks(
  eyes: Pick<Eyes, "models" | "sources" | "traffic">,
  clock: Clock,
  put: (observation: Observation) => void,
): { readonly traffic: Look; readonly sources: Look; readonly answers: Look } {
  /** Null: nothing was seen yet, and what lies there is older than this watch. */
  let last: number | null = null;
  return {
    async traffic() {
      const upstreams = await eyes.traffic();
      if (upstreams !== null) put({ kind: "traffic", at: clock.now(), upstreams });
    },
    async sources() {
      const sources = await eyes.sources();
      if (sources !== null) put({ kind: "sources", at: clock.now(), sources });
    },
    async answers() {
      const answers = await eyes.models.answers(last ?? 0, last !== null);
      if (answers === null) return;
      if (last !== null && answers.length > 0) put({ kind: "answers", at: clock.now(), answers });
      const newest = answers.at(-1)?.seq;
      // A gateway that was started again counts from one: until it has passed the old number nothing would be new.
      const isAnew = newest === undefined && (last ?? 0) > 0 && (await newestOf(eyes)) !== last;
      last = isAnew ? 0 : (newest ?? last ?? 0);
    },
  };
}

async function newestOf(eyes: Pick<Eyes, "models">): Promise<number | undefined> {
  return (await eyes.models.answers(0))?.at(-1)?.seq;
}
