// Looks at what changes slowly: what a process holds, how the embedder embeds, what users ask.
import { compareWithKept } from "../detection/embedding-detector.ts";
import { frozenTexts } from "../detection/drift/frozen-texts.ts";
import type { Clock, Eyes, Observation, ReplicaEntry, ReplicaScope } from "../nouns.ts";
import { NUMBERS } from "../numbers.ts";

/** One look at one replica, and its period, ms. */
export interface SlowLook {
  readonly name: string;
  readonly everyMs: number;
  readonly look: () => Promise<void>;
}

/** The slow looks at a replica; what they see goes to `put`. */
export function createSlowLooks(
  eyes: Eyes,
  clock: Clock,
  put: (observation: Observation) => void,
): (entry: ReplicaEntry) => readonly SlowLook[] {
  const { resourcesMs, embeddingsMs, keptVectorsMs, twiceMs, ingestionMs, storedTextsMs } = NUMBERS.look;
  const texts = createTextLooks(eyes, clock, put);
  /** The embedder's port, when it was last in a roll-call. */
  let embedder: number | undefined;
  return ({ service, replica, port, keeps }) => {
    const scope = { service, replica };
    if (service === "embedder") embedder = port;
    const resources = async (): Promise<void> => {
      const view = await eyes.resources(port, replica);
      if (view !== null) put({ kind: "resources", scope, view, at: clock.now() });
    };
    const questions = async (): Promise<void> => {
      const view = await eyes.questions(port);
      if (view !== null) put({ kind: "questions", scope, view, at: clock.now() });
    };
    const twice = async (): Promise<void> => {
      if (service === "inference" && !(await isAsked(eyes, replica))) return;
      const view = await eyes.askTwice(port, service, true);
      if (view !== null) put({ kind: "twice", scope, view, at: clock.now() });
    };
    const queue = async (): Promise<void> => {
      const view = await eyes.ingestion(port);
      if (view !== null) put({ kind: "ingestion", scope, view, at: clock.now() });
    };
    const stored = async (): Promise<void> => {
      const view = embedder === undefined ? null : await eyes.storedTexts(port, embedder, false);
      if (view !== null) put({ kind: "stored-texts", scope, view, at: clock.now() });
    };
    const everywhere = { name: "resources", everyMs: resourcesMs, look: resources };
    if (service === "inference" || (service === "gateway" && keeps === true))
      return [everywhere, { name: "twice", everyMs: twiceMs, look: twice }];
    if (service === "ingestion") return [everywhere, { name: "queue", everyMs: ingestionMs, look: queue }];
    if (service === "vector") return [everywhere, { name: "stored texts", everyMs: storedTextsMs, look: stored }];
    if (service !== "embedder") return [everywhere];
    return [
      everywhere,
      { name: "embeddings", everyMs: embeddingsMs, look: () => texts.anew(scope, port) },
      {
        name: "kept embeddings",
        everyMs: keptVectorsMs,
        look: () => texts.asServed(scope, port),
      },
      { name: "questions", everyMs: embeddingsMs, look: questions },
    ];
  };
}

/** Has it answered users lately? Whom nobody asks is left alone: its figures are to be those of an idle one. */
async function isAsked(eyes: Eyes, replica: string): Promise<boolean> {
  const view = (await eyes.traffic())?.find((one) => one.replica === replica);
  return (view?.recent.length ?? 0) >= NUMBERS.twice.leastAnswers;
}

type TextLook = (scope: ReplicaScope, port: number) => Promise<void>;

/**
 * All frozen texts as users get them, and a few computed anew: each of these costs the embedder some 30 ms of a core.
 * Those go in turn, but for texts that were last seen to have other vectors: at these it looks again first, and at once
 * when users get another vector, so that neither the trouble nor its end has to wait for their turn.
 */
function createTextLooks(
  eyes: Eyes,
  clock: Clock,
  put: (observation: Observation) => void,
): { readonly asServed: TextLook; readonly anew: TextLook } {
  const all = frozenTexts().map((_, place) => place);
  const few = NUMBERS.embeddings.freshTexts;
  let next = 0;
  let suspects: readonly number[] = [];
  /** The places of texts that have other vectors; null: nothing was seen. */
  const look = async (
    places: readonly number[],
    fresh: boolean,
    scope: ReplicaScope,
    port: number,
  ): Promise<readonly number[] | null> => {
    const texts = await eyes.embeddings(port, places, fresh);
    if (texts === null) return null;
    put({ kind: "embeddings", scope, fresh, texts, at: clock.now() });
    return compareWithKept(texts)?.changed.map((at) => places[at] ?? 0) ?? [];
  };
  const again = async (places: readonly number[], scope: ReplicaScope, port: number): Promise<void> => {
    const changed = await look(places, true, scope, port);
    // Of the suspects as they are now: while this look was under way another one may have found some.
    if (changed !== null) suspects = [...suspects.filter((place) => !places.includes(place)), ...changed];
  };
  return {
    async asServed(scope, port) {
      const changed = await look(all, false, scope, port);
      const doubtful = suspects.length > 0 ? suspects : (changed ?? []);
      // Users get the vectors they always got: the model is back. Two at a time, the last would be seen too late.
      const isBack = changed?.length === 0;
      if (doubtful.length > 0) await again(isBack ? doubtful : doubtful.slice(0, few), scope, port);
    },
    async anew(scope, port) {
      const places = [...all.slice(next), ...all].slice(0, few);
      next = (next + places.length) % all.length;
      await again(places, scope, port);
    },
  };
}
