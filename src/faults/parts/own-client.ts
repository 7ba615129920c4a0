// What faults share that ask one replica straight: parameters of what is asked, and the way there and back.

import { z } from "zod";
import type { ClientControl, ClientPlan, ClientView } from "../../core/controls.ts";
import type { Json, Ms } from "../../core/units.ts";
import type { Evidence } from "../../records/timeline/fault.ts";
import { seenWithin } from "./seen-within.ts";

/** Answers of a replica that is well come within this, ms; a long prompt takes a while to be read. */
const answeredWithinMs: Ms = 8_000;
const most = { words: 4096, wordBytes: 2 ** 20, all: 16 * 2 ** 20 };

/** What is asked; the same for every fault of a client. */
export const askedShape = {
  path: z
    .string("a path, such as /v1/chat/completions")
    .regex(/^\/[^\s]*$/, "a path, such as /v1/chat/completions")
    .describe("Where the replica is asked, by POST, such as /v1/chat/completions."),
  body: z
    .record(z.string(), z.json())
    .describe("What is sent, as JSON; in its texts {n} becomes the number of the request, {filler} the filler."),
  filler_words: z.int().min(1).max(most.words).default(1).describe("Words of the filler: 1 to 4096, 1 when absent."),
  filler_word_bytes: z
    .int()
    .min(1)
    .max(most.wordBytes)
    .default(1)
    .describe("Letters of each word of the filler: 1 to 1048576, 1 when absent; at most 16 MiB in all."),
  filler_word: z
    .string("a text")
    .min(1)
    .max(1000)
    .optional()
    .describe("The word itself, repeated without anything between; letters x with spaces between when absent."),
};

interface Asked {
  readonly filler_word?: string | undefined;
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly filler_words: number;
  readonly filler_word_bytes: number;
}

/** True unless the filler is too long. */
export function isBounded({ filler_words: words, filler_word_bytes: bytes, filler_word: word }: Asked): boolean {
  return words * (word?.length ?? bytes) <= most.all;
}

/** Of {@link isBounded}. */
export const boundWords = { path: ["filler_words"], message: "a filler of at most 16 MiB in all" };

/** The part of a client's plan that is asked each time. */
export function askedIn({ path, body, filler_words: words, filler_word_bytes: wordBytes, filler_word: word }: Asked): {
  readonly path: string;
  readonly body: Json;
  readonly filler: ClientPlan["filler"];
} {
  return { path, body: body as Json, filler: { words, wordBytes, ...(word !== undefined && { word }) } };
}

interface Expected {
  readonly client: string;
  readonly expected: string;
  readonly isEnough: (view: ClientView) => boolean;
  /** 0: one look. */
  readonly withinMs?: Ms;
}

/** Looks until the client has seen what is expected. */
export async function clientSaw(
  clients: ClientControl,
  { client, expected, isEnough, withinMs = answeredWithinMs }: Expected,
  signal: AbortSignal,
): Promise<Evidence> {
  let view: ClientView | undefined;
  // Of a client that is gone there is nothing to wait for.
  const isOver = async (): Promise<boolean> => {
    view = await clients.look(client);
    return view === undefined || isEnough(view);
  };
  await seenWithin(withinMs, signal, isOver);
  if (view === undefined) return { confirmed: false, expected, seen: `${client} is gone` };
  const statuses = Object.entries(view.statuses).map(([status, count]) => `${count} with ${status}`);
  const answers = statuses.length === 0 ? "" : ` (${statuses.join(", ")})`;
  const held = view.held === undefined ? "" : `, ${view.held} held`;
  const seen = `${view.sent} sent, ${view.answered} answered, ${view.open} open${held}, ${view.refused} refused${answers}`;
  return { confirmed: isEnough(view), expected, seen };
}

/** Ends the client, and its connections with it. */
export async function endClient(client: string, clients: ClientControl | undefined): Promise<Evidence> {
  const expected = "the client is gone, and its connections with it";
  if (clients === undefined) return { confirmed: false, expected, seen: "the platform offers no clients" };
  const gone = await clients.end(client);
  return { confirmed: gone, expected, seen: gone ? `${client} is gone` : `${client} still runs` };
}
