import { expect, it } from "vitest";
import { createLimits } from "../../../../../../targets/reference-ai-stack/gateway/access/limits.ts";

it("lets a user ask two seconds' worth at once, then at the rate, and says when; others are not held back", () => {
  const clock = { ms: 0 };
  const limits = createLimits(() => clock.ms);
  const takes = (user: string, count: number) => Array.from({ length: count }, () => limits.take(user, 10));
  expect(takes("ann", 21)).toEqual([...Array.from({ length: 20 }, () => 0), 100]);
  expect(limits.take("bob", 10)).toBe(0);
  clock.ms += 99;
  expect(limits.take("ann", 10)).toBe(1);
  clock.ms += 1;
  expect(takes("ann", 2)).toEqual([0, 100]);
});
