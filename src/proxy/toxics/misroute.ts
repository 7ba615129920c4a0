// misroute: a connection's requests go to another port of this machine, as if its route led to the wrong pool.

import { HttpReader } from "../http/reader.ts";
import type { Part } from "../http/reader.ts";
import type { ToxicKind } from "./toxic.ts";

/**
 * Of our own: `port`, 1 to 65535, on loopback. Its toxicity is the share of connections, drawn once for each: one that
 * is struck goes astray with every request, and never in the middle of one. Taken away, it leads back from the next
 * request on; so it does from `until` on, in ms since 1970 (0: it lasts). For clients that wait for an answer before
 * they ask again.
 */
export const misroute: ToxicKind = {
  type: "misroute",
  attributes: [
    { name: "port", type: "int", default: 1, min: 1, max: 65_535 },
    { name: "until", type: "int", default: 0, min: 0 },
  ],
  // Answers come back on the way that the requests took.
  only: "upstream",
  open({ port = 1, until = 0 }, { effects, pass, turnTo }) {
    let [astray, leaving] = [false, false];
    let parts: Part["kind"][] = [];
    let between = true;
    const reader = new HttpReader({
      what: "request",
      methodOf: () => undefined,
      onPart({ kind }) {
        parts.push(kind);
        between = kind === "done" || kind === "foreign";
      },
    });

    /** Reads on; true when the bytes begin with the begin of a request. */
    function begins(bytes: Buffer): boolean {
      const mayBegin = between && reader.held.length === 0;
      parts = [];
      reader.feed(bytes);
      return mayBegin && parts[0] !== "foreign";
    }

    return {
      push(chunk) {
        if (chunk.bytes !== null && begins(chunk.bytes)) {
          astray = !leaving && !(until > 0 && Date.now() >= until);
          turnTo(astray ? port : undefined);
          if (astray) effects.requestsMisrouted += 1;
        }
        pass(chunk);
      },
      heldBytes: () => 0,
      busy: () => astray,
      leave: () => void (leaving = true),
      close: () => [],
    };
  },
};
