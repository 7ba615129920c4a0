// The versions that a replica has loaded. A stable one that this engine cannot follow leaves what was loaded as it is;
// another one that it cannot follow is left out, so that it takes nobody else's answers away.
import type { Loaded, ModelCard } from "../common/model-card.ts";
import type { Mind } from "./engine.ts";
import { EXTRACTIVE, type Fit } from "./fit.ts";
import { DEFAULT_PACE, type Pace } from "./token-stream.ts";

/** Above this nothing more is recalled instead of copied. */
const HOTTEST = 2;

interface Version {
  readonly name: string;
  readonly pace: Pace;
  /** How it answers at `now`, ms on the clock of `load`. */
  mindAt(now: number): Mind;
}

export interface Versions {
  /** The stable one where none is named; undefined: it is not loaded. */
  named(name: string | undefined): Version | undefined;
  /** The stable one first. */
  names(): readonly string[];
  /** Null: they are loaded, but for those of `leftOut`, and nothing else is. Else why the stable one is not. */
  load(loaded: Loaded, now: number): string | null;
  /** Others that were asked for last and do not load, with why. */
  leftOut(): readonly LeftOut[];
}

interface LeftOut {
  readonly name: string;
  readonly why: string;
}

/** `fit`: what this replica's engine can load. Throws an Error when the first stable one does not load. */
export function createVersions(first: Loaded, now: number, fit: Fit = EXTRACTIVE): Versions {
  let stable: Version;
  let all: ReadonlyMap<string, Version> = new Map();
  let leftOut: readonly LeftOut[] = [];
  const load = (loaded: Loaded, at: number): string | null => {
    const refusal = fit(loaded.stable);
    if (refusal !== null) return refusal;
    const others = loaded.others.map((card) => ({ card, why: fit(card) }));
    const cards = [loaded.stable, ...others.flatMap(({ card, why }) => (why === null ? [card] : []))];
    leftOut = others.flatMap(({ card: { name }, why }) => (why === null ? [] : [{ name, why }]));
    // One that stays goes on as it was: only what is loaded anew begins anew.
    all = new Map(cards.map((card) => [card.name, all.get(card.name) ?? versionOf(card, at)]));
    stable = all.get(loaded.stable.name) ?? versionOf(loaded.stable, at);
    return null;
  };
  const why = load(first, now);
  if (why !== null) throw new Error(why);
  return {
    load,
    named: (name) => (name === undefined || name === "" ? stable : all.get(name)),
    names: () => [...all.keys()],
    leftOut: () => leftOut,
  };
}

function versionOf({ name, template, decoding, weights }: ModelCard, loadedAt: number): Version {
  const { tokens_per_second: tokensPerSecond, prefill_ms: prefillMs } = decoding;
  return {
    name,
    pace: { ...DEFAULT_PACE, tokensPerSecond, prefillMs },
    mindAt(now) {
      const risen = (decoding.temperature_per_minute * (now - loadedAt)) / 60_000;
      const temperature = Math.min(HOTTEST, decoding.temperature + risen);
      return {
        version: name,
        template,
        quoteTokens: decoding.quote_tokens,
        chance: temperature / HOTTEST,
        citing: decoding.citing,
        ...(weights !== undefined && { weights, temperature }),
      };
    },
  };
}
