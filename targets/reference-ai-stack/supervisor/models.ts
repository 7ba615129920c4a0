// The hand behind the registry: what is decided there is loaded by inference replicas, then followed by the gateway,
// then written down. What one of them refuses is not done at all; who is away gets it when it is back.
import type { Loaded } from "../common/model-card.ts";
import type { InferenceSettings } from "../inference-settings.ts";
import { fitFor, type Fit } from "../inference/fit.ts";
import { registryFile, type RegistryFile } from "../registry/file.ts";
import { loadedIn, splitIn, type Change, type RegistryState } from "../registry/state.ts";
import { createTelling, type Telling, type TellingParts } from "./model-telling.ts";
import { openRegistry, type Shipped } from "./open-registry.ts";
import { keepRegistry, type Keeping } from "./registry-keeping.ts";
import { createTurns } from "./turns.ts";

/** `againMs`: nothing is wrong with what was asked; who asks again after that long may be luckier. */
export type ModelChange =
  | { readonly ok: true; readonly state: RegistryState }
  | {
      readonly ok: false;
      readonly status: 404 | 409 | 422 | 502 | 503 | 507;
      readonly reason: string;
      readonly againMs?: number;
    };

export interface Models {
  state(): RegistryState;
  /** What a replica that starts now has to load: while something is changed, the old and the new. */
  loaded(): Loaded;
  /** What is wrong with the file, in words; null: nothing. */
  trouble(): string | null;
  /** Makes one change after all earlier ones are over; rejects with `Busy` when that takes too long. */
  change(work: (state: RegistryState) => Change): Promise<ModelChange>;
  /** After the changes that are under way: nobody is told anything any more. */
  close(): Promise<void>;
}

export interface ModelsParts extends TellingParts {
  readonly dataDir: string;
  /** The engine of all replicas; versions of another do not load. The bundled one when absent. */
  readonly inference?: Pick<InferenceSettings, "engine" | "weightsDir">;
}

/** What openModels reads at its start. */
interface Sources {
  readonly file?: RegistryFile;
  readonly shipped?: Shipped;
}

/** What changes take turns at. */
const REGISTRY = "the registry";
/** A change waits so long for those before it, ms. */
const TURN_WITHIN_MS = 3000;
/** Who was sent away because somebody else is away may ask again after this, ms. */
const AGAIN_MS = 1000;

/** Reads what an earlier start has left; see open-registry.ts for what becomes of damage. */
export function openModels(parts: ModelsParts, sources: Sources = {}): Models {
  const { dataDir, inference = { engine: "extractive", weightsDir: "" } } = parts;
  const { file = registryFile(dataDir, inference.engine), shipped } = sources;
  const fit = fitFor(inference);
  const opened = openRegistry(file, { engine: inference.engine, fit, ...(shipped && { shipped }) });
  const keeping = keepRegistry(file, opened.troubles, parts.log);
  const turns = createTurns();
  let { state } = opened;
  /** What is to be loaded while a change is made. */
  let coming: Loaded | null = null;
  const loaded = (): Loaded => coming ?? loadedIn(state);
  const telling = createTelling(parts, { loaded, split: () => splitIn(state) });

  async function make(work: (state: RegistryState) => Change): Promise<ModelChange> {
    const change = work(state);
    if (!change.ok) return change;
    await telling.stop();
    try {
      const begun = { old: state, next: change.state, keeping, telling, fit };
      const refusal = await carryOut({ ...begun, coming: (both) => (coming = both) });
      if (refusal === null) state = change.state;
      return refusal ?? change;
    } finally {
      coming = null;
      telling.settle();
    }
  }

  async function writeAnew(): Promise<void> {
    const prepared = await keeping.prepare(state);
    if (typeof prepared !== "string") await keeping.commit(prepared);
  }

  // What was not read off the file is on the disk before anything else happens to it.
  if (opened.isNew) void turns.inTurn(REGISTRY, writeAnew);
  return {
    state: () => state,
    loaded,
    trouble: () => keeping.trouble(),
    change: (work) => turns.within(TURN_WITHIN_MS, REGISTRY, () => make(work)),
    close: () => turns.inTurn(REGISTRY, () => telling.stop()),
  };
}

type Refusal = Extract<ModelChange, { readonly ok: false }>;

/** One change on its way. */
interface Begun {
  readonly old: RegistryState;
  readonly next: RegistryState;
  readonly keeping: Keeping;
  readonly telling: Telling;
  /** What the replicas' engine can load. */
  readonly fit: Fit;
  /** Hears what replicas that start meanwhile have to load. */
  readonly coming: (both: Loaded) => void;
}

/** Null: it is done. Else nothing of it is. */
async function carryOut(begun: Begun): Promise<Refusal | null> {
  const { old, next, keeping, telling, fit } = begun;
  const refusedCard = refusedCards(next, fit);
  if (refusedCard !== null) return { ok: false, status: 422, reason: refusedCard };
  const prepared = await keeping.prepare(next);
  if (typeof prepared === "string") return unwritten(prepared);
  const refusal = (await haveLoaded(begun)) ?? (await haveShared(begun));
  if (refusal !== null) {
    await prepared.drop();
    return refusal;
  }
  const why = await keeping.commit(prepared);
  if (why === null) return null;
  await telling.share(splitIn(old));
  return unwritten(why);
}

function unwritten(why: string): Refusal {
  return { ok: false, status: 507, reason: `${why}; nothing was changed` };
}

/** What answers users must be loaded by somebody before they are sent there. */
async function haveLoaded({ old, next, telling, coming }: Begun): Promise<Refusal | null> {
  const [was, wanted] = [loadedIn(old), loadedIn(next)];
  if (JSON.stringify(was) === JSON.stringify(wanted)) return null;
  const together = both(was, wanted);
  coming(together);
  const { reached, refused } = await telling.load(together);
  const [why] = servedIn(next).flatMap((name) => refused.get(name) ?? []);
  if (why !== undefined) return { ok: false, status: 422, reason: why };
  const known = [was.stable, ...was.others].map(({ name }) => name);
  if (reached > 0 || servedIn(next).every((name) => known.includes(name))) return null;
  return { ok: false, status: 503, reason: "no replica has loaded it: none answers now", againMs: AGAIN_MS };
}

async function haveShared({ old, next, telling }: Begun): Promise<Refusal | null> {
  if (JSON.stringify(splitIn(next)) === JSON.stringify(splitIn(old))) return null;
  const refusal = await telling.share(splitIn(next));
  if (refusal === null) return null;
  const reason = `the gateway did not take the versions: ${refusal.says}`;
  return refusal.isAway ? { ok: false, status: 503, reason, againMs: AGAIN_MS } : { ok: false, status: 502, reason };
}

/** Those that answer users. */
function servedIn({ serving: { stable, canary } }: RegistryState): readonly string[] {
  return canary === null ? [stable] : [stable, canary.version];
}

function refusedCards(next: RegistryState, fit: Fit): string | null {
  const served = servedIn(next);
  const cards = next.versions.flatMap(({ card }) => (served.includes(card.name) ? [card] : []));
  return cards.map((card) => fit(card)).find((why) => why !== null) ?? null;
}

function both(old: Loaded, next: Loaded): Loaded {
  const others = [...next.others, old.stable, ...old.others].filter(({ name }) => name !== next.stable.name);
  return {
    stable: next.stable,
    others: others.filter((one, at) => others.findIndex((o) => o.name === one.name) === at),
  };
}
