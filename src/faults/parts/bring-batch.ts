// What all faults of documents on their way in have in common: batches are brought as a producer brings them, the
// target says what became of each, and the way back is that the producer calls them back.

import type { DeliveriesControl } from "../../core/controls.ts";
import { HarnessError, messageOf } from "../../core/errors.ts";
import { seededRandom } from "../../core/random.ts";
import type { Ms, Share } from "../../core/units.ts";
import type { Evidence } from "../../records/timeline/fault.ts";
import { seenWithin } from "./seen-within.ts";

/** How long the target may take to take a batch, ms. */
const takenWithinMs = 5_000;
/** How long it may take to take back what it was asked to, ms: less than the trial's limit for a way back, 30 s. */
const backWithinMs = 25_000;

/** A target that works through many documents is not to be kept from it by our looks, ms. */
const lookEveryMs = 100;

/** File names of so many batches that the target has not taken before: it would take them for the same ones. */
export async function freshBatches(
  kind: string,
  { seed, controls }: { readonly seed: number; readonly controls: { readonly deliveries: DeliveriesControl } },
  count = 1,
): Promise<readonly [string, ...string[]]> {
  const isFresh = async (batch: string): Promise<boolean> =>
    (await controls.deliveries.state(batch, AbortSignal.timeout(takenWithinMs))) === undefined;
  for (let turn = 1; turn <= mostTurns; turn += 1) {
    const name = (n: number): string => `${kind.replaceAll(".", "-")}-${seed}-${turn}-${n}.jsonl`;
    const names = Array.from({ length: count }, (_, n) => name(n + 1));
    const fresh = await Promise.all(names.map(isFresh));
    if (fresh.every(Boolean)) return [name(1), ...names.slice(1)];
  }
  throw new HarnessError("environment", `the target knows batches of ours already: ${mostTurns} times ${count}`);
}

const mostTurns = 100;

/**
 * How long the target may take to say what became of batches, ms: to take them, and so much for each of the documents.
 * Measured on the reference stack: 31 ms of a busy core to embed one, and 11 ms to write it to both replicas. It ends
 * before the trial's own limit for a fault, 15 s, also where the last look takes its 3 s, so that the record says what
 * was seen.
 */
export function saidWithinMs(documents: number): number {
  return Math.min(takenWithinMs + 60 * documents, 11_000);
}

/** What became of some batches by a look, or why that was not said; a look that is not answered is no end. */
type Look = { readonly states: readonly (string | undefined)[] } | { readonly says: string };

async function lookAt(deliveries: DeliveriesControl, batches: readonly string[], signal: AbortSignal): Promise<Look> {
  try {
    return { states: await Promise.all(batches.map(async (batch) => deliveries.state(batch, signal))) };
  } catch (error) {
    signal.throwIfAborted();
    return { says: messageOf(error) };
  }
}

/** Looks again and again, also where a look is not answered: until it is as sought, or too late. */
async function lookUntil(
  deliveries: DeliveriesControl,
  { batches, withinMs }: { readonly batches: readonly string[]; readonly withinMs: Ms },
  signal: AbortSignal,
  isSought: (states: readonly (string | undefined)[]) => boolean,
): Promise<{ readonly confirmed: boolean; readonly look: Look }> {
  const last: { look: Look } = { look: { says: "nobody looked" } };
  const look = async (): Promise<boolean> => {
    const { look: now } = Object.assign(last, { look: await lookAt(deliveries, batches, signal) });
    return "states" in now && isSought(now.states);
  };
  const confirmed = await seenWithin(withinMs, signal, look, lookEveryMs);
  return { confirmed, look: last.look };
}

/**
 * Whether the target soon says of all of them that they are done; or of the first one that it fails, and of the others
 * that they were taken and are not done. `documents`: so many are in them.
 */
export async function observeState(
  deliveries: DeliveriesControl,
  { batches, documents }: { readonly batches: readonly string[]; readonly documents: number },
  word: "fails" | "done",
  signal: AbortSignal,
): Promise<Evidence> {
  const { fails, done } = deliveries.spec.state;
  const sought = { batches, withinMs: saidWithinMs(documents) };
  const { confirmed, look } = await lookUntil(deliveries, sought, signal, (states) => {
    if (word === "done") return states.every((state) => state === done);
    return states[0] === fails && states.every((state) => state !== undefined && state !== done);
  });
  const expected =
    word === "done"
      ? `the target says of each batch that it is ${done}`
      : `the target says of the first batch that it is ${fails}, and of none that it is ${done}`;
  return { confirmed, expected, seen: wordsOf(look, batches) };
}

/** Of a batch so many documents must have been changed for it to have acted, where it is not done in time. */
const enoughChanged: Share = 0.5;

/**
 * Whether the target soon says that the batch is done; or, where that takes longer, that it has changed half of its
 * documents by then. What is brought acts document by document, and a remedy may be quicker than the end of the batch.
 */
export async function observeChanged(
  deliveries: DeliveriesControl,
  { batch, documents }: { readonly batch: string; readonly documents: number },
  signal: AbortSignal,
  withinMs: Ms = saidWithinMs(documents),
): Promise<Evidence> {
  const { done } = deliveries.spec.state;
  const enough = Math.ceil(enoughChanged * documents);
  const last = { says: "nobody looked", changed: 0 };
  const isDone = async (): Promise<boolean> => {
    try {
      const { state, changed = last.changed } = (await deliveries.look(batch, signal)) ?? { state: "not taken" };
      Object.assign(last, { says: state, changed });
      return state === done;
    } catch (error) {
      signal.throwIfAborted();
      last.says = messageOf(error);
      return false;
    }
  };
  const published = await seenWithin(withinMs, signal, isDone, lookEveryMs);
  return {
    confirmed: published || last.changed >= enough,
    expected: `the target says of the batch that it is ${done}, or that it has changed ${enough} documents by now`,
    seen: `${batch}: ${last.says}, ${last.changed} of ${documents} documents changed`,
  };
}

/** Whether the last of them was taken and still waits, by one look that is answered. */
export async function observeWaits(
  deliveries: DeliveriesControl,
  batches: readonly string[],
  signal: AbortSignal,
): Promise<Evidence> {
  const waits = deliveries.spec.fresh?.waits;
  const sought = { batches, withinMs: takenWithinMs };
  const { confirmed: isAnswered, look } = await lookUntil(deliveries, sought, signal, (states) =>
    states.every((state) => state !== undefined),
  );
  const last = "states" in look ? look.states.at(-1) : undefined;
  return {
    confirmed: isAnswered && waits !== undefined && last === waits,
    expected: `when it should have been published the last batch is ${waits ?? "(no word for it)"}`,
    seen: wordsOf(look, batches),
  };
}

/** Whether all of them lie where they were put down and none was taken, by one look that is answered. */
export async function observeUntaken(
  deliveries: DeliveriesControl,
  batches: readonly string[],
  signal: AbortSignal,
): Promise<Evidence> {
  const { look } = await lookUntil(deliveries, { batches, withinMs: takenWithinMs }, signal, () => true);
  const lie = await Promise.all(batches.map(async (batch) => deliveries.lies(batch)));
  const gone = batches.filter((_, n) => lie[n] === false).map((batch) => `, ${batch} does not lie there any more`);
  return {
    confirmed: "states" in look && look.states.every((state) => state === undefined) && gone.length === 0,
    expected: "when they should have been published all batches lie there and none was taken",
    seen: `${wordsOf(look, batches)}${gone.join("")}`,
  };
}

function wordsOf(look: Look, batches: readonly string[]): string {
  if ("says" in look) return look.says;
  return batches.map((batch, n) => `${batch}: ${look.states[n] ?? "not taken"}`).join(", ");
}

/** Calls all of them back, and looks until the target says of each that none of it waits or is published any more. */
export async function callBack(
  deliveries: DeliveriesControl | undefined,
  batches: readonly string[],
  signal: AbortSignal,
  withinMs: Ms = backWithinMs,
): Promise<Evidence> {
  const expected = "no batch of ours waits or is published";
  if (deliveries === undefined) return { confirmed: true, expected, seen: "the target takes no batches" };
  const did: string[] = [];
  const asked: string[] = [];
  for (const batch of batches.toReversed()) {
    const { says, isAsked } = await deliveries.withdraw(batch, signal);
    did.push(`${batch}: ${says}`);
    if (isAsked) asked.push(batch);
  }
  const { back } = deliveries.spec.state;
  const isBack = (state: string | undefined): boolean => state === back || state === undefined;
  const { confirmed, look } = await lookUntil(deliveries, { batches: asked, withinMs }, signal, (states) =>
    states.every(isBack),
  );
  const left =
    "says" in look
      ? [look.says]
      : asked.flatMap((batch, n) => (isBack(look.states[n]) ? [] : [`${batch} is still ${look.states[n] ?? ""}`]));
  return { confirmed, expected, seen: [...did, ...left].join(", ") };
}

/** Texts of invented words, so that no user's question is answered by them; the same for the same seed and number. */
export function inventedText(seed: number, n: number): string {
  const random = seededRandom(seed, `document ${n}`);
  const syllable = (): string => syllables[Math.floor(random.next() * syllables.length)] ?? "";
  return Array.from({ length: 6 }, () => syllable() + syllable() + syllable()).join(" ");
}

const syllables = ["ba", "do", "fe", "gi", "ku", "lo", "mi", "na", "pe", "ru", "sa", "ti", "vo", "wu", "ze"];
