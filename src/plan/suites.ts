// A suite is nothing but a tag: all intents that carry it.

import type { Intent } from "../core/intent.ts";

/** The intents with this tag, by id; none when nobody carries it. */
export function selectSuite(intents: readonly Intent[], suite: string): Intent[] {
  return intents.filter(({ tags }) => tags.includes(suite)).toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

/** Every tag that is used, in alphabetical order. */
export function suiteNames(intents: readonly Intent[]): string[] {
  return [...new Set(intents.flatMap(({ tags }) => tags))].toSorted();
}
