// A healthy stack whose store never rests, as its owners keep it busy: batches come in, documents are updated and
// deleted, users add theirs, and indexes are made anew and compacted, where the stack can do that.

import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { messageOf } from "../../../../src/core/errors.ts";
import { readGolden } from "../../../../targets/reference-ai-stack/corpus/golden.ts";
import type { RunningStack } from "../../stack/boot.ts";
import { operate, operationsOf } from "./operator.ts";

const SOURCE = "manuals";
const [BATCH_EVERY_MS, DOCUMENT_EVERY_MS, TEND_EVERY_MS] = [1000, 2000, 10_000];
const DOCUMENTS = 4;
/** A document is written again, then deleted, so many batches after it came. */
const [UPDATED_AFTER, DELETED_AFTER] = [2, 5];
const REPLICAS = ["vector-1", "vector-2"] as const;

const statusSchema = z.object({ published: z.number(), queued: z.number(), deadLetters: z.number() });
const manifestSchema = z.object({ removed: z.number() });

/** What was done to the store so far. */
export interface Done {
  readonly published: number;
  readonly deadLetters: number;
  readonly removed: number;
  /** Documents of users, and those of them that were refused. */
  readonly documents: number;
  readonly refused: number;
  readonly reindexed: number;
  /** Null: the stack has no operation of that name. */
  readonly compacted: number | null;
}

export interface BusyStore extends AsyncDisposable {
  /** Rejects, saying who is away, while a replica that counts it does not answer. */
  done(): Promise<Done>;
  /** What could not be done, in words. */
  readonly troubles: readonly string[];
}

export async function keepBusy(stack: RunningStack): Promise<BusyStore> {
  const folder = join(stack.dataDir, "sources", SOURCE);
  await mkdir(folder, { recursive: true });
  const compact = (await operationsOf(stack)).find((name) => name.startsWith("compact"));
  const counts = { documents: 0, refused: 0, reindexed: 0, compacted: 0 };
  const troubles: string[] = [];
  const stopped = new AbortController();
  const each = async (everyMs: number, act: (n: number) => Promise<void>): Promise<void> => {
    for (let n = 0, dueAt = performance.now(); !stopped.signal.aborted; n += 1, dueAt += everyMs) {
      await sleep(Math.max(0, dueAt - performance.now()));
      if (!stopped.signal.aborted) await act(n).catch((error: unknown) => void troubles.push(String(error)));
    }
  };
  const tend = async (n: number): Promise<void> => {
    const replica = REPLICAS[n % REPLICAS.length] ?? REPLICAS[0];
    if (compact !== undefined && n % 4 >= 2) {
      await operate(stack, compact, { replica });
      counts.compacted += 1;
    } else {
      await operate(stack, "rebuild-index", { replica });
      counts.reindexed += 1;
    }
  };
  const running = [
    each(BATCH_EVERY_MS, (n) => bring(folder, n)),
    each(DOCUMENT_EVERY_MS, async (n) => {
      counts.documents += 1;
      if (!(await addAsUser(stack, n))) counts.refused += 1;
    }),
    each(TEND_EVERY_MS, tend),
  ];
  return {
    troubles,
    async done() {
      const { published, deadLetters } = statusSchema.parse(await read(stack, "ingestion", "/status"));
      const { removed } = manifestSchema.parse(await read(stack, "vector_1", "/manifest?hash=0"));
      return { published, deadLetters, removed, ...counts, compacted: compact === undefined ? null : counts.compacted };
    },
    async [Symbol.asyncDispose]() {
      stopped.abort();
      await Promise.all(running);
    },
  };
}

async function read(stack: RunningStack, name: string, path: string): Promise<unknown> {
  try {
    return await (await fetch(`http://127.0.0.1:${stack.port(name)}${path}`)).json();
  } catch (error) {
    const inventory = await stack.inventory().catch(() => []);
    const away = inventory.filter(({ pid }) => pid === null).map(({ replica }) => replica);
    const processes = away.length === 0 ? "every replica has a process" : `without a process: ${away.join(", ")}`;
    throw new Error(`${name} did not answer ${path} (${causeOf(error)}); ${processes}`, { cause: error });
  }
}

/** `fetch` says only that it failed, and why in the cause. */
function causeOf(error: unknown): string {
  return messageOf(error instanceof Error && error.cause !== undefined ? error.cause : error);
}

/** One batch: new documents, those of a while ago in a second version, and those of longer ago without text. */
export function batchOf(n: number, words: (place: number) => string): string {
  const document = (batch: number, place: number, version: number, text: string): object => {
    const id = `bench.${batch}.${place}`;
    return { schema: 1, id, title: id, text, version, tags: ["public"] };
  };
  const records = Array.from({ length: DOCUMENTS }, (_, place) => [
    document(n, place, 1, words(n * DOCUMENTS + place)),
    ...(n >= UPDATED_AFTER
      ? [document(n - UPDATED_AFTER, place, 2, `${words(n * DOCUMENTS + place + 1)} As it is now.`)]
      : []),
    ...(n >= DELETED_AFTER ? [document(n - DELETED_AFTER, place, 3, "")] : []),
  ]);
  return records
    .flat()
    .map((record) => `${JSON.stringify(record)}\n`)
    .join("");
}

const questions = readGolden().map(({ question }) => question);

/** No two are alike: many documents of one text would be suspect. */
const wordsOf = (place: number): string => `Note ${place}. ${questions[place % questions.length]}`;

/** A name that begins with a dot is still being written. */
async function bring(folder: string, n: number): Promise<void> {
  const name = `batch-${n}.jsonl`;
  await writeFile(join(folder, `.${name}`), batchOf(n, wordsOf));
  await rename(join(folder, `.${name}`), join(folder, name));
}

async function addAsUser(stack: RunningStack, n: number): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${stack.port("gateway")}/documents`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ id: `bench-user.${n}`, title: `User's note ${n}`, text: wordsOf(1000 + n) }),
  });
  await answer.arrayBuffer();
  return answer.ok;
}
