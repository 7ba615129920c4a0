import { expect, it } from "vitest";
import { createChangeLog } from "../../../../../targets/reference-ai-stack/supervisor/changes.ts";

it("keeps a change of weights for each replica, and no more than the last 200", () => {
  const changes = createChangeLog();
  const asked = { at: "2030-01-01T00:00:00Z", by: "operator" };
  changes.note("set-weights", { weights: { "inference-1": 0, "inference-2": 1 } }, asked);
  expect(changes.list().map(({ what, replica }) => [what, replica])).toEqual([
    ["set-weights inference-1 to 0", "inference-1"],
    ["set-weights inference-2 to 1", "inference-2"],
  ]);
  for (let n = 0; n < 300; n += 1) changes.note("pause", {}, asked);
  expect(changes.list()).toHaveLength(200);
  expect(changes.list()[0]).toEqual({ ...asked, what: "pause" });
});
