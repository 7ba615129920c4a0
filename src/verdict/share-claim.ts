// A claim that somebody makes of a stack's times, as it is typed: `MTTR <= 10 s in 95 %`.

import { parseDuration } from "../core/duration.ts";
import { HarnessError } from "../core/errors.ts";
import type { Ms, Share } from "../core/units.ts";

/** Times that a claim may be about: t2 − t0, t6 − t0, t5 − t1. */
const measures = ["MTTD", "MTTR", "TTM"] as const;

/** That a time is within a bound in a share of trials. */
export interface ShareClaim {
  readonly measure: (typeof measures)[number];
  readonly withinMs: Ms;
  /** Of trials, within (0, 1). */
  readonly share: Share;
  /** One-sided, within (0, 1). */
  readonly confidence: Share;
}

/** Shown beside every mistake. */
const example = '"MTTR <= 10 s in 95 %", or "MTTR <= 10 s in 95 % at 99 % confidence"';
const usualConfidence = 0.95;
/** Beyond it no machine runs as many trials as it takes. */
const mostPercent = 99.99;
const shownLength = 30;

/**
 * Reads a claim; spaces and case do not matter, `≤` is `<=`. Throws HarnessError "bad-input" with the column of what is
 * wrong, counted from 1, and what was expected there.
 */
export function readShareClaim(text: string): ShareClaim {
  const { take, isEnd, refuse } = readerOf(text);
  const measure = measures.find((name) => take(new RegExp(`^${name}(?![\\w-])`, "i"))) ?? refuse("MTTD, MTTR or TTM");
  if (!take(/^(?:<=|≤)(?![<>=])/)) refuse("<= or ≤");
  const withinMs = readDuration(take) ?? refuse("a duration of more than 0, such as 400 ms, 10 s or 1 m");
  if (!take(/^in(?![\w-])/i)) refuse("`in` and a share of trials, such as in 95 %");
  const share = readPercent(take) ?? refuse(`a share above 0 % and up to ${mostPercent} %, such as 95 %`);
  let confidence = usualConfidence;
  if (take(/^(?:at|with)(?![\w-])/i)) {
    confidence = readPercent(take) ?? refuse(`a share above 0 % and up to ${mostPercent} %, such as 99 %`);
    if (!take(/^confidence(?![\w-])/i)) refuse("`confidence`");
  }
  if (!isEnd()) refuse("nothing more, or a confidence such as at 99 % confidence");
  return { measure, withinMs, share, confidence };
}

type Take = (pattern: RegExp) => readonly string[] | undefined;

interface Reader {
  /** What follows, where it is that; space before it is passed over. */
  readonly take: Take;
  readonly isEnd: () => boolean;
  /** Throws: this was expected where was looked last. */
  readonly refuse: (expected: string) => never;
}

function readerOf(text: string): Reader {
  let [from, at] = [0, 0];
  const take: Take = (pattern) => {
    from = at + (/^\s*/.exec(text.slice(at))?.[0].length ?? 0);
    const found = pattern.exec(text.slice(from));
    if (found !== null) at = from + found[0].length;
    return found ?? undefined;
  };
  return {
    take,
    isEnd: () => take(/^$/) !== undefined,
    refuse(expected) {
      const rest = text.slice(from).trim();
      const cut = rest.length > shownLength ? `${rest.slice(0, shownLength)}…` : rest;
      const place = { file: "--claim", line: 1, column: from + 1 };
      throw new HarnessError("bad-input", "the claim was not understood", {
        problems: [{ place, found: rest === "" ? "its end" : `"${cut}"`, expected }],
        hint: `a claim reads ${example}`,
      });
    },
  };
}

/** Undefined, too, for a time of nothing. */
function readDuration(take: Take): Ms | undefined {
  const [, number = "", unit = ""] = take(/^(\d+(?:\.\d+)?)\s*(ms|s|m)(?![\w-])/) ?? [];
  const ms = parseDuration(number + unit);
  return ms === 0 ? undefined : ms;
}

/** As a share; undefined where it is none that can be shown. */
function readPercent(take: Take): Share | undefined {
  const [, number = ""] = take(/^(\d+(?:\.\d+)?)\s*%(?![\w%])/) ?? [];
  const percent = Number.parseFloat(number);
  return percent > 0 && percent <= mostPercent ? percent / 100 : undefined;
}
