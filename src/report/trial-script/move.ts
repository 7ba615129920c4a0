// Moving, by the script of a trial's page: pointer, keys, buttons and every moment that can be clicked. These functions
// run in the browser, as those of draw.ts.

import { drawCursor, drawView, numberOf, pixelOf, signed, svgElement, viewOf } from "./draw.ts";
import type { Page, PageElement, PageEvent, Picture, Stage, Story } from "./page.ts";

/** Goes to a moment and stays there, in every pane. */
function goTo(stage: Stage, at: number): void {
  const { from, to } = stage;
  stage.pinned = Math.min(to, Math.max(from, at));
  const { view, pinned } = stage;
  if (pinned < view.from || pinned > view.to) zoomTo(stage, pinned, view.to - view.from);
  else drawCursor(stage, pinned);
  stage.slider.value = String(pinned);
  stage.slider.setAttribute("aria-valuetext", `${signed(pinned)} from the origin`);
  let last: PageElement | undefined;
  for (const line of stage.page.querySelectorAll(".happened > li")) {
    line.removeAttribute("aria-current");
    if (numberOf(line, "data-at") <= pinned + 1) last = line;
  }
  last?.setAttribute("aria-current", "true");
  const list = last?.closest(".happened");
  if (last && list) list.scrollTop = last.offsetTop - list.offsetTop - list.clientHeight / 2;
}

/** Shows `length` ms around a moment, within what there is. */
function zoomTo(stage: Stage, around: number, length: number): void {
  const all = stage.to - stage.from;
  const wide = Math.min(all, Math.max(Math.min(50, all), length));
  const from = Math.min(stage.to - wide, Math.max(stage.from, around - wide / 2));
  stage.view = { from, to: from + wide };
  drawView(stage);
}

/** One of what keys and buttons do; false: nothing is called so. */
function act(stage: Stage, name: string): boolean {
  const { view, pinned, story, marks } = stage;
  const wide = view.to - view.from;
  const step = story.from.length === 0 ? wide / 50 : ((story.to[0] ?? 0) - (story.from[0] ?? 0)) / 2;
  const acts: Readonly<Record<string, () => void>> = {
    in: () => zoomTo(stage, pinned, wide / 2),
    out: () => zoomTo(stage, pinned, wide * 2),
    all: () => zoomTo(stage, pinned, Infinity),
    left: () => goTo(stage, pinned - step),
    right: () => goTo(stage, pinned + step),
    first: () => goTo(stage, stage.from),
    last: () => goTo(stage, stage.to),
    before: () => goTo(stage, marks.findLast((at) => at < pinned - 0.5) ?? stage.from),
    after: () => goTo(stage, marks.find((at) => at > pinned + 0.5) ?? stage.to),
  };
  acts[name]?.();
  return acts[name] !== undefined;
}

/** The moment under the pointer. */
function momentAt(stage: Stage, picture: Picture, event: PageEvent): number {
  const { svg, left, right } = picture;
  const view = viewOf(stage, picture);
  const box = svg.getBoundingClientRect();
  const width = Number((svg.getAttribute("viewBox") ?? "").split(" ")[2]);
  const x = ((event.clientX - box.left) / box.width) * width;
  const share = Math.min(1, Math.max(0, (x - left) / (right - left)));
  return view.from + share * (view.to - view.from);
}

/** Hovering shows, a click goes there, and dragging chooses what is in view. */
function listenTo(stage: Stage, picture: Picture): void {
  const { svg, choice } = picture;
  let start: { readonly at: number; readonly x: number } | null = null;
  svg.addEventListener("pointerdown", (event) => {
    if (event.isPrimary) start = { at: momentAt(stage, picture, event), x: event.clientX };
  });
  svg.addEventListener("pointermove", (event) => {
    const at = momentAt(stage, picture, event);
    drawCursor(stage, at);
    if (start === null || event.pointerType === "touch") return;
    const [a, b] = [pixelOf(stage, picture, start.at), pixelOf(stage, picture, at)];
    choice.setAttribute("x", String(Math.min(a, b)));
    choice.setAttribute("width", String(Math.abs(a - b)));
  });
  svg.addEventListener("pointerup", (event) => {
    if (start === null) return;
    const [from, to] = [start.at, momentAt(stage, picture, event)];
    const dragged = event.pointerType !== "touch" && Math.abs(event.clientX - start.x) > 6;
    start = null;
    choice.setAttribute("width", "0");
    if (dragged) zoomTo(stage, (from + to) / 2, Math.abs(to - from));
    else goTo(stage, to);
    stage.slider.focus({ preventScroll: true });
  });
  svg.addEventListener("pointerleave", () => {
    start = null;
    choice.setAttribute("width", "0");
    drawCursor(stage, stage.pinned);
  });
}

function pictureOf(page: Page, svg: PageElement): Picture {
  const [y1, y2] = [0, svg.getAttribute("data-bottom") ?? "0"];
  const cursor = svgElement(page, "line", { class: "cursor", x1: 0, x2: 0, y1, y2 });
  const choice = svgElement(page, "rect", { class: "choice", x: 0, y: 0, width: 0, height: y2 });
  svg.append(choice);
  svg.append(cursor);
  for (const word of svg.querySelectorAll(".hangs"))
    word.setAttribute("data-beside", String(numberOf(word, "x") - numberOf(word, "data-x")));
  const [left, right] = [numberOf(svg, "data-left"), numberOf(svg, "data-right")];
  return { svg, left, right, from: numberOf(svg, "data-from"), to: numberOf(svg, "data-to"), cursor, choice };
}

/** What keys do, by the name that the browser gives them. */
export const keys: Readonly<Record<string, string>> = {
  "+": "in",
  "=": "in",
  "-": "out",
  "0": "all",
  ArrowLeft: "left",
  ArrowRight: "right",
  Home: "first",
  End: "last",
  PageUp: "before",
  PageDown: "after",
};

/** With another key held down it is the browser's, as its own zoom. */
export function actOf({ key, ctrlKey, metaKey, altKey }: PageEvent): string {
  return ctrlKey || metaKey || altKey ? "" : (keys[key] ?? "");
}

/** Makes a trial's page move. What cannot be found on it stays as it is. */
function tellStory(page: Page): void {
  const figure = page.querySelector("figure.story");
  const slider = figure?.querySelector("input");
  if (!figure || !slider) return;
  const story = JSON.parse(figure.getAttribute("data-story") ?? "null") as Story;
  const pictures = [...page.querySelectorAll("svg.picture")].map((svg) => pictureOf(page, svg));
  const [from, to] = [numberOf(slider, "min"), numberOf(slider, "max")];
  const marks = [...page.querySelectorAll(".marks [data-at]")].map((one) => numberOf(one, "data-at"));
  const common = { page, figure, story, slider, pictures, marks: marks.sort((a, b) => a - b) };
  const stage: Stage = { ...common, from, to, view: { from, to }, pinned: Math.max(from, 0) };
  for (const picture of pictures) listenTo(stage, picture);
  for (const hidden of figure.querySelectorAll("[hidden]")) hidden.hidden = false;
  slider.addEventListener("input", () => goTo(stage, Number(slider.value)));
  figure.addEventListener("keydown", (event) => {
    if (act(stage, actOf(event))) event.preventDefault();
  });
  page.addEventListener("click", ({ target }) => {
    const button = target?.closest("button");
    act(stage, button?.getAttribute("data-do") ?? "");
    const moment = target?.closest("[data-at]");
    if (!moment) return;
    goTo(stage, numberOf(moment, "data-at"));
    figure.scrollIntoView({ block: "nearest" });
  });
  drawView(stage);
  goTo(stage, stage.pinned);
}

/** In order, such that the text of each may stand in one script. */
export const moving = [goTo, zoomTo, act, momentAt, listenTo, pictureOf, actOf, tellStory];
