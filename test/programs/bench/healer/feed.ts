// The healer's feed, read by our own clock: when an event came, and how often it beats.

interface FeedEvent {
  /** When it was read, ms of `performance.now()`. */
  readonly at: number;
  readonly type: string;
  readonly scope: { readonly service?: string; readonly replica?: string };
  readonly class?: string;
  /** The incident that it belongs to. */
  readonly incident?: string;
  readonly pathway?: string;
  readonly reasons: readonly string[];
}

export interface Feed extends AsyncDisposable {
  readonly events: readonly FeedEvent[];
  /** Why nothing comes any more; undefined while it is read. */
  ended(): string | undefined;
  /** The longest time between two pieces so far, ms. */
  longestGapMs(): number;
  /** The first event of this type, on this replica, after that time; undefined when none came by `withinMs`. */
  next(type: string, replica: string, after: number, withinMs: number): Promise<FeedEvent | undefined>;
}

/** Connects to the first of these ports that has the feed; rejects when none has it. */
export async function openFeed(ports: readonly number[]): Promise<Feed> {
  const stopped = new AbortController();
  const answer = await connect(ports, stopped.signal);
  const events: FeedEvent[] = [];
  const wakes = new Set<() => void>();
  let last = performance.now();
  let longest = 0;
  let ended: string | undefined;
  const reading = (async () => {
    const decoder = new TextDecoder();
    let text = "";
    try {
      for await (const piece of answer.body ?? []) {
        const at = performance.now();
        longest = Math.max(longest, at - last);
        last = at;
        text += decoder.decode(piece, { stream: true });
        const blocks = text.split("\n\n");
        text = blocks.pop() ?? "";
        for (const block of blocks) {
          const event = readEvent(block, at);
          if (event !== undefined) events.push(event);
        }
        for (const wake of wakes) wake();
      }
      ended = "its server ended it";
    } catch (error) {
      // The feed ended with us or with its server; who waits for an event is answered that none came.
      ended = String(error);
    }
  })();
  return {
    events,
    ended: () => ended,
    longestGapMs: () => longest,
    async next(type, replica, after, withinMs) {
      const found = (): FeedEvent | undefined =>
        events.find((event) => event.type === type && event.scope.replica === replica && event.at >= after);
      const until = after + withinMs;
      while (found() === undefined && performance.now() < until) {
        await new Promise<void>((done) => {
          const timer = setTimeout(wake, until - performance.now());
          function wake(): void {
            clearTimeout(timer);
            wakes.delete(wake);
            done();
          }
          wakes.add(wake);
        });
      }
      return found();
    },
    async [Symbol.asyncDispose]() {
      stopped.abort();
      await reading;
    },
  };
}

async function connect(ports: readonly number[], signal: AbortSignal): Promise<Response> {
  for (const port of ports) {
    const answer = await fetch(`http://127.0.0.1:${port}/events`, { signal });
    if (answer.status === 200) return answer;
    await answer.body?.cancel();
  }
  throw new Error(`no feed at any of the ports ${ports.join(", ")}`);
}

function readEvent(block: string, at: number): FeedEvent | undefined {
  const line = block.split("\n").find((one) => one.startsWith("data: "));
  if (line === undefined) return undefined;
  const { type, data } = JSON.parse(line.slice(6)) as {
    type: string;
    data: Partial<FeedEvent> & Pick<FeedEvent, "scope">;
  };
  return {
    at,
    type: type.replace("healing.incident.", ""),
    scope: data.scope,
    reasons: data.reasons ?? [],
    ...(data.class !== undefined && { class: data.class }),
    ...(data.incident !== undefined && { incident: data.incident }),
    ...(data.pathway !== undefined && { pathway: data.pathway }),
  };
}
