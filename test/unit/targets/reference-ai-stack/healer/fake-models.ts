// Versions of the model on a stack in memory: which are served, and how each answers.
import type { ModelEyes, ServedModels } from "../../../../../targets/reference-ai-stack/healer/nouns.ts";
import { answerView } from "./answer-view.ts";

/** Sees nothing of versions. */
export const BLIND_TO_MODELS: ModelEyes = { answers: async () => null, goldens: async () => null };

export interface FakeModels {
  serving: ServedModels | undefined;
  /** What somebody else does just before a roll-back. */
  beforeRollBack?: () => void;
  /** Versions that cite nothing. */
  readonly bad: Set<string>;
  /** Versions that answer right, half a second later than others. */
  readonly slow: Set<string>;
  /** Replicas by whose port another version than the stable one answers. */
  readonly strays: Map<number, string>;
  /** Answers to users until now. */
  readonly given: { readonly seq: number; readonly version: string }[];
}

export function newModels(): FakeModels {
  return { serving: undefined, bad: new Set(), slow: new Set(), strays: new Map(), given: [] };
}

/** One user is answered; the canary's turn comes by its share. */
export function answerByModels(models: FakeModels): void {
  const { serving, given } = models;
  if (serving === undefined) return;
  const seq = given.length + 1;
  const isCanary = serving.canary !== null && (seq * 0.618_034) % 1 < serving.canary.share;
  given.push({ seq, version: isCanary ? (serving.canary?.version ?? "") : serving.stable });
}

export function modelEyesOn(models: FakeModels): ModelEyes {
  const isGood = (version: string): boolean => !models.bad.has(version);
  const firstMs = (version: string): number => (models.slow.has(version) ? 540 : 40);
  return {
    answers: async (since) =>
      models.given
        .filter(({ seq }) => seq > since)
        .map(({ seq, version }) =>
          answerView(seq, { version, cites: isGood(version), firstMs: firstMs(version), cluster: seq % 8 }),
        ),
    async goldens(port, version, places) {
      if (models.serving === undefined) return null;
      const model = version ?? models.strays.get(port) ?? models.serving.stable;
      return places.map(() => ({ model, right: isGood(model), ms: firstMs(model) + 60 }));
    },
  };
}

/**
 * As the supervisor does it: the canary is withdrawn, or the version before answers; false, and nothing is done, when
 * the version is served otherwise than it was seen.
 */
export function rollBackIn(models: FakeModels, version: string, seenAt: unknown): boolean {
  models.beforeRollBack?.();
  if (models.serving === undefined) return false;
  const { stable, canary, before } = models.serving;
  if ((canary?.version ?? stable) !== version || (canary?.share ?? null) !== seenAt) return false;
  models.serving =
    canary === null
      ? { stable: before.at(-1) ?? stable, canary, before: before.slice(0, -1) }
      : { stable, canary: null, before };
  return true;
}
