// One slip, one problem: finds the issues that are only echoes of another one, and says at that one what was meant.

import { nearest } from "../core/nearest.ts";
import type { DataPath } from "./yaml-nodes.ts";

/** An issue as far as it matters here. */
export interface ReportedIssue {
  readonly path: DataPath;
  /** Keys of the map at `path` that are not known there. */
  readonly unknownKeys: readonly string[];
  /** Nothing stands at `path`, though something must: the key is not there, or stands there with nothing after it. */
  readonly lacks?: "key" | "value";
}

/** What is told instead of the echoes. */
export interface FollowUps {
  /** Is the issue at this path (of this key that is not known, if any) an echo of another one? */
  isEcho(path: DataPath, unknownKey?: string): boolean;
  /** What to do about an issue at this path (of this key that is not known, if any). */
  adviceFor(path: DataPath, unknownKey?: string): string | undefined;
}

/**
 * Looks for names that were misspelt, and for lines that were indented too little or too much. `keysAt`: the known keys
 * there.
 */
export function followUpsOf(
  issues: readonly ReportedIssue[],
  keysAt: (path: DataPath) => readonly string[],
): FollowUps {
  const echoes = new Set<string>();
  const advice = new Map<string, string>();
  const missing = issues.filter(({ lacks }) => lacks === "key").map(({ path }) => path);
  const empty = issues.filter(({ lacks }) => lacks === "value").map(({ path }) => path);
  for (const { path, unknownKeys } of issues) {
    const known = keysAt(path);
    for (const key of unknownKeys) {
      const near = nearest(key, known);
      if (near !== undefined) echoes.add(id([...path, near]));
      const owner = empty.find((above) => isOutsideOf(path, above) && takes(keysAt(above), key, near));
      const meant = missing.find((place) => place.at(-1) === key && id(place) !== id([...path, key]));
      const below = known.find((sibling) => keysAt([...path, sibling]).includes(key));
      if (owner) {
        echoes.add(id(path, key));
        advice.set(id(owner), "indent what belongs to it");
      } else if (meant) {
        echoes.add(id(meant));
        advice.set(id(path, key), adviceOf(meant.at(-2)));
        // What was below it slid away with it.
        for (const other of unknownKeys) if (keysAt(meant).includes(other)) echoes.add(id(path, other));
      } else if (near === undefined && below !== undefined) advice.set(id(path, key), adviceOf(below));
    }
  }
  return {
    isEcho: (path, unknownKey) => echoes.has(id(path, unknownKey)),
    adviceFor: (path, unknownKey) => advice.get(id(path, unknownKey)),
  };
}

/** Is the map at `path` around what lies at `place`? */
function isOutsideOf(path: DataPath, place: DataPath): boolean {
  return path.length < place.length && path.every((key, index) => key === place[index]);
}

/** May an empty map be the owner of this key? One that takes any name takes what is near to nothing else. */
function takes(keys: readonly string[], key: string, near: string | undefined): boolean {
  return keys.length === 0 ? near === undefined : keys.includes(key);
}

function adviceOf(parent: string | number | undefined): string {
  const where = parent === undefined ? "stands at the left margin" : `belongs under "${parent}"`;
  return `it ${where}: check the indentation`;
}

function id(path: DataPath, unknownKey?: string): string {
  return JSON.stringify(unknownKey === undefined ? path : [...path, { unknownKey }]);
}
