// Following a run, by the script of its live page: what is sent is put in its place. These functions run in the
// browser: they may use one another and their arguments, and nothing else of this project but the two values named
// below. Words become text, never markup; a page that is sent is one of ours, and is read without being run.

import { eventsPath, liveEvents, type LiveEnd, type LivePage, type LiveState, type LiveStep } from "../live-state.ts";
import type { LiveBrowser, LiveDocument, LiveElement } from "./page.ts";

function made(page: LiveDocument, name: string, text: string): LiveElement {
  const element = page.createElement(name);
  element.textContent = text;
  return element;
}

function listOf(page: LiveDocument, lines: readonly string[]): LiveElement {
  const list = page.createElement("ul");
  list.append(...lines.map((line) => made(page, "li", line)));
  return list;
}

function stepOf(page: LiveDocument, { name, at, by, now }: LiveStep): LiveElement {
  const step = made(page, "li", at === "" ? name : `${name} ${at}`);
  step.className = at === "" ? "to-come" : by;
  if (now) step.setAttribute("aria-current", "step");
  return step;
}

/** Words of a status are read out when they change. */
function say(page: LiveDocument, id: string, words: string): void {
  const place = page.querySelector(id);
  if (place !== null && place.textContent !== words) place.textContent = words;
}

function showState(page: LiveDocument, state: LiveState): void {
  say(page, "#now", state.says);
  say(page, "#time", state.time);
  page.querySelector("#live")?.setAttribute("class", "live");
  const trials = state.trials.map((trial) => {
    const one = page.createElement("div");
    const steps = page.createElement("ol");
    steps.className = "steps";
    steps.append(...trial.steps.map((step) => stepOf(page, step)));
    const heading = made(page, "h3", trial.name);
    one.append(heading, steps, made(page, "p", trial.readings), listOf(page, trial.news));
    return one;
  });
  page.querySelector("#trials")?.replaceChildren(...trials);
  page.querySelector("#news")?.replaceChildren(...listOf(page, state.news).querySelectorAll("li"));
}

/** By what a fold is known on another page: places change, addresses and words do not. */
function nameOf(fold: LiveElement): string {
  return fold.querySelector("a.whole")?.getAttribute("href") ?? fold.querySelector("summary")?.textContent ?? "";
}

/** What stays as the reader left it: folds, the focus, and what is at the top of the window. */
function showPage(page: LiveDocument, next: LiveDocument, { scrollBy }: Pick<LiveBrowser, "scrollBy">): void {
  const folds = new Map([...page.querySelectorAll("main details")].map((fold) => [nameOf(fold), fold.open]));
  const focused = page.activeElement?.getAttribute("href") ?? null;
  const top = [...page.querySelectorAll("main [id]")].find((one) => one.getBoundingClientRect().bottom > 0);
  const was = top?.getBoundingClientRect().top ?? 0;
  for (const part of ["header", "main", "footer"]) {
    const there = page.querySelector(part);
    const other = next.querySelector(part);
    if (there !== null && other !== null) there.replaceWith(other);
  }
  page.title = next.title;
  for (const fold of page.querySelectorAll("main details")) fold.open = folds.get(nameOf(fold)) ?? fold.open;
  for (const link of page.querySelectorAll("main a"))
    if (focused !== null && link.getAttribute("href") === focused) link.focus({ preventScroll: true });
  const same = top === undefined ? undefined : [...page.querySelectorAll("main [id]")].find(({ id }) => id === top.id);
  // Who reads the begin of the page stays there.
  if (same !== undefined && was < 0) scrollBy(0, same.getBoundingClientRect().top - was);
}

/** Nobody answers at this address any more: its links would lead nowhere. */
function showEnd(page: LiveDocument, { says, html }: LiveEnd, browser: LiveBrowser): void {
  if (html !== null) showPage(page, browser.read(html), browser);
  for (const link of page.querySelectorAll("a"))
    if (link.getAttribute("href")?.startsWith("#") !== true) link.removeAttribute("href");
  say(page, "#now", says);
  say(page, "#time", "");
  for (const id of ["#trials", "#news"]) page.querySelector(id)?.replaceChildren();
}

/** Makes the page follow its run. */
function followRun(page: LiveDocument, browser: LiveBrowser): void {
  const version = page.querySelector("#live")?.getAttribute("data-version") ?? "";
  const source = browser.open(`${eventsPath}?shown=${version}`);
  source.addEventListener(liveEvents.state, ({ data }) => showState(page, JSON.parse(data) as LiveState));
  source.addEventListener(liveEvents.page, ({ data }) =>
    showPage(page, browser.read((JSON.parse(data) as LivePage).html), browser),
  );
  source.addEventListener(liveEvents.end, ({ data }) => {
    source.close();
    showEnd(page, JSON.parse(data) as LiveEnd, browser);
  });
  source.addEventListener("error", () => {
    page.querySelector("#live")?.setAttribute("class", "live lost");
    say(page, "#now", "Not connected. While the run goes on, this page finds it again; if not, it was ended.");
  });
}

/** In order, such that the text of each may stand in one script. */
export const following = [made, listOf, stepOf, say, showState, nameOf, showPage, showEnd, followRun];
