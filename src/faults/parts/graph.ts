// How an index comes from a search to its rows, as it was read off a file, whichever engine's that is.

import type { Piece } from "./row-pieces.ts";

/** Of a row's name and of a link in the files of all engines that are known here. */
export const [keyBytes, linkBytes] = [8, 4] as const;

/** Where rows lie, as a target publishes it; `format`: of a file whose rows lie in pieces. */
export type Lying = {
  readonly offset: number;
  readonly rowBytes: number;
  readonly rows: number;
  readonly pieces?: readonly Piece[];
  readonly format?: string;
};

/** One list of links: of which node and level, where the first one stands, and how many there are. */
export interface Links {
  readonly node: number;
  readonly level: number;
  readonly at: number;
  readonly count: number;
}

export interface Graph {
  readonly nodes: number;
  /** Links that a list of the lowest level has room for. */
  readonly mostAtBase: number;
  /** Where the keys stand, by node. */
  readonly keys: readonly number[];
  /** The highest level of each node. */
  readonly levels: readonly number[];
  readonly links: readonly Links[];
  /** Of an engine that has no links, and compares with each row that is marked as one: where its mark stands. */
  readonly marks?: readonly Mark[];
}

export interface Mark {
  readonly at: number;
  readonly bit: number;
}
