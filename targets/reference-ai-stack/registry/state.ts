// The registry's arithmetic: which versions there are, which of them are served, and what each change makes of that.
// Pure.
import { z } from "zod";
import { modelCardSchema, type Loaded, type ModelCard, type Split } from "../common/model-card.ts";

const share = z.number("a share from 0 to 1").min(0).max(1);

/** All that decides who answers whom; read and set as one. */
export const servingSchema = z.strictObject({
  stable: z.string().min(1).max(60),
  canary: z.strictObject({ version: z.string().min(1).max(60), share }).nullable(),
  /** Stable versions before, the last one last. */
  before: z.array(z.string().min(1).max(60)).max(20),
});
export type Serving = Readonly<z.infer<typeof servingSchema>>;

const versionSchema = z.strictObject({
  card: modelCardSchema,
  /** ISO 8601, UTC; null: it came with the stack. */
  registeredAt: z.string().nullable(),
});

export const registrySchema = z
  .strictObject({
    versions: z.array(versionSchema).min(1).max(200),
    serving: servingSchema,
    /** Roll-backs since the registry began, of whichever version. */
    rollBacks: z.int().min(0),
    /** Stable versions that gave way to the one before, since somebody chose the stable one. */
    stepsBack: z.int().min(0),
  })
  .superRefine((state, context) => {
    const names = state.versions.map(({ card }) => card.name);
    const twice = names.filter((name, at) => names.indexOf(name) !== at);
    if (twice.length > 0)
      context.addIssue({ code: "custom", message: `more than one version is called ${twice.join(", ")}` });
    const { stable, canary, before } = state.serving;
    const strange = [stable, ...(canary === null ? [] : [canary.version]), ...before].filter(
      (name) => !names.includes(name),
    );
    if (strange.length > 0)
      context.addIssue({ code: "custom", message: `it serves ${strange.join(", ")}, which is unknown` });
    if (canary?.version === stable)
      context.addIssue({ code: "custom", message: `${stable} is stable and canary at once` });
  });
export type RegistryState = Readonly<z.infer<typeof registrySchema>>;

export type Change =
  | { readonly ok: true; readonly state: RegistryState }
  | { readonly ok: false; readonly status: 404 | 409; readonly reason: string };

/** Versions that are kept at most; registering more is refused. */
const MOST_VERSIONS = 200;
const MOST_BEFORE = 20;
/** Stable versions that a roll-back may go back through: who has to go further does not know what was good. */
const DEEPEST = 2;

/** These versions; before the stable one its parent was served. */
export function firstState(cards: readonly ModelCard[], stable: string): RegistryState {
  const parent = cards.find(({ name }) => name === stable)?.parent;
  return {
    versions: cards.map((card) => ({ card, registeredAt: null })),
    serving: { stable, canary: null, before: cards.some(({ name }) => name === parent) ? [parent ?? ""] : [] },
    rollBacks: 0,
    stepsBack: 0,
  };
}

/** A share of the requests goes to the version from now on; again with another share, that one. */
export function rolledOut(state: RegistryState, version: string, to: number): Change {
  const { serving } = state;
  const stranger = refuseUnknown(state, [version]);
  if (stranger !== null) return stranger;
  if (version === serving.stable) return refused(409, `${version} is the stable version already`);
  if (serving.canary !== null && serving.canary.version !== version) {
    return refused(409, `${serving.canary.version} is being rolled out; promote it or roll it back first`);
  }
  return served(state, { ...serving, canary: { version, share: to } });
}

/** The canary becomes the stable version. */
export function promoted(state: RegistryState, version: string): Change {
  const { stable, canary, before } = state.serving;
  if (canary?.version !== version) {
    return refused(409, `${version} is not being rolled out; ${canary?.version ?? "no version"} is`);
  }
  const chosen = { ...state, stepsBack: 0 };
  return served(chosen, { stable: canary.version, canary: null, before: [...before, stable].slice(-MOST_BEFORE) });
}

/** What is to be rolled back, as who asks for it has seen it. */
export interface RollBack {
  /** It must be served still, so that two who roll back at once go back once. */
  readonly version: string;
  /**
   * Its share as a canary, or null where it was the stable version: what is served otherwise by now is left as it is.
   * Absent: either will do.
   */
  readonly seenAt?: number | null;
}

/** One version back: the canary is withdrawn or, where there is none, the stable one gives way to the one before. */
export function rolledBack(state: RegistryState, { version, seenAt }: RollBack): Change {
  const { stable, canary, before } = state.serving;
  const bad = canary?.version ?? stable;
  if (version !== bad) return refused(409, `${version} is not served any more; ${bad} is`);
  const share = canary?.share ?? null;
  if (seenAt !== undefined && seenAt !== share) {
    return refused(409, `${version} is ${inWords(share)} by now, and was to be rolled back as ${inWords(seenAt)}`);
  }
  const counted = { ...state, rollBacks: state.rollBacks + 1 };
  if (canary !== null) return served(counted, { stable, canary: null, before });
  const last = before.at(-1);
  if (last === undefined) return refused(409, `there is no version before ${stable}`);
  if (state.stepsBack >= DEEPEST) {
    return refused(409, `it went back ${DEEPEST} versions already, the most; serve-models chooses a stable version`);
  }
  const back = { ...counted, stepsBack: state.stepsBack + 1 };
  return served(back, { stable: last, canary: null, before: before.slice(0, -1) });
}

function inWords(share: number | null): string {
  return share === null ? "the stable version" : `a canary with a share of ${share}`;
}

/** Exactly what is given is served. */
export function servedAs(state: RegistryState, serving: Serving): Change {
  const { stable, canary, before } = serving;
  const stranger = refuseUnknown(state, [stable, ...(canary === null ? [] : [canary.version]), ...before]);
  if (stranger !== null) return stranger;
  if (canary?.version === stable) return refused(409, `${stable} cannot be stable and canary at once`);
  const own = [...before, stable].find((name, at, all) => all[at + 1] === name);
  if (own !== undefined) return refused(409, `${own} cannot be the version before itself`);
  return served({ ...state, stepsBack: 0 }, serving);
}

/** One more version is known; nobody is answered by it yet. */
export function registered(state: RegistryState, card: ModelCard, at: string): Change {
  if (state.versions.some((one) => one.card.name === card.name)) return refused(409, `there is a ${card.name} already`);
  if (card.parent !== null) {
    const stranger = refuseUnknown(state, [card.parent]);
    if (stranger !== null) return stranger;
  }
  if (state.versions.length >= MOST_VERSIONS) return refused(409, `there are ${MOST_VERSIONS} versions, the most`);
  return { ok: true, state: { ...state, versions: [...state.versions, { card, registeredAt: at }] } };
}

/** What each replica loads: the stable version, the canary, and the version before, to go back to at once. */
export function loadedIn({ versions, serving }: RegistryState): Loaded {
  const card = (name: string): ModelCard[] => versions.flatMap((one) => (one.card.name === name ? [one.card] : []));
  const [stable] = card(serving.stable);
  if (stable === undefined) throw new Error(`the registry has no ${serving.stable}`);
  return { stable, others: othersIn(serving).flatMap(card) };
}

/** How the gateway shares requests. */
export function splitIn({ versions, serving }: RegistryState): Split {
  const known = versions.map(({ card }) => card.name);
  return { stable: serving.stable, canary: serving.canary, others: [...othersIn(serving)], known };
}

function othersIn({ stable, canary, before }: Serving): readonly string[] {
  const names = [canary?.version, before.at(-1)].filter((name) => name !== undefined && name !== stable);
  return [...new Set(names as readonly string[])];
}

function served(state: RegistryState, serving: Serving): Change {
  return { ok: true, state: { ...state, serving } };
}

function refuseUnknown({ versions }: RegistryState, names: readonly string[]): Extract<Change, { ok: false }> | null {
  const known = versions.map(({ card }) => card.name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length === 0) return null;
  return refused(404, `no version ${unknown.join(", ")}; expected one of ${known.join(", ")}`);
}

function refused(status: 404 | 409, reason: string): Extract<Change, { ok: false }> {
  return { ok: false, status, reason };
}
