// What the gateway can tell of the last answers without judging them: which version gave them, whether they cite what
// they were given, and which symbols stand in them that stood in nothing they were given.
import { createHash } from "node:crypto";
import { EventEmitter, once } from "node:events";
import type { Passage } from "../common/passages.ts";
import { symbolsIn } from "../common/symbols.ts";

/** One answer that came to its own end. */
interface AnswerNote {
  /** Rises by one with every answer; lets a reader go on where it stopped. */
  readonly seq: number;
  readonly version: string;
  /** The client asked for this very version; it is no part of the split. */
  readonly isNamed: boolean;
  /** Passages that it was given. */
  readonly passages: number;
  /** Of those, the ones that it cites. */
  readonly cited: number;
  /** Ids of passages in square brackets that it was not given. */
  readonly strange: readonly string[];
  /** Symbols that stand in no passage and nowhere in the conversation. */
  readonly ungrounded: readonly string[];
  /** From asking a replica to the first byte, and to the last, ms. */
  readonly firstMs: number;
  readonly ms: number;
  /** Tokens of the answer, as the replica counts them; null: it did not say. */
  readonly tokens: number | null;
  /** The same for the same question with the same passages; and for the same answer. */
  readonly asked: string;
  readonly said: string;
  /** One of a few groups of users: by who asks or, where nobody says, by what is asked about. */
  readonly cluster: number;
}

interface Given extends Pick<AnswerNote, "version" | "isNamed" | "firstMs" | "ms" | "tokens"> {
  readonly text: string;
  /** The whole conversation. */
  readonly asked: string;
  readonly passages: readonly Passage[];
  readonly user: string | undefined;
}

export interface AnswerLog {
  note(given: Given): void;
  /** Those behind `since`, the oldest first. */
  after(since: number): readonly AnswerNote[];
  /** Resolves with the next note, or after so many ms without one. */
  next(withinMs: number): Promise<void>;
}

const KEPT = 512;
/** Strange ids and symbols that are kept of one answer. */
const MOST_NAMED = 8;
/** `[fs.watch#1]`, as passages of the corpus are called. */
const ID = /\[([\w$./:@-]+#\d+)\]/g;

const CLUSTERS = 8;

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}

/** The module of the best passage: `fs` of `fs.watch#1`. */
function topicOf(passages: readonly Passage[]): string {
  return passages[0]?.id.split(/[.#]/)[0] ?? "";
}

export function createAnswerLog(): AnswerLog {
  let notes: readonly AnswerNote[] = [];
  let seq = 0;
  const news = new EventEmitter();
  return {
    note({ text, asked, passages, version, isNamed, firstMs, ms, tokens, user }) {
      seq += 1;
      const ids = new Set(passages.map(({ id }) => id));
      const named = [...new Set([...text.matchAll(ID)].map(([, id = ""]) => id))];
      const ground = [asked, ...passages.flatMap((passage) => [passage.id, passage.text])].join("\n");
      // Ids are judged as ids.
      const said = text.replaceAll(ID, " ");
      notes = [
        ...notes.slice(1 - KEPT),
        {
          seq,
          version,
          isNamed,
          passages: ids.size,
          cited: [...ids].filter((id) => text.includes(`[${id}]`)).length,
          strange: named.filter((id) => !ids.has(id)).slice(0, MOST_NAMED),
          ungrounded: symbolsIn(said)
            .filter((symbol) => !ground.includes(symbol))
            .slice(0, MOST_NAMED),
          firstMs: Math.round(firstMs),
          ms: Math.round(ms),
          tokens,
          asked: digestOf([asked, ...ids].join("\n")),
          said: digestOf(text),
          cluster: Number.parseInt(digestOf(user ?? topicOf(passages)), 16) % CLUSTERS,
        },
      ];
      news.emit("note");
    },
    after: (since) => notes.filter((note) => note.seq > since),
    async next(withinMs) {
      await once(news, "note", { signal: AbortSignal.timeout(withinMs) }).catch(() => undefined);
    },
  };
}
