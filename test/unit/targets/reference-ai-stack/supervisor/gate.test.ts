import { expect, it } from "vitest";
import { createGate } from "../../../../../targets/reference-ai-stack/supervisor/gate.ts";

it("writes sixty attempts a minute one by one, and of the others how many there were", async () => {
  let now = 0;
  const records: Readonly<Record<string, unknown>>[] = [];
  const gate = createGate({
    people: [],
    healerToken: "healer",
    audit: async (one) => void records.push(one),
    now: () => now,
  });
  for (let n = 0; n < 1000; n += 1) gate.turnedAway({ principal: "nobody", where: "POST /x", why: "no token" });
  expect(records).toHaveLength(60);
  now = 61_000;
  gate.turnedAway({ principal: "nobody", where: "POST /x", why: "no token" });
  expect(records.map(({ why }) => why).slice(60)).toEqual(["940 further attempts were not written down", "no token"]);
});
