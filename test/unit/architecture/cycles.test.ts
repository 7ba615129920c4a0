// A file that needs itself by way of others cannot be read alone. Types count too: what they circle around is one thing
// in several files.

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const src = join(import.meta.dirname, "../../../src");

type Imports = ReadonlyMap<string, readonly string[]>;

function importsOf(folder: string): Imports {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  return new Map(
    files.map((file) => {
      const code = readFileSync(join(folder, file), "utf8");
      const own = [...code.matchAll(/^(?:import|export)\b[^;]*?from "(\.[^"]+)";/gm)].map(([, path = ""]) => path);
      return [file, own.map((path) => relative(folder, resolve(folder, dirname(file), path)))];
    }),
  );
}

/** Groups of files that each reach every other of their group (Tarjan 1972). */
function cyclesOf(imports: Imports): string[][] {
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const open: string[] = [];
  const cycles: string[][] = [];
  const lowOf = (file: string): number => low.get(file) ?? Infinity;
  const visit = (file: string): void => {
    order.set(file, order.size);
    low.set(file, order.size - 1);
    open.push(file);
    for (const next of imports.get(file) ?? []) {
      if (!order.has(next)) visit(next);
      if (open.includes(next)) low.set(file, Math.min(lowOf(file), lowOf(next)));
    }
    if (lowOf(file) !== order.get(file)) return;
    const group = open.splice(open.indexOf(file));
    if (group.length > 1 || (imports.get(file) ?? []).includes(file)) cycles.push(group.toSorted());
  };
  for (const file of imports.keys()) if (!order.has(file)) visit(file);
  return cycles;
}

/**
 * Circles of types that there are still, by room: a file may leave one, and none may join. The phases of a trial share
 * its state, which stands beside what runs them.
 */
const known = ([] as string[]).map((line) => {
  const [room = "", files = ""] = line.split(": ");
  return files.split(" ").map((file) => `${room}/${file}.ts`);
});

describe("imports", () => {
  it("run in no circle, types included, but for those that are known", () => {
    const imports = importsOf(src);
    expect(imports.size).toBeGreaterThan(300);
    expect([...imports.values()].flat().length).toBeGreaterThan(1000);
    const unknown = cyclesOf(imports).filter(
      (cycle) => !known.some((one) => cycle.every((file) => one.includes(file))),
    );
    expect(unknown).toEqual([]);
  });

  it("are found where they do", () => {
    const circle: Imports = new Map([
      ["a.ts", ["b.ts", "d.ts"]],
      ["b.ts", ["c.ts"]],
      ["c.ts", ["a.ts"]],
      ["d.ts", ["d.ts"]],
      ["e.ts", ["a.ts"]],
    ]);
    expect(cyclesOf(circle)).toEqual([["d.ts"], ["a.ts", "b.ts", "c.ts"]]);
  });
});
