// The run in a browser while it goes on, `rebound run --ui`. Whatever goes wrong here is said once, and changes
// nothing.

import { access } from "node:fs/promises";
import { join } from "node:path";
import { HarnessError, messageOf } from "../core/errors.ts";
import type { Ms } from "../core/units.ts";
import { htmlPieces } from "../report/html.ts";
import type { LiveEnd } from "../report/live-state.ts";
import { pagedTrials } from "../report/paged.ts";
import { trialPolicy } from "../report/trial-page.ts";
import { trialHref } from "../report/trial-place.ts";
import { newestPage, type MadePage, type NewestPage } from "./live/newest-page.ts";
import { openProgress } from "./live/progress.ts";
import { openLiveServer, type Served } from "./live/server.ts";
import { openShowing } from "./live/showing.ts";
import { openViewers } from "./live/viewers.ts";
import type { Reporter, RunEnd, RunUnderway } from "./reporter.ts";
import { trialPageAt } from "./trial-pages.ts";

/** Who hears of it on the terminal. */
interface UiTold {
  /** Is called once the run begins, with the address: it holds the token, and is said nowhere else. */
  readonly onReady: (url: string) => void;
  readonly onTrouble: (says: string) => void;
}

/** A reporter whose server is there until it is disposed, however the run ends. */
export type Ui = Reporter & AsyncDisposable;

/** How a live page is asked for: either of them is enough. */
export interface UiOptions {
  readonly ui?: boolean;
  /** 0: any free one. */
  readonly uiPort?: number;
}

/** Opens it where it was asked for; see `serveUi`. */
export async function openUi({ ui, uiPort }: UiOptions, told: UiTold): Promise<Ui | undefined> {
  return ui === true || uiPort !== undefined ? serveUi(uiPort ?? 0, told) : undefined;
}

/** Listens on this port of this machine, 0: any free one. Throws HarnessError "bad-input" when it is taken. */
export async function serveUi(port: number, { onReady, onTrouble }: UiTold): Promise<Ui> {
  const clock = (): Ms => performance.now();
  let isTold = false;
  const trouble = (says: string): void => {
    if (!isTold) onTrouble(`the live page: ${says}; the run goes on without it`);
    isTold = true;
  };
  const failed = (thrown: unknown): void => trouble(messageOf(thrown));
  let underway: RunUnderway | undefined;
  let isPractised = false;
  const progress = openProgress(clock);
  const viewers = openViewers(clock);
  const newest = newestPage({ version: () => progress.ended(), soFar: () => begun(underway).soFar(), clock });
  const showing = openShowing({ progress, viewers, newest, clock, onTrouble: trouble });
  const server = await openLiveServer(port, {
    follow(stream, shown) {
      const isFollowing = viewers.add(stream, shown);
      showing.state();
      showing.page();
      return isFollowing;
    },
    pageAt: async (path) => pageAt(begun(underway), await newest.get(), path),
    onTrouble: trouble,
  });

  async function close(last: LiveEnd): Promise<void> {
    showing.end();
    await viewers.end(last);
    await server.end();
  }

  return {
    name: "ui",
    begin(run) {
      underway = run;
      practise(run, newest).catch(failed);
      onReady(server.url);
    },
    on(event) {
      progress.take(event);
      showing.state();
      if (event.kind !== "trialJudged") return;
      showing.page();
      if (isPractised || progress.running() > 0) return;
      isPractised = true;
      practise(begun(underway), newest).catch(failed);
    },
    async finish(end) {
      await lastOf(end, viewers.count > 0)
        .then(close)
        .catch(failed);
    },
    [Symbol.asyncDispose]: () =>
      close({ says: "The run has ended without a page: its terminal says why.", html: null }),
  };
}

function begun(run: RunUnderway | undefined): RunUnderway {
  if (run === undefined) throw new HarnessError("bug", "a page was asked for before the run began");
  return run;
}

/** What is made for the first time takes some 200 ms: so it is made, seen or not, when nothing is measured. */
async function practise(run: RunUnderway, newest: NewestPage): Promise<void> {
  const { run: result } = await newest.get();
  const [trial] = result.intents.flatMap(({ trials }) => trials);
  if (trial !== undefined) await trialPageAt({ ...run, result }, trialHref(trial.plan));
}

async function pageAt(run: RunUnderway, newest: MadePage, path: string): Promise<Served | undefined> {
  if (path === "" || path === "index.html") return newest;
  const html = await trialPageAt({ ...run, result: newest.run }, path);
  return html === undefined ? undefined : { html, policy: await trialPolicy() };
}

/** What viewers see last; its page is made only where there are any. */
async function lastOf({ dir, result, pages, pastOf }: RunEnd, isSeen: boolean): Promise<LiveEnd> {
  const file = join(dir, "index.html");
  const where = await access(file).then(
    () => `Its page is ${file}.`,
    () => `Its page could not be written to ${file}: its terminal says why.`,
  );
  const html = isSeen ? [...htmlPieces(result, pagedTrials(result, pages), pastOf)].join("") : null;
  return { says: `The run has ended: ${result.outcome}. ${where}`, html };
}
