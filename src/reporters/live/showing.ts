// When viewers are sent what: the state soon after it changed, the page once a trial has ended; nothing while nobody
// looks.

import { messageOf } from "../../core/errors.ts";
import type { Ms } from "../../core/units.ts";
import type { NewestPage } from "./newest-page.ts";
import type { Progress } from "./progress.ts";
import type { Viewers } from "./viewers.ts";

/** Viewers are sent the newest state this often at most, ms. */
const updateEveryMs: Ms = 250;

interface Sources {
  readonly progress: Progress;
  readonly viewers: Viewers;
  readonly newest: NewestPage;
  readonly clock: () => Ms;
  /** Hears why something could not be shown. */
  readonly onTrouble: (says: string) => void;
}

/** What has changed; never throws. Its timers keep no process alive. */
export interface Showing {
  state(): void;
  page(): void;
  /** Nothing is sent from here on. */
  end(): void;
}

export function openShowing({ progress, viewers, newest, clock, onTrouble }: Sources): Showing {
  let stateTimer: NodeJS.Timeout | undefined;
  let pageTimer: NodeJS.Timeout | undefined;
  let sending = false;
  let ended = false;

  function sendState(): void {
    stateTimer = undefined;
    try {
      viewers.sendState(progress.now());
    } catch (thrown) {
      onTrouble(messageOf(thrown));
    }
  }

  /** Also what ended while a page was made, once it may be made anew. */
  async function sendPage(): Promise<void> {
    pageTimer = undefined;
    if (sending || ended || viewers.count === 0) return;
    sending = true;
    try {
      const page = await newest.get();
      if (ended) return;
      viewers.sendPage(page);
      if (page.version === progress.ended()) return;
      pageTimer = setTimeout(() => void sendPage(), Math.max(0, newest.restsUntil() - clock())).unref();
    } catch (thrown) {
      onTrouble(messageOf(thrown));
    } finally {
      sending = false;
    }
  }

  return {
    state() {
      if (ended || viewers.count === 0) return;
      stateTimer ??= setTimeout(sendState, updateEveryMs).unref();
    },
    page: () => void sendPage(),
    end() {
      ended = true;
      clearTimeout(stateTimer);
      clearTimeout(pageTimer);
    },
  };
}
