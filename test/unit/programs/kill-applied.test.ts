// What the kill test shows of a fault that the target cannot take: nothing, and it says so.
import { expect, test } from "vitest";
import { neverApplied } from "../../programs/kill/applied.js";

const round = (name: string, phase: string, said: string): Parameters<typeof neverApplied>[0][number] => ({
  plan: { fault: { name }, moment: { phase } },
  said,
});

test("a fault that was refused in every round is named, with each that another round had in place spared", () => {
  const results = [
    round("index.refused", "after", "… inject … refused"),
    round("index.refused", "baseline", "… baseline"),
    round("process.kill", "observe", "… inject … ended"),
    round("process.kill", "revert", "… inject  observe  revert …"),
  ];
  expect(neverApplied(results)).toEqual(["index.refused"]);
});

test("a fault all of whose rounds are struck before it is in place is not blamed", () => {
  expect(neverApplied([round("process.kill", "inject", "… inject "), round("process.pause", "boot", "")])).toEqual([]);
});
