// A real language model as the engine of a replica: llama.cpp on this machine's processors. Requests that run at the
// same time share one context and are read and continued in common batches; each has a sequence of its own.
import { performance } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import { passagesIn } from "../../common/passages.ts";
import type { Mind } from "../engine.ts";
import type { Asked, Engine, Finish, Generation, OnRead } from "../generate.ts";
import { TooLong } from "../kv/pool.ts";
import { BLOCK_TOKENS, blocksFor } from "../kv/prompt.ts";
import { laidOut } from "./chat-template.ts";
import { loadLlama, weightsFile, type Model, type Sampling, type Token } from "./library.ts";
import { createSeats, keptOf, type Seat, type Seats } from "./seats.ts";
import { sourcesOf } from "./sources.ts";

export interface LlamaParts {
  /** Requests at once: sequences of a context. */
  readonly slots: number;
  /** KV memory of all of them, in blocks of 16 tokens. */
  readonly kvBlocks: number;
  readonly weightsDir: string;
}

interface Loaded {
  readonly model: Model;
  readonly seats: Seats;
}

/** A prompt is read in pieces, so that one whose client left is read no further than this, tokens. */
const PIECE_TOKENS = 128;
/** An answer that has come to no end of a sentence ends at so many times its version's length. */
const MOST_OVER = 3;
/** Behind this an answer that is long enough may end, before white space: `fs.` may become `fs.watch`. */
const SENTENCE_END = /[.!?]["')\]]*$/;

/** Other weights than the first are loaded when a version of them first answers, and stay. */
export function llamaEngine({ slots, kvBlocks, weightsDir }: LlamaParts): Engine {
  const contextSize = Math.floor((kvBlocks * BLOCK_TOKENS) / slots);
  const library = once(loadLlama);
  const byWeights = new Map<string, Promise<Loaded>>();
  const all: Seats[] = [];
  const load = async (name: string): Promise<Loaded> => {
    const llama = await library();
    const model = await llama.loadModel({ modelPath: weightsFile(weightsDir, name), useMmap: true });
    const sized = { contextSize, sequences: slots, batchSize: 4 * PIECE_TOKENS, threads: 1 };
    const context = await model.createContext(sized);
    const seats = createSeats(Array.from({ length: slots }, () => context.getSequence()));
    all.push(seats);
    return { model, seats };
  };
  const loaded = (name: string): Promise<Loaded> => {
    const known = byWeights.get(name) ?? load(name);
    byWeights.set(name, known);
    // What did not load is tried again by the next who asks.
    known.catch(() => byWeights.delete(name));
    return known;
  };
  const sum = (of: (seats: Seats) => number): number => all.reduce((total, seats) => total + of(seats), 0);
  return {
    kvBlocks,
    ready: loaded(weightsOf(undefined)).then(() => undefined),
    memory: () => ({
      held: Math.min(kvBlocks, blocksFor(sum((seats) => seats.held()))),
      waiting: sum((seats) => seats.waiting()),
      preemptions: 0,
    }),
    async clearCache() {
      const tokens = await Promise.all(all.map((seats) => seats.forget()));
      return tokens.reduce((blocks, count) => blocks + blocksFor(count), 0);
    },
    async whyNot({ request, mind }) {
      const { model } = await loaded(weightsOf(mind));
      const tokens = promptOf(model, request.messages, mind).length;
      return tokens < contextSize ? null : new TooLong(blocksFor(tokens + 1), blocksFor(contextSize)).message;
    },
    async generate(asked, signal, onRead) {
      const { model, seats } = await loaded(weightsOf(asked.mind));
      return begin({ model, seats, contextSize, onRead }, asked, signal);
    },
  };
}

interface Place extends Loaded {
  readonly contextSize: number;
  readonly onRead: OnRead;
}

/** Resolves when all of the prompt but its last token is read. */
async function begin(place: Place, asked: Asked, signal: AbortSignal): Promise<Generation> {
  const { model, seats, contextSize } = place;
  const { request, version, mind, isProbe = false } = asked;
  const tokens = promptOf(model, request.messages, mind);
  if (tokens.length >= contextSize) throw new TooLong(blocksFor(tokens.length + 1), blocksFor(contextSize));
  const owner = JSON.stringify([version, request.cache_salt ?? ""]);
  const came = performance.now();
  const seat = await seats.take(owner, tokens, { signal, isProbe });
  const waitedMs = performance.now() - came;
  try {
    const cachedTokens = await read({ ...place, seat, tokens }, owner, signal);
    let finish: Finish = "stop";
    const chunks = answered({ ...place, seat, tokens }, asked, signal, (how) => (finish = how));
    return { promptTokens: tokens.length, cachedTokens, waitedMs, chunks, finish: () => finish };
  } catch (error) {
    seats.giveBack(seat);
    throw error;
  }
}

/** Reads what the seat does not hold yet, up to the last token; answers in how many it held. */
async function read({ seat, tokens, onRead }: Run, owner: string, signal: AbortSignal): Promise<number> {
  const cached = keptOf(seat, owner, tokens);
  const { sequence } = seat;
  seat.owner = owner;
  if (cached === 0) await sequence.clearHistory();
  else await sequence.adaptStateToTokens(tokens.slice(0, cached), false);
  onRead(cached);
  for (let at = cached; at < tokens.length - 1; at += PIECE_TOKENS) {
    signal.throwIfAborted();
    const piece = tokens.slice(at, Math.min(at + PIECE_TOKENS, tokens.length - 1));
    await sequence.evaluateWithoutGeneratingNewTokens(piece);
    onRead(piece.length);
  }
  signal.throwIfAborted();
  // The last one is read with the first of the answer.
  onRead(1);
  return cached;
}

interface Run extends Place {
  readonly seat: Seat;
  readonly tokens: readonly Token[];
}

/** The text, token by token, and the sources behind it; the seat is given back at its end. */
async function* answered(
  run: Run,
  { request, mind, pace }: Asked,
  signal: AbortSignal,
  ends: (how: Finish) => void,
): AsyncGenerator<readonly string[]> {
  const { model, seats, seat, tokens, contextSize } = run;
  const limit = Math.min(request.max_tokens ?? Number.POSITIVE_INFINITY, contextSize - tokens.length);
  const length = mind?.quoteTokens ?? limit;
  const text = textOf(model, tokens);
  const started = performance.now();
  let [made, whole, finish] = [0, "", "stop" as Finish];
  try {
    if (pace.prefillMs !== undefined && pace.prefillMs > 0) await pause(pace.prefillMs, undefined, { signal });
    for await (const token of seat.sequence.evaluate(tokens.slice(-1), samplingOf(request, mind))) {
      signal.throwIfAborted();
      made += 1;
      const piece = text.next(token);
      const more = piece.join("");
      if (made > length && SENTENCE_END.test(whole) && /^\s/.test(more)) break;
      whole += more;
      if (piece.length > 0) yield piece;
      if (made >= Math.min(limit, MOST_OVER * length)) {
        finish = "length";
        break;
      }
      await atPace(started + (1000 * made) / pace.tokensPerSecond, signal);
    }
    const sources =
      finish === "stop" && mind?.citing === "source" ? sourcesOf(whole, passagesIn(request.messages)) : "";
    const more = sources === "" ? [] : model.tokenize(sources, false);
    // Sources that the limit has no room for are left out whole: half an id is another one's.
    if (more.length > 0 && made + more.length <= limit) yield [sources, ...more.slice(1).map(() => "")];
    ends(finish);
  } finally {
    seats.giveBack(seat);
  }
}

async function atPace(due: number, signal: AbortSignal): Promise<void> {
  const wait = due - performance.now();
  if (wait > 1) await pause(wait, undefined, { signal });
}

/** Parts of a letter wait for the rest of it. The pieces have one entry a token, so that they count tokens. */
function textOf(model: Model, before: readonly Token[]) {
  let past = before.slice(-8);
  let waiting: Token[] = [];
  return {
    next(token: Token): readonly string[] {
      waiting.push(token);
      const text = model.detokenize(waiting, false, past);
      if (text.endsWith("\uFFFD") && waiting.length < 8) return [];
      const piece = [text, ...waiting.slice(1).map(() => "")];
      past = [...past, ...waiting].slice(-8);
      waiting = [];
      return piece;
    },
  };
}

function promptOf(model: Model, messages: Asked["request"]["messages"], mind: Mind | undefined): readonly Token[] {
  return model.tokenize(laidOut(mind?.template ?? "chatml", messages), true);
}

function weightsOf(mind: Mind | undefined): string {
  return mind?.weights ?? "smollm2-135m";
}

/** What the request asks for, as OpenAI's API calls it, else the version's own temperature and always the same seed. */
function samplingOf(request: Asked["request"], mind: Mind | undefined): Sampling {
  const { temperature, seed } = request as { temperature?: unknown; seed?: unknown };
  return {
    temperature: typeof temperature === "number" ? temperature : (mind?.temperature ?? 0),
    seed: typeof seed === "number" ? seed : 1,
  };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
