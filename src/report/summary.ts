// summary.md: the run in a few lines for a pull request, a chat message or a build's front page.

import type { IntentDigest, RunDigest } from "../core/digest.ts";
import { armLines } from "./arm-lines.ts";
import { changesModel } from "./changes-model.ts";
import { starvedSentences } from "./environment-text.ts";
import { summaryText } from "./figures.ts";
import { firstSentenceText } from "./first-sentence.ts";
import { incidentsText } from "./incidents-model.ts";
import { runPredictions } from "./prediction-text.ts";
import { intentReasons } from "./reasons.ts";
import { scorecardMarkdown } from "./scorecard-text.ts";
import { escapeMarkdown } from "./text.ts";
import { triageLines, triageText } from "./triage-model.ts";
import { leftSentences, missingSentences, outcomeSign, runSentence, stoppedSentence } from "./words.ts";
import { pathwayText } from "./wrong-choice.ts";

/** The run as Markdown: outcome, what is missing, one table, and the findings that were not met. */
export function renderSummary(run: RunDigest): string {
  const name = run.suite === null ? run.runId : `${run.suite} – ${run.runId}`;
  const lines = [
    `# Rebound: ${run.outcome} – ${escapeMarkdown(name)}`,
    "",
    ...[firstSentenceText(run)].flatMap((text) => (text === undefined ? [] : [escapeMarkdown(text), ""])),
    escapeMarkdown(runSentence(run)),
    ...incidents(run),
    ...leftSentences(run).map((sentence) => `\n> **Left behind:** ${escapeMarkdown(sentence)}`),
    ...starvedSentences(run).map((sentence) => `\n> ${escapeMarkdown(sentence)}`),
    ...missingSentences(run).map((sentence) => `\n> **Missing:** ${escapeMarkdown(sentence)}`),
    "",
    ...table(run),
    ...arms(run),
    ...reasons(run),
    ...triaged(run),
    ...changed(run),
    ...attributed(run),
    ...honesty(run),
    ...(run.scorecard ? scorecardMarkdown(run.scorecard) : []),
    ...[runPredictions(run)].flatMap((says) =>
      says === undefined ? [] : [`Predictions: ${escapeMarkdown(says)}.`, ""],
    ),
    ...run.intents.flatMap(stoppedLines),
    ...run.intents.filter((intent) => intent.outcome !== "pass").flatMap(explained),
    `Started ${escapeMarkdown(run.startedAt)}, seed ${run.seed}, ${run.machine.cores} cores, Node ${escapeMarkdown(run.machine.node)}, rebound ${escapeMarkdown(run.harness.version)}.`,
    "",
  ];
  return lines.join("\n");
}

/** By how much each loop's own figures differ from ours. */
function honesty({ intents }: RunDigest): readonly string[] {
  const lines = intents.flatMap(({ intent, honesty: summary }) =>
    summary === undefined ? [] : [`- Honesty of the loop, ${escapeMarkdown(intent)}: ${escapeMarkdown(summary.says)}`],
  );
  return lines.length === 0 ? [] : [...lines, ""];
}

function table(run: RunDigest): readonly string[] {
  if (run.intents.length === 0) return [];
  return [
    "| intent | verdict | MTTD (t2 − t0) | MTTR (t6 − t0) | TTM (t5 − t1) | pathway | attribution |",
    "| --- | --- | --- | --- | --- | --- | --- |",
    ...run.intents.map((intent) => `| ${cells(intent).join(" | ")} |`),
    "",
  ];
}

/** The trials of each intent together, treatment first; only where there is more than one arm. */
function arms({ intents }: RunDigest): readonly string[] {
  const lines = intents.flatMap((intent) => {
    const own = armLines(intent);
    if (new Set(own.map(({ arm }) => arm)).size < 2) return [];
    const texts = own.map(({ arm, count, of, says }) => `${of === 1 ? arm : `${arm} ${count}/${of}`} ${says}`);
    return [`- **${escapeMarkdown(intent.intent)}, trials:** ${texts.map(escapeMarkdown).join("; ")}`];
  });
  return lines.length === 0 ? [] : [...lines, ""];
}

/** Where everything belongs that did not pass. */
function triaged(run: RunDigest): readonly string[] {
  const lines = triageLines(run).map(
    (line) => `- **${line.word}:** ${escapeMarkdown(`${line.intent} ${triageText(line)}`)}`,
  );
  return lines.length === 0 ? [] : [...lines, ""];
}

/** What is other than in the runs before. */
function changed(run: RunDigest): readonly string[] {
  const model = changesModel(run);
  if (model === null) return [];
  const lines = model.lines.map(
    ({ word, intent, says }) => `- **${word}:** ${escapeMarkdown(intent)}: ${escapeMarkdown(says)}`,
  );
  return ["## Changed since the baseline", "", escapeMarkdown(model.says), "", ...lines, ""];
}

function attributed({ intents }: RunDigest): readonly string[] {
  const lines = intents.flatMap(({ intent, attribution, learning }) => {
    const line = ({ verdict, says }: { readonly verdict: string; readonly says: string }): string =>
      `- **${escapeMarkdown(intent)}, ${verdict}:** ${escapeMarkdown(says)}.`;
    const { gain } = attribution ?? {};
    const more = gain === undefined ? "" : ` The healer's ${escapeMarkdown(gain.says)}.`;
    return [
      ...(attribution === undefined ? [] : [`${line(attribution)}${more}`]),
      ...(learning === undefined ? [] : [line(learning)]),
    ];
  });
  return lines.length === 0 ? [] : [...lines, ""];
}

/** What the healer's incidents came to. */
function incidents(run: RunDigest): readonly string[] {
  const text = incidentsText(run);
  return text === undefined ? [] : ["", escapeMarkdown(text)];
}

/** Why requests failed and samples saw nothing. */
function reasons({ intents }: RunDigest): readonly string[] {
  const lines = intents.flatMap((intent) =>
    intentReasons(intent).map(
      ({ about, says }) => `- **${escapeMarkdown(intent.intent)}, ${about}:** ${escapeMarkdown(says)}`,
    ),
  );
  return lines.length === 0 ? [] : [...lines, ""];
}

function cells(intent: IntentDigest): readonly string[] {
  return [
    escapeMarkdown(intent.intent),
    `${outcomeSign[intent.outcome]} ${intent.outcome}`,
    escapeMarkdown(summaryText(intent.mttd)),
    escapeMarkdown(summaryText(intent.mttr)),
    escapeMarkdown(summaryText(intent.ttm)),
    escapeMarkdown(pathwayText(intent)),
    intent.attribution?.verdict ?? "–",
  ];
}

function stoppedLines(intent: IntentDigest): readonly string[] {
  const sentence = stoppedSentence(intent);
  return sentence === undefined ? [] : [escapeMarkdown(`${intent.intent}: ${sentence}`), ""];
}

function explained(intent: IntentDigest): readonly string[] {
  const findings = intent.trials.flatMap((trial) =>
    trial.verdict.findings
      .filter((finding) => finding.outcome !== "pass")
      .map(
        (finding) =>
          `- **${trial.plan.arm}-${trial.plan.index}, ${escapeMarkdown(finding.rule)}:** ${finding.outcome}. ${escapeMarkdown(finding.says)}`,
      ),
  );
  return [
    `## ${escapeMarkdown(intent.intent)}: ${intent.outcome}`,
    "",
    `Believed: ${escapeMarkdown(intent.belief)}`,
    "",
    `Seen: ${escapeMarkdown(intent.says)}`,
    "",
    ...(findings.length > 0 ? [...findings, ""] : []),
  ];
}
