// The names that the stack has: every service and replica that a roll-call has shown, now or in an earlier life. A
// policy may name these and no others.
import type { State } from "../durable/state.ts";
import type { Eyes } from "../nouns.ts";

export interface Places {
  /** Empty before the first roll-call of the first life. */
  readonly list: () => readonly string[];
  /** The same eyes; whom their roll-calls show is remembered. */
  readonly through: (eyes: Eyes) => Eyes;
}

const ROOM = "policy";
const PLACES = "places";

/** `state`: where names outlive the healer, those of replicas that have left the stack too. */
export function createPlaces(state: State): Places {
  const seen = new Set<string>();
  const list = (): readonly string[] => {
    const kept = state.get(ROOM, PLACES);
    const before = Array.isArray(kept) ? kept.filter((one) => typeof one === "string") : [];
    return [...new Set([...before, ...seen])].toSorted();
  };
  return {
    list,
    through: (eyes) => ({
      ...eyes,
      async rollCall() {
        const replicas = await eyes.rollCall();
        const names = (replicas ?? []).flatMap(({ service, replica }) => [service, replica]);
        if (names.every((name) => seen.has(name))) return replicas;
        for (const name of names) seen.add(name);
        state.put(ROOM, PLACES, [...list()]);
        return replicas;
      },
    }),
  };
}
