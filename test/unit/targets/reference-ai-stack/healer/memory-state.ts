// The healer's state without a file: what tests of the loop and of the engine hand in.
import type { Json, State } from "../../../../../targets/reference-ai-stack/healer/durable/state.ts";

export function createMemoryState(): State {
  const rooms = new Map<string, Map<string, Json>>();
  const roomOf = (name: string): Map<string, Json> => {
    const known = rooms.get(name) ?? new Map<string, Json>();
    rooms.set(name, known);
    return known;
  };
  return {
    get: (room, key) => rooms.get(room)?.get(key),
    list: (room) => [...(rooms.get(room) ?? [])],
    // Through JSON, as a file would keep it.
    put: (room, key, value) => void roomOf(room).set(key, JSON.parse(JSON.stringify(value)) as Json),
    drop: (room, key) => void roomOf(room).delete(key),
  };
}

/** The state as a life sees it that ends: afterwards it writes nothing more. */
export function mortal(state: State): { readonly state: State; readonly die: () => void } {
  let dead = false;
  return {
    state: {
      ...state,
      put: (...row) => (dead ? undefined : state.put(...row)),
      drop: (...row) => (dead ? undefined : state.drop(...row)),
    },
    die: () => void (dead = true),
  };
}
