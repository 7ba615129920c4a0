import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { DEFECTS, defectNamed } from "../../../../../targets/reference-ai-stack/sabotage/table.ts";

const stack = resolve(import.meta.dirname, "../../../../../targets/reference-ai-stack");
/** What the defects share; every other file of the folder is a defect. */
const shared = ["after-drain", "defect", "false-suspicion", "hand-with", "instead-of", "page-with", "table"];

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
}

/** Files of the stack outside sabotage/ that name a file in it, and how. */
function doors(pattern: RegExp): string[] {
  return filesOf(stack)
    .filter((name) => !name.startsWith("sabotage/"))
    .filter((name) =>
      [...readFileSync(join(stack, name), "utf8").matchAll(pattern)].some(([, to = ""]) =>
        relative(stack, resolve(stack, dirname(name), to)).startsWith("sabotage"),
      ),
    )
    .sort();
}

describe("the planted defects", () => {
  it("are at least twelve, one file each, under the file's name", () => {
    const files = filesOf(join(stack, "sabotage")).map((name) => name.replace(".ts", ""));
    expect(DEFECTS.length).toBeGreaterThanOrEqual(12);
    expect(DEFECTS.map(({ name }) => name).sort()).toEqual(files.filter((name) => !shared.includes(name)).sort());
  });

  it("each wrap something", () => {
    for (const { name, healer, gateway, inference, restore, rebuild } of DEFECTS) {
      expect(
        [healer, gateway, inference, restore, rebuild].some((wrapper) => wrapper !== undefined),
        name,
      ).toBe(true);
    }
  });

  it("are found by name, and a name that is not known is refused with all that are", () => {
    expect(defectNamed("detection-never").name).toBe("detection-never");
    expect(() => defectNamed("detection-neverr")).toThrow(/"detection-neverr"; expected one of .*detection-never,/);
    expect(() => defectNamed("")).toThrow(/expected one of/);
  });

  it("have no door but a dynamic import in five entry points", () => {
    expect(doors(/\bfrom\s*["']([^"']+)["']/g)).toEqual([]);
    expect(doors(/\bimport\(\s*["']([^"']+)["']/g)).toEqual([
      "gateway/main.ts",
      "healer/main.ts",
      "inference/main.ts",
      "supervisor/main.ts",
      "supervisor/restore/main.ts",
    ]);
  });
});
