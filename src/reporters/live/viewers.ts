// Who looks at the live page, as streams of server-sent events. Each viewer gets the newest state and the newest page,
// not all that there were: one that reads slowly is sent nothing until it has read what it has, so that it costs at
// most that, and whoever does not read at all for long is let go.

import type { ServerResponse } from "node:http";
import { setTimeout } from "node:timers/promises";
import type { Ms } from "../../core/units.ts";
import { liveEvents, type LiveEnd, type LivePage, type LiveState } from "../../report/live-state.ts";

/** So many may look at once. A browser opens six streams to one address at most. */
const mostViewers = 32;
/** Who has read nothing for so long is gone. */
const silentMs: Ms = 15_000;
/** A sign of life, so that a viewer whose machine is gone is noticed. */
const signEveryMs: Ms = 5_000;
/** Viewers have so long to read the last that is sent. */
const lastWordsMs: Ms = 1_000;

/** One event as it is sent, the same bytes to all, and which one it is. */
interface Sent {
  readonly number: number;
  readonly bytes: Buffer;
}

interface Viewer {
  readonly stream: ServerResponse;
  /** The newest state and page that it was sent. */
  state: number;
  page: number;
  /** Since when it has not read what it was sent, ms; undefined: it has. */
  behindSince: Ms | undefined;
}

export interface Viewers {
  readonly count: number;
  /** Begins a stream; `shown`: the version of the page that the viewer has. False: there are too many. */
  add(stream: ServerResponse, shown: number): boolean;
  sendState(state: LiveState): void;
  sendPage(page: LivePage): void;
  /** Sends the last, ends every stream and resolves once it was read, or after a second. */
  end(last: LiveEnd): Promise<void>;
}

function eventOf(type: string, data: unknown, id?: number): Buffer {
  const named = id === undefined ? "" : `id: ${id}\n`;
  return Buffer.from(`event: ${type}\n${named}data: ${JSON.stringify(data)}\n\n`);
}

/** What there is to send. */
interface Newest {
  state: Sent | undefined;
  page: Sent | undefined;
}

function write(viewer: Viewer, bytes: Buffer | string, clock: () => Ms): void {
  if (!viewer.stream.write(bytes)) viewer.behindSince = clock();
}

/** Sends what is newer than it has, as long as it reads. */
function send(viewer: Viewer, { state, page }: Newest, clock: () => Ms): void {
  if (viewer.behindSince === undefined && page !== undefined && page.number > viewer.page) {
    viewer.page = page.number;
    write(viewer, page.bytes, clock);
  }
  if (viewer.behindSince === undefined && state !== undefined && state.number > viewer.state) {
    viewer.state = state.number;
    write(viewer, state.bytes, clock);
  }
}

/** Resolves once it was read, or the viewer went away. */
function endWith(stream: ServerResponse, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => {
    stream.once("close", resolve);
    stream.end(bytes, resolve);
  });
}

/** Nobody looks yet. Its timer keeps no process alive, and ends with `end`. */
export function openViewers(clock: () => Ms): Viewers {
  const viewers = new Set<Viewer>();
  const newest: Newest = { state: undefined, page: undefined };
  let ended = false;

  const sign = setInterval(() => {
    for (const viewer of viewers) {
      if (viewer.behindSince === undefined) write(viewer, ": here\n\n", clock);
      else if (clock() - viewer.behindSince > silentMs) viewer.stream.destroy();
    }
  }, signEveryMs).unref();

  return {
    get count() {
      return viewers.size;
    },
    add(stream, shown) {
      if (ended || viewers.size >= mostViewers) return false;
      const viewer: Viewer = { stream, state: 0, page: shown, behindSince: undefined };
      viewers.add(viewer);
      stream.on("close", () => viewers.delete(viewer));
      stream.on("drain", () => {
        viewer.behindSince = undefined;
        if (!ended) send(viewer, newest, clock);
      });
      stream.flushHeaders();
      send(viewer, newest, clock);
      return true;
    },
    sendState(state) {
      newest.state = { number: (newest.state?.number ?? 0) + 1, bytes: eventOf(liveEvents.state, state) };
      for (const viewer of viewers) send(viewer, newest, clock);
    },
    sendPage({ version, html }) {
      newest.page = { number: version, bytes: eventOf(liveEvents.page, { version, html }, version) };
      for (const viewer of viewers) send(viewer, newest, clock);
    },
    async end(last) {
      if (ended) return;
      ended = true;
      clearInterval(sign);
      const bytes = eventOf(liveEvents.end, last);
      const late = new AbortController();
      const read = Promise.all([...viewers].map(({ stream }) => endWith(stream, bytes)));
      await Promise.race([read, setTimeout(lastWordsMs, undefined, { signal: late.signal }).catch(() => undefined)]);
      late.abort();
      for (const { stream } of viewers) stream.destroy();
    },
  };
}
