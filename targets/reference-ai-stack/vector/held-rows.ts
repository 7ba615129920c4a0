// Which rows of the record store an index holds, and at which place. An index that was made of living rows alone holds
// none of those that were removed by then, so its places are no row numbers any more; whoever searches it does not see
// that.
import type { EngineIndex } from "./engines/engine.ts";
import type { Manifest } from "./layout.ts";

/** What a manifest says of it. */
export type Holding = Pick<Manifest, "rows" | "without" | "changes">;

interface HeldRows {
  /** How many it holds. */
  readonly count: number;
  /** Where it holds a row; undefined when it does not. */
  readonly placeOf: (row: number) => number | undefined;
  /** The row at a place. Behind the last one are those that were added. */
  readonly rowAt: (place: number) => number;
}

/** Reads it off a manifest. */
export function heldRows({ rows, without = [] }: Holding): HeldRows {
  const left = new Set(without);
  const last = (without.at(-1) ?? -1) + 1;
  const held = Array.from({ length: last }, (_, row) => row).filter((row) => !left.has(row));
  const places = new Map(held.map((row, place) => [row, place]));
  return {
    count: rows - left.size,
    placeOf: (row) => (row < last ? places.get(row) : row - left.size),
    rowAt: (place) => held[place] ?? place + left.size,
  };
}

/** An index that is asked by row and answers by row, and counts all rows up to the last one that it holds. */
export function byRow(index: EngineIndex, holding: Holding): EngineIndex {
  const { without = [] } = holding;
  if (without.length === 0) return index;
  const { placeOf, rowAt } = heldRows(holding);
  return {
    ...index,
    rows: index.rows + without.length,
    async search(vector, k) {
      const hits = await index.search(vector, k);
      return hits.map(({ row: place, score }) => ({ row: rowAt(place), score }));
    },
    async vectorOf(row) {
      const place = placeOf(row);
      return place === undefined ? undefined : index.vectorOf(place);
    },
  };
}
