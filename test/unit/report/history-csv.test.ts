import { expect, it } from "vitest";
import { csvLines } from "../../../src/report/history-csv.ts";
import { historyRow } from "../../builders/history-rows.ts";

it("rows are written as RFC 4180 has it, with names first and nothing that a spreadsheet would reckon", () => {
  const row = historyRow({ intent: '=1+"2",x', settings: { engine: "chroma" }, suite: null, against: ["a", "b"] });
  const [head = "", line = ""] = [...csvLines([row])];
  const names = head.trim().split(",");
  expect(line.endsWith("\r\n")).toBe(true);
  expect(line).toContain(`"'=1+""2"",x"`);
  const cells = line
    .trim()
    .replace(/"(?:[^"]|"")*"/g, "quoted")
    .split(",");
  expect(cells).toHaveLength(names.length);
  const cell = (name: string): string | undefined => cells[names.indexOf(name)];
  expect(["suite", "settings", "mttr_ms", "mttr_hi_ms", "ttm_ms", "against"].map(cell)).toEqual([
    "",
    "engine=chroma",
    "6000",
    "6500",
    "",
    "a b",
  ]);
});
