// Where a key may be named: in headers that Rebound itself sends, and in the environment of the stack's own commands.
// Everything else is written down somewhere: URLs in logs, bodies in plans, the way back in the undo log.

import { keysIn } from "../core/keys.ts";
import type { DataPath } from "../language/yaml-nodes.ts";
import { variableWords } from "./schema-pieces.ts";
import type { TargetDraft } from "./target-names.ts";
import { textsIn } from "./target-traffic.ts";

/** Headers of our questions, and the environment of commands. */
function isAllowed(path: DataPath): boolean {
  const [top, , ...rest] = path;
  if (top === "start" || top === "prepare") return path[1] === "env";
  if (top === "ablate") return rest[0] === "env";
  if (top === "documents") return rest[0] === "headers";
  if (top === "feed") return path[1] === "headers" || path[1] === "token";
  if (top === "services") return rest[0] === "health" && rest[1] === "headers";
  if (top === "probes") return rest[0] === "headers" || rest[0] === "env";
  if (top !== "traffic") return false;
  const inStream = typeof path[1] === "number" ? rest : path.slice(1);
  // session, group, keys; or session, group, steps, step, headers.
  if (inStream[0] === "session") return inStream[2] === "keys" || inStream[4] === "headers";
  return inStream[0] === "headers";
}

/** Checks every `{env:NAME}` of a target. */
export function checkKeys(draft: TargetDraft): void {
  for (const [path, text] of textsIn(draft.file, [])) {
    for (const name of keysIn(text)) {
      if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
        draft.report(path, { code: "RB1011", found: `{env:${name}}`, expected: variableWords });
      } else if (!isAllowed(path)) {
        const expected =
          "keys in headers and in session keys of traffic, in headers of probes, health, documents and feed, in env of probes, in feed.token, or in start.env and prepare.env";
        draft.report(path, { code: "RB1011", found: `the key {env:${name}} where it would be written down`, expected });
      }
    }
  }
}
