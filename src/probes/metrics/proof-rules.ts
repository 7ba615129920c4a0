// What must be true of a server's numbers before, while and after one request of ours. Pure: looks in, words out.

import { nearest } from "../../core/nearest.ts";
import type { Ms } from "../../core/units.ts";
import type { MetricRow, MetricServer } from "./catalogue.ts";
import { figureText } from "./figure-text.ts";
import type { Answered } from "./our-request.ts";
import { failed, gaugeOf, riseBetween, seriesOf, type Failed, type Look } from "./proof-looks.ts";

/** Rows of the presets' server that a proof reads, of the names in use. */
export type Rows = readonly MetricRow[];

export function ofSignal(rows: Rows, ...signals: readonly string[]): MetricRow[] {
  return rows.filter(({ signal }) => signals.includes(signal));
}

/** A row without which a preset, or the proof itself, says nothing; undefined when all are there. */
export function missingSeries(look: Look, rows: Rows, server: MetricServer): Failed | undefined {
  const row = rows.find((one) => one.absent === "unknown" && seriesOf(look, one).some((values) => values.size === 0));
  return row === undefined ? undefined : noSuchSeries(look, row, server);
}

function noSuchSeries({ pages }: Look, row: MetricRow, server: MetricServer): Failed {
  const names = pages.flatMap((page) => page.names.map((name) => name.replace(/_(?:bucket|count|sum|total)$/, "")));
  const other = server.signals.find(({ signal, series }) => signal === row.signal && names.includes(series));
  const near = nearest(row.series.replace(/_total$/, ""), [...new Set(names)]);
  const old =
    other === undefined
      ? ""
      : `; ${other.series} is there, the name up to ${other.upTo ?? other.series}: say \`version\``;
  const hint = old !== "" ? old : near === undefined ? `; needed: ${server.needs}` : `; ${near} is there`;
  return failed("no-such-series", `there is no series ${row.series}${hint}`);
}

/** Work where there is none: what a dead process left behind, or not our stack alone. */
export function notIdle(look: Look, rows: Rows): Failed | undefined {
  for (const row of ofSignal(rows, "running", "waiting")) {
    const busy = gaugeOf(look, row).find((value) => value !== 0);
    if (busy !== undefined) return failed("not-idle", `${row.series} reads ${figureText(busy)} when nothing runs`);
  }
  return undefined;
}

/** What rose between two looks without a request. */
export function changedByReading(one: Look, other: Look, rows: Rows): Failed | undefined {
  const row = rows.find((each) => each.type !== "gauge" && riseBetween(one, other, each).value !== 0);
  if (row === undefined) return undefined;
  return failed("reading-changes-it", `${row.series} changed from one look to the next, and nothing was asked between`);
}

/**
 * What fell between two looks without a request. Before our request a count that reading sets back reads 0 each time,
 * and a short answer may be counted between two looks.
 */
export function setBackByReading(one: Look, other: Look, rows: Rows): Failed | undefined {
  const row = rows.find((each) => each.type !== "gauge" && riseBetween(one, other, each).value < 0);
  if (row === undefined) return undefined;
  return failed("reading-changes-it", `${row.series} fell from one look to the next, and nothing was asked between`);
}

/** No ratio is above this, whatever its name. */
const mostRatio = 1.5;

/** A ratio that cannot be one. */
export function wrongRatio(looks: readonly Look[], rows: Rows): Failed | undefined {
  for (const row of rows.filter(({ unit }) => unit === "ratio")) {
    const value = Math.max(...looks.flatMap((look) => gaugeOf(look, row)));
    if (value > mostRatio)
      return failed("unit", `unit looks wrong: ${row.series} reads ${figureText(value)} as a ratio`);
  }
  return undefined;
}

/** What one request must move a signal by. */
export interface Expectation {
  readonly signal: string;
  readonly least: number;
  /** Infinity: it must move, and we do not know by how much. */
  readonly most: number;
}

/** By what our request must move the server's counts; `isChat`: it was a streamed chat. */
export function expectationsOf(answer: Answered, rows: Rows, isChat: boolean): Expectation[] {
  const { promptTokens, cachedTokens, completionTokens } = answer;
  const all: Expectation[] = [
    { signal: "success", least: 1, most: 1 },
    ...(isChat && answer.firstTokenAt !== undefined ? [{ signal: "ttft", least: 1, most: 1 }] : []),
    // What was refused may have a duration too.
    { signal: "e2e", least: 1, most: isChat ? 2 : Infinity },
    { signal: "prompt-tokens", least: (promptTokens ?? 1) - cachedTokens, most: promptTokens ?? Infinity },
    ...(isChat
      ? [{ signal: "generation-tokens", least: completionTokens ?? 1, most: completionTokens ?? Infinity }]
      : []),
  ];
  const isTime = (signal: string): boolean => signal === "ttft" || signal === "e2e";
  return all.filter(({ signal }) => ofSignal(rows, signal).some(({ type }) => !isTime(signal) || type === "histogram"));
}

export type Moved =
  | { readonly state: "moved"; readonly says: string }
  | { readonly state: "not yet"; readonly signal: string; readonly rows: Rows }
  | { readonly state: "wrong"; readonly failure: Failed };

/** Whether all that was expected has moved, and by no more than that. */
export function judgeMoved(before: Look, after: Look, expected: readonly Expectation[], rows: Rows): Moved {
  const risen = expected.map((each) => {
    const own = ofSignal(rows, each.signal);
    return { ...each, own, by: own.reduce((sum, row) => sum + riseBetween(before, after, row).value, 0) };
  });
  const over = risen.find(({ by, most }) => by > most + 1e-6 || by < -1e-6);
  if (over !== undefined) {
    const says = `${over.own[0]?.series ?? over.signal} moved by ${figureText(over.by)}, where one request of ours made ${figureText(over.most)}`;
    return { state: "wrong", failure: failed("moved-wrong", says) };
  }
  const late = risen.find(({ by, least }) => by < least - 1e-6);
  if (late !== undefined) return { state: "not yet", signal: late.signal, rows: late.own };
  return { state: "moved", says: risen.map(({ signal, by }) => `${signal} +${figureText(by)}`).join(", ") };
}

/** Why a row did not move: it may be there and too coarse, or not be there at all. */
export function whyUnmoved(look: Look, rows: Rows, waitedMs: Ms): Failed {
  const [row] = rows;
  const name = row?.series ?? "";
  const written = rows.flatMap((each) => seriesOf(look, each).flatMap((values) => [...values.values()]));
  if (written.length === 0)
    return failed("no-such-series", `there is no series ${name}, and our request did not make it appear`);
  const coarse = written.find((each) => stepOf(each.written) > 1);
  const step =
    coarse === undefined ? "" : `: it is written as ${coarse.written}, in steps of ${stepOf(coarse.written)}`;
  return failed("did-not-move", `${name} did not move by our request within ${Math.round(waitedMs / 1000)} s${step}`);
}

/** The worth of the last digit that was written, where that is more than one; a number with a dot is written whole. */
function stepOf(written: string): number {
  const [, digits = "", power] = /^\+?(\d+(?:\.\d+)?)(?:e\+?(\d+))?$/i.exec(written) ?? [];
  const decimals = digits.split(".")[1]?.length ?? 0;
  if (power !== undefined) return 10 ** Math.max(0, Number(power) - Math.max(decimals, roundedDigits - 1));
  const zeros = /0*$/.exec(digits)?.[0].length ?? 0;
  return digits.length > roundedDigits && digits.length - zeros <= roundedDigits
    ? 10 ** (digits.length - roundedDigits)
    : 1;
}

/** printf's %g, and C++ streams, write so many digits. */
const roundedDigits = 6;

/**
 * Was our request seen to run? Judged by looks at which the page itself says that it is under way: it has begun there,
 * and not ended. Our own clock would blame a server for what a busy machine delays. Neither true nor false where too
 * few looks came in that time.
 */
export function judgeRunning(
  before: Look,
  during: readonly Look[],
  rows: Rows,
): { readonly failure?: Failed; readonly seen?: boolean } {
  const [row] = ofSignal(rows, "running");
  if (row === undefined) return {};
  const rose = (look: Look, ...signals: readonly string[]): boolean =>
    ofSignal(rows, ...signals).some((each) => each.type !== "gauge" && riseBetween(before, look, each).value > 0);
  const values = during.map((look) => ({
    value: gaugeOf(look, row).reduce((sum, each) => sum + each, 0),
    begun: rose(look, "ttft", "progress", "generation-tokens"),
    over: rose(look, "success", "e2e"),
  }));
  const first = values.findIndex(({ value }) => value > 0);
  const fell = values.filter(({ value, over }, index) => first !== -1 && index > first && value <= 0 && !over);
  const canTell = ofSignal(rows, "success", "e2e").length > 0 && row.fresh <= quickMs;
  if (canTell && fell.length >= fewestLooks) {
    const says = `${row.series} read 1 and at later looks 0 while our request still ran: reading it resets it`;
    return { failure: failed("reading-changes-it", says) };
  }
  if (first !== -1) return { seen: true };
  const underWay = values.filter(({ begun, over }) => begun && !over).length;
  return canTell && underWay >= fewestLooks ? { seen: false } : {};
}

const fewestLooks = 3;
/** Gauges that lag behind by more need not show a request of a second, ms. */
const quickMs: Ms = 100;
