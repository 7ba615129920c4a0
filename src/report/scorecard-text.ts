// The scorecard as text: a few lines for the terminal, a list for summary.md, and the words that the page shares with
// them.

import { counted } from "../core/text.ts";
import type { PathwayScore, Scorecard, ScoreLoss, TermName } from "../records/results/scorecard.ts";
import { escapeMarkdown, oneLine, wrapped } from "./text.ts";

/** What the terms are called; the same everywhere. */
export const termNames: Readonly<Record<TermName, string>> = {
  recovery: "recovery in time",
  attribution: "attribution",
  detection: "detection",
  integrity: "integrity after",
};

/** So many names of trials are written out; run.json has them all. */
const mostNames = 4;

/** Points with one digit after the point at most; 0 and 100 only when they are exact. */
export function pointsText(points: number): string {
  const rounded = Number(points.toFixed(1));
  if (rounded === 0 && points > 0) return "< 0.1";
  if (rounded === 100 && points < 100) return "99.9";
  return String(rounded);
}

/** A lower bound of points, rounded down. */
export function provenText(points: number): string {
  return String(Math.floor(points * 10 + 1e-9) / 10);
}

/**
 * `5.1 of 100 proven, 69.9 more not yet shown`. What is proven leads: one good trial earns many points and proves next
 * to nothing.
 */
function scoreText(score: { readonly points: number; readonly proven: number }): string {
  const more = unshownText(score);
  return `${provenText(score.proven)} of 100 proven${more === "" ? "" : `, ${more} more not yet shown`}`;
}

/** Points that were earned by too few trials to prove them; empty when there are none. */
export function unshownText({ points, proven }: { readonly points: number; readonly proven: number }): string {
  const more = points - Number(provenText(proven));
  return more < 0.05 ? "" : pointsText(more);
}

/**
 * `relapsed (data/index-damage treatment-1, treatment-2 and 7 more)`; an intent is named once for all of its trials.
 */
export function lossText({ to, by }: Pick<ScoreLoss, "to" | "by">): string {
  const intentOf = (name: string): string => name.split(" ")[0] ?? "";
  const shown = by.slice(0, mostNames).map((name, at) => {
    const again = at > 0 && name.includes(" ") && intentOf(by[at - 1] ?? "") === intentOf(name);
    return again ? name.slice(intentOf(name).length + 1) : name;
  });
  const names = shown.join(", ");
  const more = by.length > mostNames ? ` and ${by.length - mostNames} more` : "";
  return by.length === 0 ? to : `${to} (${names}${more})`;
}

/** The suite's three figures, never folded into one. */
function suiteText(card: Scorecard): readonly string[] {
  const { score, coverage, freshness, settings = [] } = card;
  const mean =
    score === undefined
      ? "recovery score: no evidence, no score"
      : `recovery score ${scoreText(score)} (mean over ${counted(score.over, "pathway")})`;
  const missing = coverage.missing.length === 0 ? "" : `; without: ${missingText(card)}`;
  const chosen = settingLines(settings);
  return [mean, `coverage: ${coverage.says}${missing}`, `freshness: ${freshness.says}`, ...chosen];
}

/** Pathways without evidence; of one target its name is no news. */
export function missingText({ coverage, pathways }: Scorecard): string {
  const [first = "", ...others] = new Set(pathways.map(({ target }) => target));
  const isOf = (name: string): boolean => others.length === 0 && name.startsWith(`${first} `);
  return coverage.missing.map((name) => (isOf(name) ? name.slice(first.length + 1) : name)).join(", ");
}

/** What all intents share stands in one line; what differs, with the intents that it holds for. */
function settingLines(settings: NonNullable<Scorecard["settings"]>): readonly string[] {
  const all = new Set(settings.flatMap(({ intents }) => intents)).size;
  const shared = settings.filter(({ intents }) => intents.length === all);
  const others = settings.filter((one) => !shared.includes(one));
  const words = shared.map(({ setting, value }) => `${setting} ${value}`).join(", ");
  return [
    ...(words === "" ? [] : [`settings: ${words}`]),
    ...others.map(({ setting, value, intents }) => `setting ${setting}: ${value} in ${intents.join(", ")}`),
  ];
}

/** The points of a pathway, or what stands in their place. */
function pathwayText({ score, held, says }: PathwayScore): string {
  if (held !== undefined) return says;
  if (score === undefined) return says;
  return `${scoreText(score)}; ${says}`;
}

function termsText({ terms }: PathwayScore): string {
  return terms.map(({ name, earned, max }) => `${termNames[name]} ${pointsText(earned)}/${max}`).join(" · ");
}

/** Losses to one cause in the same trials become one line, since one failed trial costs in several terms. */
function lossLines({ terms }: PathwayScore): readonly string[] {
  const causes = new Map<string, { readonly names: readonly string[]; readonly points: number }>();
  for (const { name, losses } of terms) {
    for (const loss of losses) {
      const text = lossText(loss);
      const before = causes.get(text);
      const names = [...(before?.names ?? []), termNames[name]];
      causes.set(text, { names, points: (before?.points ?? 0) + loss.points });
    }
  }
  const lines = [...causes].map(([text, { names, points }]) => `−${pointsText(points)} ${names.join(", ")}: ${text}`);
  const note = unrecoveredText(terms);
  return note === undefined ? lines : [...lines, note];
}

/**
 * Why terms lose to what recovery is lost to: a time to detection may stand beside a detection that earned nothing.
 * Undefined where none does.
 */
export function unrecoveredText(terms: PathwayScore["terms"]): string | undefined {
  const lost = (name: TermName): readonly string[] =>
    terms.filter((term) => term.name === name).flatMap(({ losses }) => losses.map(({ to }) => to));
  const isShared = lost("detection").some((to) => lost("recovery").includes(to));
  if (!isShared) return undefined;
  return (
    "detection and integrity earn points only where a trial recovered for good by the declared action, " +
    "however soon the fault was found"
  );
}

/** What has neither points nor trials is named under coverage already. */
export function isTold({ score, held, uncounted }: PathwayScore): boolean {
  return score !== undefined || held !== undefined || uncounted.length > 0;
}

/** For a terminal of `width` columns; longer lines are wrapped between words. */
export function scorecardLines(card: Scorecard, width: number): readonly string[] {
  const lines = [
    ...suiteText(card).map((text) => hanging(text, "", width)),
    ...card.pathways
      .filter(isTold)
      .flatMap((pathway) => [
        hanging(`${pathway.pathway}: ${pathwayText(pathway)}`, "  ", width),
        ...(pathway.terms.length === 0 ? [] : [hanging(termsText(pathway), "    ", width)]),
        ...lossLines(pathway).map((line) => hanging(line, "    ", width)),
        ...pathway.uncounted.map(({ trial, outcome }) => hanging(`not counted: ${trial} (${outcome})`, "    ", width)),
      ]),
    ...card.freshness.unread.map((run) => hanging(`earlier run not read: ${run}`, "  ", width)),
  ];
  return lines.flat();
}

/** Later lines are set in a little more than the first. */
function hanging(text: string, indent: string, width: number): readonly string[] {
  const lines = wrapped(oneLine(text), width - indent.length - 2);
  return lines.map((line, at) => `${indent}${at > 0 ? "  " : ""}${line}`);
}

/** For summary.md: a heading and a list; every word from outside is escaped. */
export function scorecardMarkdown(card: Scorecard): readonly string[] {
  return [
    "## Scorecard",
    "",
    ...suiteText(card).map((text) => `- ${escapeMarkdown(text)}`),
    "",
    ...card.pathways
      .filter(isTold)
      .flatMap((pathway) => [
        `- **${escapeMarkdown(pathway.pathway)}** (${escapeMarkdown(pathway.target)}): ${escapeMarkdown(pathwayText(pathway))}`,
        ...(pathway.terms.length === 0 ? [] : [`  - ${escapeMarkdown(termsText(pathway))}`]),
        ...lossLines(pathway).map((line) => `  - ${escapeMarkdown(line)}`),
        ...pathway.uncounted.map(({ trial, outcome }) => `  - not counted: ${escapeMarkdown(trial)} (${outcome})`),
      ]),
    ...card.freshness.unread.map((run) => `- earlier run not read: ${escapeMarkdown(run)}`),
    "",
  ];
}
