// The versions that a replica has loaded. Loading is all or nothing: a card that this engine cannot follow leaves what
// was loaded as it is.
import type { Loaded, ModelCard } from "../common/model-card.ts";
import { isKnownTemplate, type Mind } from "./engine.ts";
import { DEFAULT_PACE, type Pace } from "./token-stream.ts";

/** The engine that cards must be made for. */
const ENGINE = "extractive";
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
  /** Null: they are loaded, and nothing else is. Else why not, in words. */
  load(loaded: Loaded, now: number): string | null;
}

/** Throws an Error when the first ones do not load. */
export function createVersions(first: Loaded, now: number): Versions {
  let stable: Version;
  let all: ReadonlyMap<string, Version> = new Map();
  const load = (loaded: Loaded, at: number): string | null => {
    const cards = [loaded.stable, ...loaded.others];
    const wrong = cards.map(whyNot).filter((why) => why !== null);
    if (wrong.length > 0) return wrong.join("; ");
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
  };
}

function whyNot({ name, engine, template }: ModelCard): string | null {
  if (engine !== ENGINE) return `${name} does not load: it is made for the engine ${engine}, this one is ${ENGINE}`;
  return isKnownTemplate(template) ? null : `${name} does not load: its template ${template} is not known here`;
}

function versionOf({ name, template, decoding }: ModelCard, loadedAt: number): Version {
  const { tokens_per_second: tokensPerSecond, prefill_ms: prefillMs } = decoding;
  return {
    name,
    pace: { ...DEFAULT_PACE, tokensPerSecond, prefillMs },
    mindAt(now) {
      const risen = (decoding.temperature_per_minute * (now - loadedAt)) / 60_000;
      return {
        version: name,
        template,
        quoteTokens: decoding.quote_tokens,
        chance: Math.min(HOTTEST, decoding.temperature + risen) / HOTTEST,
        citing: decoding.citing,
      };
    },
  };
}
