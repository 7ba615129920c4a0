// noop: changes nothing. Toxiproxy registers it like any other, so its clients may ask for it.

import type { Chunk, ToxicKind } from "./toxic.ts";

/** Toxiproxy's `noop`, without attributes. */
export const noop: ToxicKind = {
  type: "noop",
  attributes: [],
  open: (_, { pass }) => ({ push: (chunk: Chunk) => pass(chunk), heldBytes: () => 0, close: () => [] }),
};
