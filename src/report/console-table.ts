// The table at the end of a run, for a terminal of any width; it says everything without colour.

import type { IntentDigest, RunDigest } from "../core/digest.ts";
import type { TrialOutcome } from "../records/results/outcome.ts";
import { armLines } from "./arm-lines.ts";
import { changesModel } from "./changes-model.ts";
import { starvedSentences } from "./environment-text.ts";
import { headlineText } from "./figures.ts";
import { firstSentenceText } from "./first-sentence.ts";
import { levelSentence } from "./levels.ts";
import { incidentsText } from "./incidents-model.ts";
import { runPredictions } from "./prediction-text.ts";
import { intentReasons } from "./reasons.ts";
import { scorecardLines } from "./scorecard-text.ts";
import { columnsOf, oneLine, wrapped } from "./text.ts";
import { triageLines, triageText } from "./triage-model.ts";
import { leftSentences, missingSentences, outcomeSign, runSentence, stoppedSentence } from "./words.ts";
import { pathwayText } from "./wrong-choice.ts";

const HEADS = ["intent", "verdict", "MTTD", "MTTR", "pathway", "attribution"] as const;
const GAP = 2;
/** SGR codes (ECMA-48): green, red, yellow, magenta, red. */
const COLOURS: Readonly<Record<TrialOutcome, number>> = {
  pass: 32,
  fail: 31,
  inconclusive: 33,
  invalid: 35,
  residue: 31,
};

/**
 * The run as text for a terminal of `width` columns, ended by a line end. Where the table does not fit, each intent
 * becomes a block of lines instead; words are never cut. `colour` adds colour to the outcomes and nothing else.
 */
export function renderConsoleTable(run: RunDigest, reportPath: string, width: number, colour = false): string {
  const paint = (text: string, outcome: TrialOutcome): string =>
    colour ? `\u001b[${COLOURS[outcome]}m${text}\u001b[0m` : text;
  const rows = run.intents.map(rowOf);
  const widths = HEADS.map((head, column) =>
    Math.max(columnsOf(head), ...rows.map((row) => columnsOf(row[column] ?? ""))),
  );
  const needed = widths.reduce((sum, columns) => sum + columns, GAP * (HEADS.length - 1));
  const body = needed <= width ? grid(run, rows, widths, paint) : blocks(run, rows, paint);
  return [
    ...(run.intents.length > 0 ? [...body, ""] : []),
    ...arms(run, width),
    ...reasons(run, width),
    ...attributions(run, width),
    ...triaged(run, width),
    ...changed(run, width),
    ...run.intents.flatMap((intent) => {
      const sentences = [stoppedSentence(intent), levelSentence(intent)].filter((one) => one !== undefined);
      return sentences.map((sentence) => oneLine(`${intent.intent}: ${sentence}`));
    }),
    ...(run.scorecard ? [...scorecardLines(run.scorecard, width), ""] : []),
    ...predictions(run, width),
    ...[...leftSentences(run), ...missingSentences(run), ...starvedSentences(run)].map(
      (sentence) => `! ${oneLine(sentence)}`,
    ),
    ...incidents(run, width),
    `${paint(`${outcomeSign[run.outcome]} ${run.outcome}`, run.outcome)}  ${oneLine(runSentence(run))}`,
    ...first(run, width),
    `report  ${oneLine(reportPath)}`,
    "",
  ].join("\n");
}

/** The trials of each intent together, treatment first; only where there is more than one arm. */
function arms({ intents }: RunDigest, width: number): readonly string[] {
  const lines = intents.flatMap((intent) => {
    const own = armLines(intent);
    if (new Set(own.map(({ arm }) => arm)).size < 2) return [];
    const labels = own.map(({ arm, count, of }) => (of === 1 ? arm : `${arm} ${count}/${of}`));
    const columns = Math.max(...labels.map(columnsOf)) + GAP;
    const texts = own.flatMap(({ says }, index) =>
      wrapped(says, width - 2 - columns).map(
        (line, at) => `  ${(at === 0 ? (labels[index] ?? "") : "").padEnd(columns)}${line}`,
      ),
    );
    return [oneLine(intent.intent), ...texts];
  });
  return lines.length === 0 ? [] : [...lines, ""];
}

/**
 * What decided against an intent, and why requests failed and samples saw nothing, for whoever wonders at the word in
 * the table.
 */
function reasons({ intents }: RunDigest, width: number): readonly string[] {
  const lines = intents.flatMap((intent) => {
    const against = intent.outcome === "pass" ? [] : [["because", intent.says] as const];
    const told = [...against, ...intentReasons(intent).map(({ about, says }) => [about, says] as const)];
    if (told.length === 0) return [];
    return [oneLine(intent.intent), ...told.flatMap(([about, says]) => hanging(about, oneLine(says), width))];
  });
  return lines.length === 0 ? [] : [...lines, ""];
}

/** Where everything belongs that did not pass. */
function triaged(run: RunDigest, width: number): readonly string[] {
  const lines = triageLines(run).map((line) => ({ word: line.word, text: `${line.intent} ${triageText(line)}` }));
  return lines.length === 0 ? [] : ["triage", ...worded(lines, width), ""];
}

/** What is other than in the runs before. */
function changed(run: RunDigest, width: number): readonly string[] {
  const model = changesModel(run);
  if (model === null) return [];
  const lines = model.lines.map(({ word, intent, says }) => ({ word, text: `${intent} ${says}` }));
  const held = wrapped(oneLine(model.says), width - 2).map((line) => `  ${line}`);
  return ["changed since the baseline", ...held, ...worded(lines, width), ""];
}

/** A word before each text, all texts below each other. */
function worded(lines: readonly { readonly word: string; readonly text: string }[], width: number): readonly string[] {
  const columns = Math.max(0, ...lines.map(({ word }) => word.length)) + GAP;
  return lines.flatMap(({ word, text }) =>
    wrapped(oneLine(text), width - 2 - columns).map((line, at) => `  ${(at === 0 ? word : "").padEnd(columns)}${line}`),
  );
}

/** What the healer's incidents came to: one line, as long as the terminal is wide enough. */
function predictions(run: RunDigest, width: number): readonly string[] {
  const text = runPredictions(run);
  return text === undefined ? [] : [...wrapped(`predictions: ${text}`, width), ""];
}

function incidents(run: RunDigest, width: number): readonly string[] {
  const text = incidentsText(run);
  return text === undefined ? [] : wrapped(oneLine(text), width - 2).map((line, at) => (at === 0 ? line : `  ${line}`));
}

/** What broke, what the loop did, what became of users. */
function first(run: RunDigest, width: number): readonly string[] {
  const text = firstSentenceText(run);
  return text === undefined ? [] : wrapped(oneLine(text), width);
}

/** Columns of the words before such lines. */
const ABOUT = "because".length + GAP;

function hanging(about: string, text: string, width: number): readonly string[] {
  return wrapped(text, width - 2 - ABOUT).map((line, index) => `  ${(index === 0 ? about : "").padEnd(ABOUT)}${line}`);
}

/** What led to each attribution, for whoever wonders at the word in the table. */
function attributions({ intents }: RunDigest, width: number): readonly string[] {
  const lines = intents.flatMap(({ intent, attribution, learning }) => {
    const { gain } = attribution ?? {};
    const texts = [
      ...(attribution === undefined ? [] : [`${attribution.verdict}: ${attribution.says}`]),
      ...(gain === undefined ? [] : [gain.says]),
      ...(learning === undefined ? [] : [`${learning.verdict}: ${learning.says}`]),
    ];
    if (texts.length === 0) return [];
    return [oneLine(intent), ...texts.flatMap((text) => wrapped(oneLine(text), width - 2).map((line) => `  ${line}`))];
  });
  return lines.length === 0 ? [] : [...lines, ""];
}

type Paint = (text: string, outcome: TrialOutcome) => string;

function rowOf(intent: IntentDigest): readonly string[] {
  return [
    intent.intent,
    `${outcomeSign[intent.outcome]} ${intent.outcome}`,
    headlineText(intent, "mttd"),
    headlineText(intent, "mttr"),
    pathwayText(intent),
    intent.attribution?.verdict ?? "–",
  ].map(oneLine);
}

function grid(
  run: RunDigest,
  rows: readonly (readonly string[])[],
  widths: readonly number[],
  paint: Paint,
): readonly string[] {
  const line = (cells: readonly string[], outcome?: TrialOutcome): string =>
    cells
      .map((cell, column) => {
        const padded = cell + " ".repeat((widths[column] ?? 0) - columnsOf(cell));
        return column === 1 && outcome ? paint(padded, outcome) : padded;
      })
      .join(" ".repeat(GAP))
      .trimEnd();
  return [
    line(HEADS),
    widths.map((columns) => "─".repeat(columns)).join(" ".repeat(GAP)),
    ...rows.map((row, index) => line(row, run.intents[index]?.outcome)),
  ];
}

function blocks(run: RunDigest, rows: readonly (readonly string[])[], paint: Paint): readonly string[] {
  const labelWidth = Math.max(...HEADS.slice(1).map(columnsOf));
  return rows.flatMap((row, index) => {
    const outcome = run.intents[index]?.outcome ?? "inconclusive";
    const fields = HEADS.slice(1).map((head, field) => {
      const value = row[field + 1] ?? "";
      return `  ${head.padEnd(labelWidth)}  ${field === 0 ? paint(value, outcome) : value}`;
    });
    return [...(index > 0 ? [""] : []), row[0] ?? "", ...fields];
  });
}
