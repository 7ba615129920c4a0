// The scripted operator: what a person who is on call does when the healer asks for approval, as an intent writes it.

import type { OperatorScript } from "../records/plan.ts";
import { formatDuration, parseDuration } from "./duration.ts";

/** What a script looks like; also the pattern in the JSON Schema. */
export const operatorPattern =
  /^(?:absent|(?:approve|deny)(?: +after +\d+(?:\.\d+)? ?(?:ms|s|m))?(?: +by +[1-9]\d?)?)$/;

/** How a script is asked for. */
export const operatorWords =
  "`approve`, `deny` or `absent`, such as `approve after 5 s`, `deny after 2s`, `approve by 2`";

/** `approve after 5 s by 2` → what it means; undefined when it is no script. One without a time answers at once. */
export function parseOperator(text: string): OperatorScript | undefined {
  if (!operatorPattern.test(text)) return undefined;
  if (text === "absent") return { does: "absent" };
  const after = / after +([\d.]+) ?([a-z]+)/.exec(text);
  const afterMs = after === null ? 0 : parseDuration(`${after[1] ?? ""}${after[2] ?? ""}`);
  if (afterMs === undefined) return undefined;
  const people = Number(/ by +(\d+)/.exec(text)?.[1] ?? 1);
  return { does: text.startsWith("deny") ? "deny" : "approve", afterMs, people };
}

/** `approves after 5s`, for plans and reports. */
export function operatorText(script: OperatorScript): string {
  if (script.does === "absent") return "is absent: nobody answers";
  const { does, afterMs, people } = script;
  const verb = does === "approve" ? "approves" : "denies";
  const time = afterMs === 0 ? "at once" : `${formatDuration(afterMs)} after being asked`;
  return people === 1 ? `${verb} ${time}` : `${verb} ${time}, ${people} people one after the other`;
}
