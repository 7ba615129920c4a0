// Looks at folders that belong to others: what is gone, or cannot be looked at, is not there.
import { readdirSync, readFileSync, statSync, type Dirent, type Stats } from "node:fs";

export function entriesIn(folder: string, recursive = false): readonly Dirent[] {
  return ifThere(() => readdirSync(folder, { withFileTypes: true, recursive })) ?? [];
}

export function statIfThere(file: string): Stats | undefined {
  return ifThere(() => statSync(file));
}

export function readIfThere(file: string): Buffer | undefined {
  return ifThere(() => readFileSync(file));
}

/** Why it cannot be looked at; undefined: it can, or it is not there. */
export function troubleIn(folder: string): string | undefined {
  try {
    readdirSync(folder);
    return undefined;
  } catch (error) {
    return isAbsent(error) ? undefined : (error as Error).message;
  }
}

export function isAbsent(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "ENOENT";
}

function ifThere<Found>(look: () => Found): Found | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
