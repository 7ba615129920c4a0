import { expect, test } from "vitest";
import { tallyOf, withAttempts } from "../../../../../../targets/reference-ai-stack/healer/learning/experience.ts";

const KIND = "index-damaged@vector";

test("what was tried is counted by kind of incident, pathway and way", () => {
  const burnt = withAttempts({ remedies: {} }, KIND, [{ way: "restore-index/peer", healed: false }]);
  const twice = [1, 2].map(() => ({ way: "restore-index/peer", healed: true }));
  const mended = withAttempts(burnt, KIND, twice);
  expect(tallyOf(mended, KIND, "restore-index", "peer")).toEqual({ healed: 2, failed: 1 });
  expect(tallyOf(mended, KIND, "restore-index", "snapshot")).toEqual({ healed: 0, failed: 0 });
  expect(tallyOf(mended, "index-damaged@other", "restore-index", "peer")).toEqual({ healed: 0, failed: 0 });
});
