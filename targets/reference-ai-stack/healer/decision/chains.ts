// Remedies that help for a while and cure nothing: seen over the history of one root, and said in words. Pure.
import type { PastAction } from "./guards.ts";

const HOUR_MS = 3_600_000;
/** What is older has no say, ms. */
const BACK_MS = 24 * HOUR_MS;
const NUMBERS_OF_CHAINS = {
  /** Remedies in a row that each healed, and did not last, before anything is called a chain. */
  least: 3,
  /** Each interval is at most this part of the one before: it lasts shorter each time. */
  shrinks: 0.8,
  /** Intervals that all lie within this part of their median are regular; that many heals make a rhythm. */
  regular: 0.25,
  rhythm: 4,
  /** So many heals of one root within a day are a chain, however they lie. */
  aDay: 6,
} as const;

interface Link extends PastAction {
  readonly pathway: string;
}

/**
 * The chain that one more remedy of this signature would be a part of, in words; null when there is none. Only what
 * healed counts: what did not heal is for the retry ceiling.
 */
export function chainIn(past: readonly PastAction[], signature: string, now: number): string | null {
  const own = past.filter((one): one is Link => one.signature === signature && now - one.at <= BACK_MS && isLink(one));
  const links = own
    .slice(own.findLastIndex(({ healed }) => healed === false) + 1)
    .filter(({ healed }) => healed === true);
  const { least } = NUMBERS_OF_CHAINS;
  if (links.length < least) return null;
  return raised(links) ?? shorter(links, now) ?? regular(links, now) ?? often(links);
}

function isLink(action: PastAction): boolean {
  return action.pathway !== undefined;
}

/** "the limit is raised each time" */
function raised(links: readonly Link[]): string | null {
  const amounts = links.slice(-NUMBERS_OF_CHAINS.least).map(({ amount }) => amount);
  const isRaised = amounts.every(
    (amount, n) => amount !== undefined && (n === 0 || amount > (amounts[n - 1] ?? amount)),
  );
  if (!isRaised) return null;
  return `${named(links)}: the limit is raised each time (${amounts.join(", ")}), and it is never enough`;
}

/** "each restart heals for a while", and for less each time */
function shorter(links: readonly Link[], now: number): string | null {
  const last = links.slice(-NUMBERS_OF_CHAINS.least);
  const intervals = intervalsOf(last, now);
  const isShorter = intervals.every((ms, n) => n === 0 || ms <= NUMBERS_OF_CHAINS.shrinks * (intervals[n - 1] ?? ms));
  if (!isShorter) return null;
  return `${named(last)}: each heals for a while, and for less each time (${intervals.map(length).join(", ")})`;
}

/** A rhythm: what wears out is still there. */
function regular(links: readonly Link[], now: number): string | null {
  if (links.length < NUMBERS_OF_CHAINS.rhythm) return null;
  const last = links.slice(-NUMBERS_OF_CHAINS.rhythm);
  const intervals = intervalsOf(last, now);
  const sorted = intervals.toSorted((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const isRegular = intervals.every((ms) => Math.abs(ms - middle) <= NUMBERS_OF_CHAINS.regular * middle);
  return isRegular ? `${named(last)}: each heals for about ${length(middle)}, and the cause is still there` : null;
}

function often(links: readonly Link[]): string | null {
  if (links.length < NUMBERS_OF_CHAINS.aDay) return null;
  return `${named(links)} within a day: each heals for a while, and the cause is still there`;
}

/** How long each of them lasted, ms: up to the next, and the last up to now. */
function intervalsOf(links: readonly Link[], now: number): readonly number[] {
  return links.map(({ at }, n) => (links[n + 1]?.at ?? now) - at);
}

/** `restart-replica 3 times`, `restart-replica twice and restore-index` in the order of the table of links. */
function named(links: readonly Link[]): string {
  const names = [...new Set(links.map(({ pathway }) => pathway))];
  return names.map((name) => `${name} ${links.filter(({ pathway }) => pathway === name).length} ×`).join(" and ");
}

function length(ms: number): string {
  return ms < 120_000 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60_000)} min`;
}
