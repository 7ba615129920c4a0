// Looks at what changes slowly: what a process holds, how the embedder embeds, what users ask.
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
  const { resourcesMs, embeddingsMs, keptVectorsMs, twiceMs, ingestionMs } = NUMBERS.look;
  const texts = createTextLooks(eyes, clock, put);
  return ({ service, replica, port, keeps }) => {
    const scope = { service, replica };
    const resources = async (): Promise<void> => {
      const view = await eyes.resources(port);
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
    const everywhere = { name: "resources", everyMs: resourcesMs, look: resources };
    if (service === "inference" || (service === "gateway" && keeps === true))
      return [everywhere, { name: "twice", everyMs: twiceMs, look: twice }];
    if (service === "ingestion") return [everywhere, { name: "queue", everyMs: ingestionMs, look: queue }];
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
 * All frozen texts as users get them, and a few, in turn, computed anew: each of these costs the embedder some 30 ms of
 * a core.
 */
function createTextLooks(
  eyes: Eyes,
  clock: Clock,
  put: (observation: Observation) => void,
): { readonly asServed: TextLook; readonly anew: TextLook } {
  const all = frozenTexts().map((_, place) => place);
  let next = 0;
  const look = async (places: readonly number[], fresh: boolean, scope: ReplicaScope, port: number): Promise<void> => {
    const texts = await eyes.embeddings(port, places, fresh);
    if (texts !== null) put({ kind: "embeddings", scope, fresh, texts, at: clock.now() });
  };
  return {
    asServed: async (scope, port) => look(all, false, scope, port),
    async anew(scope, port) {
      const few = [...all.slice(next), ...all].slice(0, NUMBERS.embeddings.freshTexts);
      next = (next + few.length) % all.length;
      await look(few, true, scope, port);
    },
  };
}
