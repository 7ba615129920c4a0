// The sequences of one context: each is the KV memory of one request at a time, and keeps what it read as a prefix
// cache until another prompt needs the room.
import type { Asker } from "../kv/pool.ts";
import type { Sequence, Token } from "./library.ts";

export interface Seat {
  readonly sequence: Sequence;
  /** Whose text it holds; prompts of others find nothing here. */
  owner: string;
  isTaken: boolean;
}

export interface Seats {
  /** Waits for a seat; of the free ones that which holds most of the prompt. Rejects with the signal's reason. */
  take(owner: string, tokens: readonly Token[], asker: Asker): Promise<Seat>;
  giveBack(seat: Seat): void;
  /** Users' requests that wait. */
  waiting(): number;
  /** Tokens that requests under way hold. */
  held(): number;
  /** Forgets what is kept of prompts in the free seats; answers in how many tokens that was. */
  forget(): Promise<number>;
}

interface Waiter {
  readonly isProbe: boolean;
  wake(): void;
}

export function createSeats(sequences: readonly Sequence[]): Seats {
  const seats: readonly Seat[] = sequences.map((sequence) => ({ sequence, owner: "", isTaken: false }));
  const waiters: Waiter[] = [];
  const free = (): readonly Seat[] => seats.filter(({ isTaken }) => !isTaken);
  return {
    waiting: () => waiters.filter(({ isProbe }) => !isProbe).length,
    held: () => sum(seats.filter(({ isTaken }) => isTaken)),
    async take(owner, tokens, asker) {
      // Who is woken and finds the seat gone waits again.
      while (free().length === 0) await woken(waiters, asker);
      asker.signal.throwIfAborted();
      const [best] = free().toSorted((a, b) => keptOf(b, owner, tokens) - keptOf(a, owner, tokens));
      if (best === undefined) throw new Error("no seat, though one was free");
      best.isTaken = true;
      return best;
    },
    giveBack(seat) {
      seat.isTaken = false;
      waiters.shift()?.wake();
    },
    async forget() {
      const kept = free();
      const tokens = sum(kept);
      for (const seat of kept) seat.isTaken = true;
      await Promise.all(kept.map(({ sequence }) => sequence.clearHistory()));
      for (const seat of kept) this.giveBack(seat);
      return tokens;
    },
  };
}

/** Leading tokens of the prompt that the seat holds; one at least is left to be read, since an answer comes of it. */
export function keptOf({ owner, sequence }: Seat, asking: string, tokens: readonly Token[]): number {
  if (owner !== asking) return 0;
  const held = sequence.contextTokens;
  const different = tokens.findIndex((token, at) => held[at] !== token);
  return Math.min(different === -1 ? tokens.length : different, tokens.length - 1);
}

function sum(seats: readonly Seat[]): number {
  return seats.reduce((tokens, { sequence }) => tokens + sequence.nextTokenIndex, 0);
}

async function woken(waiters: Waiter[], { signal, isProbe = false }: Asker): Promise<void> {
  signal.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const waiter: Waiter = {
      isProbe,
      wake() {
        signal.removeEventListener("abort", leave);
        resolve();
      },
    };
    const leave = (): void => {
      waiters.splice(waiters.indexOf(waiter), 1);
      reject(signal.reason instanceof Error ? signal.reason : new Error("aborted while waiting"));
    };
    signal.addEventListener("abort", leave, { once: true });
    waiters.push(waiter);
  });
}
