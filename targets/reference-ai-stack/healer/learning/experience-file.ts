// Experience on disk: one JSON file, replaced as a whole, so that a healer that starts again knows what the last one
// learned.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { NO_EXPERIENCE } from "./experience.ts";
import type { Experience } from "./experience.ts";

export interface Memory {
  read(): Experience;
  /** Changes what is known and keeps it. Throws when the disk refuses; what is known has changed even then. */
  learn(change: (before: Experience) => Experience): void;
}

/**
 * Memory over a file. One that is missing or unreadable means no experience: knowing nothing is safe, refusing to start
 * is not.
 */
export function openMemory(file: string): Memory {
  let known = load(file);
  return {
    read: () => known,
    learn(change) {
      known = change(known);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(`${file}.new`, `${JSON.stringify(known, null, 2)}\n`);
      renameSync(`${file}.new`, file);
    },
  };
}

function load(file: string): Experience {
  try {
    const value: unknown = JSON.parse(readFileSync(file, "utf8"));
    return isExperience(value) ? value : NO_EXPERIENCE;
  } catch {
    return NO_EXPERIENCE;
  }
}

function isExperience(value: unknown): value is Experience {
  if (typeof value !== "object" || value === null) return false;
  const { remedies, suspicions } = value as Record<string, unknown>;
  return isRecord(remedies) && isRecord(suspicions);
}

function isRecord(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
