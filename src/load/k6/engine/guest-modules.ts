// The modules that scripts import from k6: our own, which run inside the engine. Compiled like everything else; where
// this file runs from its source, their types are stripped now.

import { readFile } from "node:fs/promises";
import { stripped } from "../script/strip.ts";

const names = ["host", "tags", "cookies", "k6", "response", "http", "data", "metrics", "run"] as const;

/** What scripts call them. */
const called: ReadonlyMap<string, (typeof names)[number]> = new Map([
  ["k6", "k6"],
  ["k6/http", "http"],
  ["k6/data", "data"],
  ["k6/metrics", "metrics"],
]);

/** JavaScript by the name of its module. */
export type Sources = ReadonlyMap<string, string>;

let sources: Promise<Sources> | undefined;

/** Read once. */
export function guestModules(): Promise<Sources> {
  sources ??= Promise.all(names.map(async (name) => [`guest/${name}`, await codeOf(name)] as const)).then(
    (read) => new Map(read),
  );
  return sources;
}

async function codeOf(name: string): Promise<string> {
  const isSource = import.meta.url.endsWith(".ts");
  const url = new URL(`../guest/${name}.${isSource ? "ts" : "js"}`, import.meta.url);
  const text = await readFile(url, "utf8");
  return isSource ? stripped(text, `${name}.ts`).code : text;
}

/** The module that `specifier` means in the module `from`; undefined when it is none of ours. */
export function guestModuleNamed(specifier: string, from: string): string | undefined {
  if (from.startsWith("guest/") || from === "") {
    const name = /^(?:\.\/|guest\/)([a-z0-9]+)(?:\.[jt]s)?$/.exec(specifier)?.[1];
    if (name !== undefined) return `guest/${name}`;
  }
  const name = called.get(specifier);
  return name === undefined ? undefined : `guest/${name}`;
}
