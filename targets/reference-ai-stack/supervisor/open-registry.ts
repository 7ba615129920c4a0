// Which versions are served when the stack starts: as the registry's file says it, else as its copy does, else the
// shipped ones. What cannot be read or does not load is left out, and that is put into words for a person.
import { FIRST_VERSION, type EngineName, type ModelCard } from "../common/model-card.ts";
import { messageOf } from "../common/log.ts";
import type { Fit } from "../inference/fit.ts";
import { isDamaged, type RegistryFile } from "../registry/file.ts";
import { shippedCards } from "../registry/shipped.ts";
import { firstState, type RegistryState } from "../registry/state.ts";

export interface Opened {
  readonly state: RegistryState;
  /** What was wrong, in words; empty: nothing. */
  readonly troubles: readonly string[];
  /** The file on the disk says something else, or there is none any more. */
  readonly isNew: boolean;
}

/** The shipped cards, and a word for each that is damaged. */
export type Shipped = (leftOut: (why: string) => void) => readonly ModelCard[];

/** Of all replicas. */
interface Serving {
  readonly engine: EngineName;
  /** What it can load. */
  readonly fit: Fit;
  /** Those of the engine that the stack comes with, when absent. */
  readonly shipped?: Shipped;
}

/** Throws an Error when no version at all can be loaded. */
export function openRegistry(file: RegistryFile, serving: Serving): Opened {
  const troubles: string[] = [];
  const found = readEither(file, troubles);
  const served = found === null ? null : onlyLoadable(found, serving.fit, troubles);
  if (served !== null) return { state: served, troubles, isNew: troubles.length > 0 };
  if (found !== null) troubles.push(putAside(file, "registry", "none of its versions loads"));
  if (troubles.length > 0) troubles.push("the shipped versions are served");
  return { state: shippedState(serving, troubles), troubles, isNew: troubles.length > 0 };
}

/** Puts a file aside and says so; a disk that refuses even that is no reason not to start. */
export function putAside(file: RegistryFile, which: "registry" | "copy", why: string): string {
  const what = which === "registry" ? "the registry's file" : "the copy of the registry";
  try {
    return `${what} was damaged (${why}): it is put aside as ${file.putAside(which, stamp())}`;
  } catch (error) {
    return `${what} was damaged (${why}) and could not be put aside: ${messageOf(error)}`;
  }
}

function stamp(): string {
  return new Date().toISOString().replaceAll(":", "");
}

function readEither(file: RegistryFile, troubles: string[]): RegistryState | null {
  const main = file.read("registry");
  if (main !== null && !isDamaged(main)) return main.state;
  const copy = file.read("copy");
  if (main === null && copy === null) return null;
  troubles.push(main === null ? "the registry's file is gone" : putAside(file, "registry", main.damaged));
  if (isDamaged(copy)) troubles.push(putAside(file, "copy", copy.damaged));
  if (copy === null || isDamaged(copy)) return null;
  troubles.push("its copy is used");
  return copy.state;
}

/** Without a canary that does not load; a stable version that does not gives way to the last one before that does. */
function onlyLoadable(state: RegistryState, fit: Fit, troubles: string[]): RegistryState | null {
  const { versions, serving } = state;
  const why = (name: string): string | null => {
    const card = versions.find((one) => one.card.name === name)?.card;
    return card === undefined ? `${name} is unknown` : fit(card);
  };
  const { stable, canary } = serving;
  const refusals = { stable: why(stable), canary: canary === null ? null : why(canary.version) };
  if (refusals.canary !== null) troubles.push(`${refusals.canary}; it is not rolled out any more`);
  const kept = refusals.canary === null ? canary : null;
  if (refusals.stable === null) return { ...state, serving: { ...serving, canary: kept } };
  const last = serving.before.findLastIndex((name) => why(name) === null);
  const instead = serving.before[last] ?? versions.find(({ card }) => fit(card) === null)?.card.name;
  if (instead === undefined) return null;
  troubles.push(`${refusals.stable}; ${instead} is served instead`);
  const before = serving.before.slice(0, Math.max(0, last));
  return { ...state, serving: { stable: instead, canary: kept?.version === instead ? null : kept, before } };
}

/** The stack's own default, else the first of the line. */
function shippedState({ engine, fit, shipped }: Serving, troubles: string[]): RegistryState {
  const damaged: string[] = [];
  const leftOut = (why: string): void => void damaged.push(`a shipped version is left out: ${why}`);
  const cards = shipped?.(leftOut) ?? shippedCards(engine, leftOut);
  troubles.push(...damaged);
  const usable = cards.filter((card) => fit(card) === null);
  const stable = usable.find(({ name }) => name === FIRST_VERSION[engine]) ?? usable[0];
  if (stable === undefined) throw new Error(`no version can be loaded: ${troubles.join("; ") || "none is shipped"}`);
  return firstState(cards, stable.name);
}
