// Problems of intent and target files as SARIF 2.1.0 (OASIS), for code scanning and editors.

import type { Log, ReportingDescriptor, Result } from "sarif";
import type { Problem } from "../core/errors.ts";
import { problemTable, type ProblemCode } from "../core/problems/index.ts";
import { oneLine } from "./text.ts";

/** For what has no code: problems of other files, beside which a file is told. */
const otherRules = {
  intent: "An intent file must say what Rebound can carry out and judge.",
  target: "A target file must say how the stack is started, watched and spared.",
} as const;

/** `version` is Rebound's own. Columns count UTF-16 units from 1, as everywhere in its messages. */
export function renderSarif(problems: readonly Problem[], version: string): string {
  const used = [...new Set(problems.map(ruleOf))].toSorted((a, b) => a.localeCompare(b));
  const log: Log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "Rebound",
            version,
            rules: used.map(describedRule),
          },
        },
        columnKind: "utf16CodeUnits",
        results: problems.map((problem) => resultOf(problem, used)),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

type RuleId = ProblemCode | keyof typeof otherRules;

function ruleOf({ code, place }: Problem): RuleId {
  if (code !== undefined) return code;
  return place !== undefined && /(?:^|[\\/])target\.yaml$/.test(place.file) ? "target" : "intent";
}

function describedRule(id: RuleId): ReportingDescriptor {
  if (id === "intent" || id === "target") return { id, shortDescription: { text: otherRules[id] } };
  const { title = "", means = "", why = "", todo = "" } = problemTable.get(id) ?? {};
  return {
    id,
    shortDescription: { text: title },
    fullDescription: { text: `${means} ${why}` },
    help: { text: `${todo} More: rebound explain ${id}` },
  };
}

function resultOf(problem: Problem, used: readonly RuleId[]): Result {
  const { place, found, expected, suggestion } = problem;
  const rule = ruleOf(problem);
  const hint = suggestion === undefined ? "" : `; ${suggestion}`;
  return {
    ruleId: rule,
    ruleIndex: used.indexOf(rule),
    level: "error",
    message: { text: oneLine(`${found}; expected ${expected}${hint}`) },
    ...(place && {
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: uriOf(place.file) },
            region: { startLine: place.line, startColumn: place.column },
          },
        },
      ],
    }),
  };
}

/** A relative path stays relative to where lint ran; each part is escaped. */
function uriOf(file: string): string {
  const path = file.replaceAll("\\", "/").split("/").map(encodeURIComponent).join("/");
  return path.startsWith("/") ? `file://${path}` : path;
}
