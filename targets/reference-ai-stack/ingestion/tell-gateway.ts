// Tells the gateway, where it keeps answers, of each document that was written or taken back, so that no answer of
// before is given again. No write waits for it, and none fails by it; what the gateway does not take is told again.
import { setTimeout as pause } from "node:timers/promises";
import type { Logger } from "../common/log.ts";
import { askJson } from "../healer/telemetry/http-json.ts";
import type { Doors } from "./doors.ts";

/** First pause after a call that the gateway did not take, ms; it doubles up to the longest. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5000;
const TIMEOUT_MS = 1000;
/** Where a write takes longer than this after its first replica, that one's answers are told of meanwhile, ms. */
const SLOW_MS = 100;
/** Vectors of documents that wait to be told; beyond it all kept answers go instead: 4 MiB. */
const MOST_VECTORS = 1024;
const PATH = "/internal/answer-cache";

/** Documents that the gateway has not heard of, since it did not take what it was told. */
export interface Untold {
  /** At least so many. */
  readonly documents: number;
  /** How often the first of them was told. */
  readonly attempts: number;
  readonly says: string;
}

export interface GatewayTeller {
  /**
   * The same doors; every write through them is told, whatever became of it: some replica may have it. It is told twice
   * where others take their time after the first one has it.
   */
  readonly over: (doors: Doors) => Doors;
  /** Null: nothing is amiss. */
  readonly untold: () => Untold | null;
  /** Resolves when all that was written by then is told. */
  readonly told: () => Promise<void>;
  /** Tells nothing more. */
  readonly close: () => void;
}

/** Nobody keeps answers, and nobody is told. */
export const TELLS_NOBODY: GatewayTeller = {
  over: (doors) => doors,
  untold: () => null,
  told: async () => undefined,
  close: () => undefined,
};

interface Notice {
  /** Null: of all documents, which drops every answer. */
  readonly body: { readonly document: string; readonly vectors: readonly (readonly number[])[] } | null;
  readonly documents: number;
}

/** Of all documents; `documents`: at least so many. */
function ofAll(documents: number): Notice {
  return { body: null, documents };
}

/**
 * What an ingestion before this one has not told is not known: so the first thing that the gateway hears is that all
 * answers go.
 */
export function openGatewayTeller({
  port,
  token,
  log,
}: {
  readonly port: number;
  readonly token: string;
  readonly log: Logger;
}): GatewayTeller {
  let waiting: readonly Notice[] = [ofAll(0)];
  let failing: Pick<Untold, "attempts" | "says"> | null = null;
  let underWay: Promise<void> | null = null;
  const closing = new AbortController();
  const { signal } = closing;

  const tellNext = async (): Promise<void> => {
    for (let first = waiting[0]; first !== undefined && !signal.aborted; first = waiting[0]) {
      const outcome = await tell(first, { port, token });
      if (outcome === "told") {
        // Meanwhile all may have become one.
        if (waiting[0] === first) waiting = waiting.slice(1);
        failing = null;
        continue;
      }
      // What it never takes is not told as it is; that all answers go is always understood.
      if (outcome.isFinal) waiting = [ofAll(countOf(waiting))];
      const attempts = (failing?.attempts ?? 0) + 1;
      failing = { attempts, says: outcome.says };
      log.warn("the gateway was not told what changed", { attempts, reason: outcome.says });
      const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempts - 1));
      await pause(pauseMs, undefined, { signal }).catch(() => undefined);
    }
    underWay = null;
  };
  const changed = (document: string, vectors: readonly (readonly number[])[]): void => {
    const more = [...waiting, { body: { document, vectors }, documents: 1 }];
    const held = more.reduce((sum, { body }) => sum + (body?.vectors.length ?? 0), 0);
    waiting = held > MOST_VECTORS || more.length > MOST_VECTORS ? [ofAll(countOf(more))] : more;
    underWay ??= tellNext();
  };
  underWay = tellNext();
  return {
    over: (doors) => ({
      ...doors,
      write: toldOf(doors, changed),
    }),
    untold: () => (failing === null ? null : { documents: countOf(waiting), ...failing }),
    told: async () => underWay ?? undefined,
    close: () => closing.abort(),
  };
}

/**
 * Writes, and says what changed: at the end, and before it where the first replica has it and others take their time.
 */
function toldOf(
  doors: Doors,
  changed: (document: string, vectors: readonly (readonly number[])[]) => void,
): Doors["write"] {
  return async (document, write, line, onReplica) => {
    const vectors = write.passages.map(({ vector }) => vector);
    let slow: NodeJS.Timeout | undefined;
    try {
      return await doors.write(document, write, line, () => {
        slow ??= setTimeout(changed, SLOW_MS, document, vectors);
        onReplica?.();
      });
    } finally {
      clearTimeout(slow);
      changed(document, vectors);
    }
  };
}

function countOf(notices: readonly Notice[]): number {
  return notices.reduce((sum, { documents }) => sum + documents, 0);
}

/**
 * Who does not listen is being started anew and keeps nothing yet, and who keeps no answers (409) has nothing to drop.
 * `isFinal`: it will never take this.
 */
async function tell(
  { body }: Notice,
  { port, token }: { readonly port: number; readonly token: string },
): Promise<"told" | { readonly isFinal: boolean; readonly says: string }> {
  const call =
    body === null ? { path: `${PATH}/clear`, body: {} } : { path: `${PATH}/documents`, body: body as object };
  const answer = await askJson({ ...call, port, token, method: "POST", timeoutMs: TIMEOUT_MS });
  if (answer.kind !== "answered") {
    const isNobody = answer.kind === "refused" && answer.says === "ECONNREFUSED";
    return isNobody ? "told" : { isFinal: false, says: `the gateway: ${answer.says}` };
  }
  const { status, text } = answer;
  if ((status >= 200 && status < 300) || status === 409) return "told";
  const isFinal = body !== null && (status === 400 || status === 413);
  return { isFinal, says: `the gateway answered ${status}: ${text.slice(0, 200)}` };
}
