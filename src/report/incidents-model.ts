// What the healer's incidents came to: the first lines of the page, one line on the terminal, in the summary and in
// JUnit.

import type { RunDigest } from "../core/digest.ts";
import { counted, secondsText, shareText } from "../core/text.ts";
import type { IncidentSummary } from "../records/results/incidents.ts";
import { decimalText } from "./figures.ts";
import { figure } from "./shown.ts";
import type { Figure } from "./shown.ts";

type Lasted = NonNullable<IncidentSummary["lasted"]>;

export interface IncidentsModel {
  /** Empty where there is nothing more to say. */
  readonly tiles: readonly IncidentTile[];
  readonly notes: readonly string[];
}

interface IncidentTile {
  readonly name: string;
  /** Words before, the figure of run.json, and words after. */
  readonly parts: readonly { readonly before: string; readonly figure: Figure }[];
  readonly after: string;
  /** A second line; empty: none. */
  readonly more: string;
}

/** null in runs written before it was kept. What was not observed is said to be so, and is never 0. */
export function incidentsModel({ incidents }: RunDigest): IncidentsModel | null {
  if (incidents === undefined) return null;
  const notes = notesOf(incidents);
  if (incidents.trials === 0 || incidents.incidents === 0) return { tiles: [], notes };
  const tiles = [aloneTile(incidents), callsTile(incidents), ...lastedTile(incidents)];
  return { tiles, notes };
}

/** The same in a line of text; undefined in runs written before it was kept. */
export function incidentsText(run: RunDigest): string | undefined {
  const { incidents } = run;
  const model = incidentsModel(run);
  if (incidents === undefined || model === null) return undefined;
  const told = model.tiles.length === 0 ? [] : [`Incidents: ${toldText(incidents)}.`];
  return [...told, ...model.notes].join(" ");
}

function toldText(summary: IncidentSummary): string {
  const { alone, tell, incidents, pages, alerts, lasted } = summary;
  const each = (count: number, noun: string): string => `${decimalText(count / incidents)} ${noun}`;
  return [
    tell === 0 ? "whether one was resolved was not observed" : `${alone} of ${tell} resolved without a person`,
    `${each(pages, "pages")} and ${each(alerts, "alerts")} an incident`,
    ...(lasted === undefined ? [] : [durationText(lasted, singleText(summary))]),
  ].join("; ");
}

function durationText(lasted: Lasted, single: string): string {
  const median = `duration ${medianText(lasted)}`;
  return single === "" ? `${median} (median), ${rangeText(lasted)}` : `${median}, ${single}`;
}

function aloneTile({ alone, tell }: IncidentSummary): IncidentTile {
  const name = "Resolved without a person";
  const of = figure("incidents.tell", tell, String(tell));
  if (tell === 0)
    return {
      name,
      parts: [],
      after: "not observed",
      more: "no incident tells: closed elsewhere, or no breach was seen",
    };
  return {
    name,
    parts: [
      { before: "", figure: figure("incidents.alone", alone, String(alone)) },
      { before: " of ", figure: of },
    ],
    after: "",
    more: `${shareText(alone / tell)} of ${counted(tell, "incident")}: closed after the stack had recovered, nobody asked`,
  };
}

function callsTile({ incidents, pages, alerts }: IncidentSummary): IncidentTile {
  const each = (count: number): string => decimalText(count / incidents);
  const isNone = pages + alerts === 0;
  return {
    name: isNone ? "Pages and alerts" : "Pages and alerts an incident",
    parts: isNone
      ? [{ before: "", figure: figure("incidents.pages", pages, "none") }]
      : [
          { before: "", figure: figure("incidents.pages", pages, each(pages)) },
          { before: " and ", figure: figure("incidents.alerts", alerts, each(alerts)) },
        ],
    after: "",
    more: `${counted(pages, "page")} and ${counted(alerts, "alert")} in ${counted(incidents, "incident")}`,
  };
}

function lastedTile(summary: IncidentSummary): readonly IncidentTile[] {
  const { lasted } = summary;
  if (lasted === undefined) return [];
  const median = figure("incidents.lasted.medianMs", lasted.medianMs, medianText(lasted));
  return [
    {
      name: "Duration of incidents",
      parts: [{ before: "", figure: median }],
      after: "",
      more: singleText(summary) || `median, from detected to closed; ${rangeText(lasted)}`,
    },
  ];
}

function medianText({ medianMs }: Lasted): string {
  return medianMs === undefined ? "longer than watched" : seconds(medianMs);
}

/** Of one incident there is no median and no range: how it ended; "" of several. */
function singleText({ incidents, lasted }: IncidentSummary): string {
  if (incidents !== 1 || lasted === undefined) return "";
  return lasted.open === 0
    ? "from detected to closed"
    : `not over when watching ended, ${seconds(lasted.longestMs)} after it was detected`;
}

function rangeText({ shortestMs, longestMs, open }: Lasted): string {
  const longest = `${open > 0 ? "at least " : ""}${seconds(longestMs)}`;
  const range = shortestMs === undefined ? `longest ${longest}` : `from ${seconds(shortestMs)} to ${longest}`;
  return open === 0 ? range : `${range}; ${open} not over at the end, counted as longer`;
}

function notesOf({ trials, unheard, incidents }: IncidentSummary): readonly string[] {
  if (trials + unheard === 0)
    return ["Incidents: not observed, since no trial with the fault and the whole healer passed or failed."];
  if (trials === 0) return ["Incidents: not observed, since no trial had a feed that was heard to the end."];
  return [
    ...(incidents === 0 ? [`Incidents: none was detected in ${counted(trials, "trial")} with the fault.`] : []),
    ...(unheard === 0 ? [] : [`Incidents of ${counted(unheard, "other trial")} were not observed.`]),
  ];
}

/** A claim's arrival is known to a beat of the feed, about a tenth of a second. */
function seconds(ms: number): string {
  return `${secondsText(ms, 100)} s`;
}
