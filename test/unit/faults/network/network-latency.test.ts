import { expect, test } from "vitest";
import type { EdgeControl, Site, ToxicSpec } from "../../../../src/core/controls.ts";
import { networkLatency } from "../../../../src/faults/network/network-latency.ts";

const signal = new AbortController().signal;

/** An edge whose round trips grow by what `effect` makes of a toxic. */
function siteWith(
  effect: (toxic: ToxicSpec) => number,
  present: readonly string[] = [],
): { site: Site; toxics: Map<string, number> } {
  const toxics = new Map(present.map((name) => [name, 0]));
  const edge: EdgeControl = {
    addToxic: async (toxic) => void toxics.set(toxic.name, effect(toxic)),
    removeToxic: async (name) => toxics.delete(name),
    toxicNames: async () => [...toxics.keys()],
    roundTripMs: async () => 2 + [...toxics.values()].reduce((sum, ms) => sum + ms, 0),
  };
  return {
    site: { service: "s", replica: "s-1", edgeFrom: "g", seed: 9, undoDir: "/nowhere", controls: { edge } },
    toxics,
  };
}

const undo = { toxic: "latency-9", present: [] };
const latencyOf = (toxic: ToxicSpec): number => toxic.attributes["latency"] ?? 0;

test("is confirmed when round trips through the edge took at least 0.8 of the latency longer", async () => {
  const { site } = siteWith((toxic) => latencyOf(toxic) * 0.81);
  const evidence = await networkLatency.apply({ latency: 400, jitter: 0 }, undo, site, signal);
  expect(evidence.confirmed).toBe(true);
  expect(evidence.seen).toBe("2.0 ms before, 326.0 ms after (fastest of 5)");
});

test("is not confirmed when the proxy took the toxic and did nothing", async () => {
  const { site } = siteWith((toxic) => latencyOf(toxic) * 0.79);
  expect(await networkLatency.apply({ latency: 400, jitter: 0 }, undo, site, signal)).toEqual({
    confirmed: false,
    expected: "fastest round trip through the edge at least 320 ms longer",
    seen: "2.0 ms before, 318.0 ms after (fastest of 5)",
  });
});

test("adds exactly the toxic that the undo names, and none over one that came in between", async () => {
  const first = siteWith(latencyOf);
  await networkLatency.apply({ latency: 400, jitter: 0 }, { toxic: "chosen", present: [] }, first.site, signal);
  expect([...first.toxics.keys()]).toEqual(["chosen"]);
  const second = siteWith(latencyOf, ["latency-9"]);
  const apply = networkLatency.apply({ latency: 400, jitter: 0 }, undo, second.site, signal);
  await expect(apply).rejects.toThrow("the edge has a toxic latency-9 by now");
  expect(second.toxics.get("latency-9")).toBe(0);
});

test("is not confirmed by a machine so busy that most, but not all, round trips became slow", async () => {
  let asked = 0;
  const { site } = siteWith(() => 0);
  const edge = site.controls.edge;
  if (edge === undefined) throw new Error("no edge");
  const busy = { ...edge, roundTripMs: async () => ((asked += 1) > 5 && asked !== 8 ? 900 : 2) };
  const evidence = await networkLatency.apply(
    { latency: 400, jitter: 0 },
    undo,
    { ...site, controls: { edge: busy } },
    signal,
  );
  expect(evidence.confirmed).toBe(false);
});

test("leaves a toxic of somebody else alone, even one of the name it would have taken", async () => {
  const { site, toxics } = siteWith(latencyOf, ["latency-9"]);
  const prepared = await networkLatency.prepare({ latency: 400, jitter: 0 }, site);
  await networkLatency.apply({ latency: 400, jitter: 0 }, prepared, site, signal);
  expect([...toxics.keys()]).toEqual(["latency-9", "latency-9x"]);
  await networkLatency.revert(prepared, site, signal);
  expect([...toxics.keys()]).toEqual(["latency-9"]);
});

/** Round trips as they are listed, five to a measurement; a text is why there was none. */
function tripping(trips: readonly (number | string)[], more: Partial<Site["controls"]> = {}): Site {
  const { site } = siteWith(() => 0);
  let next = 0;
  const { edge } = site.controls;
  if (edge === undefined) throw new Error("no edge");
  const roundTripMs = async (): Promise<number> => {
    const trip = trips[Math.min(trips.length - 1, Math.floor(next++ / 5))] ?? 0;
    if (typeof trip === "string") throw new Error(trip);
    return trip;
  };
  return { ...site, controls: { edge: { ...edge, roundTripMs }, ...more } };
}

test("waits for a replica that is being started just then, and measures twice, for the first answers are slow", async () => {
  const params = { latency: 400, jitter: 0 };
  const cold = await networkLatency.apply(params, undo, tripping([2, "refused", "refused", 900, 3]), signal);
  expect(cold).toMatchObject({
    confirmed: false,
    seen: "2.0 ms before, 3.0 ms after (fastest of 5); 2 times without an answer (refused)",
  });
  const slow = await networkLatency.apply(params, undo, tripping([2, "refused", 900, 403]), signal);
  expect(slow).toMatchObject({ confirmed: true, seen: expect.stringContaining("403.0 ms after") });
});

test("measures twice when another process answers than before", async () => {
  const process = {
    find: async () => "41 a",
    signal: async () => undefined,
    isAlive: async () => false,
    isStopped: async () => false,
  };
  const site = tripping([2, 900, 3], { process });
  expect(await networkLatency.apply({ latency: 400, jitter: 0 }, undo, site, signal)).toMatchObject({
    confirmed: false,
    seen: "2.0 ms before, 3.0 ms after (fastest of 5)",
  });
});

test("says no figure when no round trip came to its end after the toxic", { timeout: 20_000 }, async () => {
  const evidence = await networkLatency.apply({ latency: 400, jitter: 0 }, undo, tripping([2, "refused"]), signal);
  expect(evidence.confirmed).toBe(false);
  expect(evidence.seen).toMatch(/^2\.0 ms before, not measured after; \d+ times without an answer \(refused\)$/);
});
