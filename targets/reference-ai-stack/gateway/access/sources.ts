// What each source has tried at the gateway's door lately, and which sources are blocked until when. Nothing here
// decides on a block.

/** Log-ins of the last seconds that are counted, ms. */
export const WINDOW_MS = 4000;
const MOST = { sources: 1024, attempts: 512, blocked: 256 } as const;

/** What is known of one source. */
interface SourceView {
  readonly source: string;
  /**
   * Log-ins within the window that were looked at: all, those refused, and different ones among these. Right ones of
   * one account are one, so that nobody hides guesses behind an account of one's own.
   */
  readonly tried: number;
  readonly refused: number;
  readonly guesses: number;
  /** Refused after a look, since it was first seen. */
  readonly refusedInAll: number;
  /** Blocked for so long yet, ms; 0: it is not. */
  readonly blockedMs: number;
}

export interface Sources {
  accepted(source: string, user: string): void;
  /** `guess`: equal exactly for the same name and secret, and tells nothing of them. */
  refused(source: string, guess: string): void;
  /** 0: it is not. */
  blockedMs(source: string): number;
  /** From now on these and no others are blocked, each for so long, ms. */
  block(sources: Readonly<Record<string, number>>): void;
  list(): readonly SourceView[];
}

interface Attempt {
  readonly at: number;
  /** Of one that was refused. */
  readonly guess?: string;
  /** Of one that was accepted. */
  readonly user?: string;
}

interface Seen {
  attempts: readonly Attempt[];
  refusedInAll: number;
}

/** `now`: ms, any zero. */
export function createSources(now: () => number): Sources {
  /** The one that tried last is last. */
  const seen = new Map<string, Seen>();
  let blocked = new Map<string, number>();

  function note(source: string, attempt: Attempt): void {
    const known = seen.get(source) ?? { attempts: [], refusedInAll: 0 };
    seen.delete(source);
    const isKept = (one: Attempt): boolean =>
      isRecent(one, attempt.at) && (attempt.user === undefined || one.user !== attempt.user);
    const attempts = [...known.attempts.filter(isKept).slice(1 - MOST.attempts), attempt];
    seen.set(source, { attempts, refusedInAll: known.refusedInAll + (attempt.guess === undefined ? 0 : 1) });
    for (const oldest of seen.keys()) {
      if (seen.size <= MOST.sources) break;
      seen.delete(oldest);
    }
  }
  const blockedMs = (source: string): number => Math.max(0, (blocked.get(source) ?? 0) - now());

  return {
    accepted: (source, user) => note(source, { at: now(), user }),
    refused: (source, guess) => note(source, { at: now(), guess }),
    blockedMs,
    block(sources) {
      const from = now();
      const entries = Object.entries(sources).slice(0, MOST.blocked);
      blocked = new Map(entries.map(([source, ms]) => [source, from + ms]));
    },
    list() {
      const at = now();
      const named = new Set([...seen.keys(), ...[...blocked.keys()].filter((source) => blockedMs(source) > 0)]);
      return [...named].map((source) => viewOf(source, seen.get(source), { at, blockedMs: blockedMs(source) }));
    },
  };
}

function isRecent({ at }: Attempt, now: number): boolean {
  return at > now - WINDOW_MS;
}

function viewOf(source: string, seen: Seen | undefined, now: { readonly at: number; readonly blockedMs: number }) {
  const recent = seen?.attempts.filter((one) => isRecent(one, now.at)) ?? [];
  const guesses = recent.flatMap(({ guess }) => guess ?? []);
  return {
    source,
    tried: recent.length,
    refused: guesses.length,
    guesses: new Set(guesses).size,
    refusedInAll: seen?.refusedInAll ?? 0,
    blockedMs: now.blockedMs,
  };
}
