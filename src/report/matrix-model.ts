// Pathway × fault as the page shows it: a map that shows holes at a glance, and a row for every pair that was tried.

import { ageText, counted, shareBoundText } from "../core/text.ts";
import type { Matrix, MatrixCell } from "../records/results/matrix.ts";
import type { Scorecard } from "../records/results/scorecard.ts";
import { summaryText } from "./figures.ts";
import { figure } from "./shown.ts";
import type { WrongChoice } from "./wrong-choice.ts";
import type { Figure } from "./shown.ts";

export interface MatrixModel {
  readonly says: string;
  /** Earlier runs in which there may be more; empty: none. */
  readonly unread: string;
  readonly faults: readonly string[];
  readonly rows: readonly {
    readonly pathway: string;
    readonly target: string;
    readonly cells: readonly MapCell[];
  }[];
  readonly tried: readonly TriedModel[];
  readonly wrong: readonly WrongModel[];
}

/** A pair that was tried although another pathway is declared for the fault. */
interface WrongModel extends Pick<WrongChoice, "pathway" | "fault"> {
  readonly anchor: string;
  readonly says: string;
  readonly intent: { readonly id: string; readonly anchor: string };
}

/** One place of the map; `all`, `some` and `none` are of the trials that tell. */
interface MapCell {
  readonly kind: "all" | "some" | "none" | "untold" | "earlier" | "wrong" | "hole";
  readonly text: string;
  /** The row that it leads to; empty: there is none. */
  readonly anchor: string;
  /** For whoever does not see the map. */
  readonly says: string;
}

interface TriedModel {
  readonly anchor: string;
  readonly pathway: string;
  readonly fault: string;
  readonly recovered: Figure;
  readonly of: Figure;
  readonly note: string;
  readonly interval: { readonly lo: Figure; readonly hi: Figure; readonly confidence: string } | null;
  readonly mttd: Figure;
  readonly mttr: Figure;
  readonly attribution: string;
  readonly fresh: string;
  readonly intents: readonly { readonly id: string; readonly anchor: string }[];
}

/**
 * null for a run without a matrix. `ids` are the run's intents in their order on the page; `wrong`: what was done where
 * another pathway was declared.
 */
export function matrixModel(
  card: Scorecard | undefined,
  ids: readonly string[],
  wrong: readonly WrongChoice[] = [],
): MatrixModel | null {
  const { matrix } = card ?? {};
  if (card === undefined || matrix === undefined || matrix.faults.length === 0) return null;
  const { asOf } = card.freshness;
  const several = new Set(card.pathways.map(({ target }) => target)).size > 1;
  const rows = card.pathways.map(({ target, pathway }) => ({
    pathway,
    target: several ? target : "",
    cells: matrix.faults.map((fault) => {
      const cell = mapCell(matrix, { target, pathway, fault }, asOf);
      return (cell.kind === "hole" ? wrongCell(wrong, { target, pathway, fault }) : undefined) ?? cell;
    }),
  }));
  return {
    says: saysOf(rows.flatMap(({ cells }) => cells)),
    unread: unreadText(card.freshness.unread),
    faults: matrix.faults,
    rows,
    tried: matrix.cells.flatMap((cell, at) => (isTried(cell) ? [triedModel(cell, at, ids)] : [])),
    wrong: wrong.map((one, at) => wrongModel(one, at, ids)),
  };
}

function isTried({ of, untold }: MatrixCell): boolean {
  return of + untold > 0;
}

function anchorOf(at: number): string {
  return `pair-${at}`;
}

function saysOf(cells: readonly MapCell[]): string {
  const n = (...kinds: readonly MapCell["kind"][]): number => cells.filter(({ kind }) => kinds.includes(kind)).length;
  const untold = n("untold") === 0 ? "" : `, ${n("untold")} tried and not judged`;
  const earlier = n("earlier") === 0 ? "" : `, ${n("earlier")} in an earlier run only`;
  const wrong = n("wrong") === 0 ? "" : `, ${n("wrong")} done where another is declared, which repaired nothing (✗)`;
  return (
    `${counted(cells.length, "pair")}: ${n("all", "some", "none")} with evidence in this run${untold}${earlier}${wrong}, ` +
    `${n("hole")} without evidence. Not every pathway answers every fault.`
  );
}

/** So many are named; run.json has them all. */
const mostUnread = 5;

function unreadText(unread: readonly string[]): string {
  if (unread.length === 0) return "";
  const more = unread.length - mostUnread;
  const named = unread.slice(0, mostUnread).join("; ");
  return `Evidence may lie in earlier runs that were not read whole: ${named}${more > 0 ? `; and ${more} more` : ""}.`;
}

function mapCell(matrix: Matrix, pair: Pick<MatrixCell, "target" | "pathway" | "fault">, asOf: string): MapCell {
  const at = matrix.cells.findIndex(
    (one) => one.target === pair.target && one.pathway === pair.pathway && one.fault === pair.fault,
  );
  const cell = matrix.cells[at];
  if (cell === undefined) return { kind: "hole", text: "", anchor: "", says: "no evidence" };
  const { recovered, of, newest } = cell;
  if (of > 0) {
    const kind = recovered === of ? "all" : recovered === 0 ? "none" : "some";
    return { kind, text: `${recovered}/${of}`, anchor: anchorOf(at), says: "" };
  }
  if (isTried(cell)) return { kind: "untold", text: "?", anchor: anchorOf(at), says: "tried, not judged" };
  const age = ageText(Date.parse(asOf) - Date.parse(newest ?? asOf));
  return { kind: "earlier", text: age, anchor: "", says: "ago, in an earlier run" };
}

/** Where a pathway was done that another intent's trials did not ask for, and repaired nothing. */
function wrongCell(
  wrong: readonly WrongChoice[],
  { target, pathway, fault }: Pick<MatrixCell, "target" | "pathway" | "fault">,
): MapCell | undefined {
  const own = wrong.filter((one) => one.target === target && one.pathway === pathway && one.fault === fault);
  const [first] = own;
  if (first === undefined) return undefined;
  const times = own.reduce((sum, one) => sum + one.times, 0);
  const says = "done where another pathway is declared, and repaired nothing";
  return { kind: "wrong", text: `✗ ${times}`, anchor: wrongAnchor(wrong.indexOf(first)), says };
}

function wrongAnchor(at: number): string {
  return `wrong-${at}`;
}

function wrongModel(
  { pathway, fault, times, declared, intent }: WrongChoice,
  at: number,
  ids: readonly string[],
): WrongModel {
  return {
    anchor: wrongAnchor(at),
    pathway,
    fault,
    says: `done in ${counted(times, "trial")} where ${declared} is declared, and repaired nothing`,
    intent: { id: intent, anchor: `intent-${ids.indexOf(intent)}` },
  };
}

function triedModel(cell: MatrixCell, index: number, ids: readonly string[]): TriedModel {
  const path = `scorecard.matrix.cells.${index}`;
  const { interval, newest } = cell;
  return {
    anchor: anchorOf(index),
    pathway: cell.pathway,
    fault: cell.fault,
    recovered: figure(`${path}.recovered`, cell.recovered, String(cell.recovered)),
    of: figure(`${path}.of`, cell.of, String(cell.of)),
    note: [
      ...(cell.byOther > 0 ? [`${cell.byOther} recovered otherwise`] : []),
      ...(cell.untold > 0 ? [`${counted(cell.untold, "more trial")} not judged`] : []),
    ].join("; "),
    interval: interval
      ? {
          lo: figure(`${path}.interval.lo`, interval.lo, shareBoundText(interval.lo, "lower")),
          hi: figure(`${path}.interval.hi`, interval.hi, shareBoundText(interval.hi, "upper")),
          confidence: `${Number((100 * interval.confidence).toFixed(1))} %`,
        }
      : null,
    mttd: figure(`${path}.mttd`, cell.mttd, summaryText(cell.mttd)),
    mttr: figure(`${path}.mttr`, cell.mttr, summaryText(cell.mttr)),
    attribution: cell.attribution.join(", ") || "not compared",
    fresh: cell.of > 0 ? "this run" : newest === undefined ? "none, not judged" : newest.slice(0, 10),
    intents: cell.intents.map((id) => ({ id, anchor: `intent-${ids.indexOf(id)}` })),
  };
}
