// Problems of intent and target files as SARIF 2.1.0 (OASIS), for code scanning and editors.

import type { Log, Result } from "sarif";
import type { Problem } from "../core/errors.ts";
import { oneLine } from "./text.ts";

const rules = {
  intent: "An intent file must say what Rebound can carry out and judge.",
  target: "A target file must say how the stack is started, watched and spared.",
} as const;

/** `version` is Rebound's own. Columns count UTF-16 units from 1, as everywhere in its messages. */
export function renderSarif(problems: readonly Problem[], version: string): string {
  const log: Log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "Rebound",
            version,
            rules: Object.entries(rules).map(([id, text]) => ({ id, shortDescription: { text } })),
          },
        },
        columnKind: "utf16CodeUnits",
        results: problems.map(resultOf),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function resultOf({ place, found, expected, suggestion }: Problem): Result {
  const hint = suggestion === undefined ? "" : `; ${suggestion}`;
  const isTarget = place !== undefined && /(?:^|[\\/])target\.yaml$/.test(place.file);
  return {
    ruleId: isTarget ? "target" : "intent",
    ruleIndex: isTarget ? 1 : 0,
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
