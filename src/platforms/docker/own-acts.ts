// Starts and ends of containers that the harness orders itself. The engine tells of them as of any other: without this
// they would be taken for what the stack noticed and did.

import type { ContainerEvent } from "../../core/container-events.ts";

type Ordered = Extract<ContainerEvent, "start" | "die">;

export interface OwnActs {
  /**
   * Gives an order for a container, by its whole id: the next such event is of that order, unless `act` resolves to
   * false, which says that nothing came of it.
   */
  order(container: string, event: Ordered, act: () => Promise<unknown>): Promise<void>;
  /** True where the event is of an order; once for each. */
  take(container: string, event: ContainerEvent): boolean;
}

export function ownActs(): OwnActs {
  const due = new Set<string>();
  const keyOf = (container: string, event: ContainerEvent): string => `${event} ${container}`;
  return {
    async order(container, event, act) {
      const key = keyOf(container, event);
      // The engine may tell of it before it answers. Where it does not answer, it may obey all the same.
      due.add(key);
      if ((await act()) === false) due.delete(key);
    },
    take: (container, event) => due.delete(keyOf(container, event)),
  };
}
