import { expect, it } from "vitest";
import { createLimits } from "../../../../../../targets/reference-ai-stack/gateway/access/limits.ts";

it("takes the first request of each user at any instant, and twice as many at once as a second may have", () => {
  for (let n = 0; n < 1000; n += 1) {
    const limits = createLimits(() => 40_000.123 + n * 0.789);
    expect(limits.take("ann", 0.01)).toBe(0);
    expect(limits.take("ann", 0.01)).toBeGreaterThan(99_999);
  }
  const limits = createLimits(() => 0.1);
  expect(Array.from({ length: 9 }, () => limits.take("bob", 4)).filter((waitMs) => waitMs === 0)).toHaveLength(8);
});
