// A bounded waiting room between a service's work and its exporter: the oldest give way to the newest.

export interface Buffered<Item> {
  put(item: Item): void;
  /** All that wait, oldest first; the room is empty then. */
  takeAll(): readonly Item[];
  /** What was taken and not got rid of comes back in front, as far as there is room. */
  putBack(items: readonly Item[]): void;
  /** How many had to give way since the last call. */
  takeLost(): number;
}

export function createBuffer<Item>(most: number): Buffered<Item> {
  let items: Item[] = [];
  let lost = 0;
  const trim = (): void => {
    const excess = items.length - most;
    if (excess <= 0) return;
    items = items.slice(excess);
    lost += excess;
  };
  return {
    put(item) {
      items.push(item);
      // Trimmed in one go, not once for each item of a burst.
      if (items.length >= most * 2) trim();
    },
    takeAll() {
      trim();
      const all = items;
      items = [];
      return all;
    },
    putBack(back) {
      items = [...back, ...items];
      trim();
    },
    takeLost() {
      const sum = lost;
      lost = 0;
      return sum;
    },
  };
}
