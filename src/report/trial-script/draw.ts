// Drawing, by the script of a trial's page: moves what hangs on the axis of time, and says what was at a moment. These
// functions run in the browser: they may use one another and their arguments, and nothing else of this project but
// `timeTicks`.

import { timeTicks } from "../plot-scale.ts";
import type { Page, PageElement, Picture, Stage } from "./page.ts";

export function svgElement(
  page: Page,
  name: string,
  attributes: Readonly<Record<string, string | number>>,
): PageElement {
  const made = page.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}

export function numberOf(element: PageElement, name: string): number {
  return Number(element.getAttribute(name));
}

export function signed(since: number): string {
  const text = Math.abs(since / 1000).toFixed(2);
  return `${since < 0 && Number(text) !== 0 ? "−" : "+"}${text} s`;
}

/** What of a picture is in view: all of it while everything is, since another arm may have lasted longer. */
export function viewOf({ view, from, to }: Stage, picture: Picture): { readonly from: number; readonly to: number } {
  return view.from === from && view.to === to ? { from: picture.from, to: picture.to } : view;
}

/** A moment's pixel in a picture as it is in view. */
export function pixelOf(stage: Stage, picture: Picture, at: number): number {
  const { from, to } = viewOf(stage, picture);
  return picture.left + ((at - from) / (to - from)) * (picture.right - picture.left);
}

/** Stretches what may be stretched, and moves words without stretching them. */
export function drawView(stage: Stage): void {
  for (const picture of stage.pictures) {
    const { svg, left, right, from, to } = picture;
    const start = pixelOf(stage, picture, from);
    const factor = (pixelOf(stage, picture, to) - start) / (right - left);
    const shift = start - factor * left;
    for (const pan of svg.querySelectorAll(".pan")) pan.setAttribute("transform", `matrix(${factor} 0 0 1 ${shift} 0)`);
    for (const word of svg.querySelectorAll(".hangs")) {
      const place = factor * numberOf(word, "data-x") + shift;
      word.setAttribute("x", String(place + numberOf(word, "data-beside")));
      word.setAttribute("visibility", place < left - 2 || place > right + 2 ? "hidden" : "visible");
    }
    drawTicks(stage, picture);
  }
  drawCursor(stage, stage.pinned);
}

function drawTicks(stage: Stage, picture: Picture): void {
  const { svg } = picture;
  const scale = { ...viewOf(stage, picture), px: (at: number) => pixelOf(stage, picture, at) };
  const drawn = timeTicks(scale, 0, numberOf(svg, "data-most")).flatMap(({ at, label }) => {
    const x = scale.px(at);
    const [top, bottom] = [svg.getAttribute("data-top") ?? "", svg.getAttribute("data-bottom") ?? ""];
    const line = svgElement(stage.page, "line", { class: "grid", x1: x, x2: x, y1: top, y2: bottom });
    const text = svgElement(stage.page, "text", { class: "axis", x, y: svg.getAttribute("data-ticks") ?? "" });
    text.textContent = label;
    return [line, text];
  });
  svg.querySelector(".ticks")?.replaceChildren(...drawn);
}

/** The moment in every picture and in the read-out. */
export function drawCursor(stage: Stage, at: number): void {
  for (const picture of stage.pictures) {
    const x = pixelOf(stage, picture, at);
    picture.cursor.setAttribute("x1", String(x));
    picture.cursor.setAttribute("x2", String(x));
    picture.cursor.setAttribute("visibility", x < picture.left - 1 || x > picture.right + 1 ? "hidden" : "visible");
  }
  readOut(stage, at);
}

/** What was at a moment: of each window what run.json has, of each probe its last reading while that speaks. */
function readOut({ figure, story }: Stage, at: number): void {
  const put = (name: string, text: string): void => {
    const place = figure.querySelector(`[data-says="${name}"]`);
    if (place !== null) place.textContent = text;
  };
  const index = story.from.findIndex((from, k) => from <= at && at < (story.to[k] ?? from));
  const there = index >= 0;
  const [from = 0, to = 0] = [story.from[index], story.to[index]];
  const word = (letter: string | undefined): string => (letter === "g" ? "good" : letter === "b" ? "bad" : "unseen");
  const judged = `users ${word(story.users[index])}, state ${word(story.state[index])}`;
  const broken = story.broken[index];
  put("moment", signed(at));
  put("window", there ? `${signed(from)} to ${signed(to)}` : "no window was judged here");
  put("judged", !there ? "–" : broken === undefined ? judged : `${judged}; did not hold: ${broken}`);
  for (const [row, series] of story.series.entries()) {
    const place = figure.querySelector(`[data-series="${row}"]`);
    if (place === null) continue;
    const { at: instants, until, values } = series;
    const last = instants === null ? index : instants.findLastIndex((from, k) => from <= at && at < (until[k] ?? from));
    const value = values[last] ?? null;
    place.textContent = value === null ? "not seen" : String(Number(value.toPrecision(4)));
    place.setAttribute("data-value", JSON.stringify(value));
    if (instants === null && there) place.setAttribute("data-window", `${story.path}.${index}`);
    else place.removeAttribute("data-window");
  }
}

/** In order, such that the text of each may stand in one script. */
export const drawing = [svgElement, numberOf, signed, viewOf, pixelOf, drawView, drawTicks, drawCursor, readOut];
