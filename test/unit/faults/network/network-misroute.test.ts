import { expect, onTestFinished, test } from "vitest";
import type { Controls, Place, Site, ToxicSpec } from "../../../../src/core/controls.ts";
import { networkMisroute } from "../../../../src/faults/network/network-misroute.ts";

const { signal } = new AbortController();
const at = (replica: string, service: string, port: number, calledBy: readonly string[]): Place => {
  return { replica, service, port, calledBy };
};
const places = [
  at("keeper", "keeper", 1, []),
  at("gate", "gate", 2, []),
  at("lm-1", "lm", 3, ["gate"]),
  at("lm-2", "lm", 4, ["gate"]),
  at("vec-1", "vec", 5, ["gate"]),
  at("vec-2", "vec", 6, ["gate"]),
];

/** The edge gate→lm-1 and what requests through it meet once the toxic is there. */
function siteWith(
  met: { readonly answer?: string; readonly struck?: number; readonly seed?: number; readonly places?: Place[] } = {},
) {
  const toxics = new Map<string, ToxicSpec>();
  const struck = async (): Promise<number> => met.struck ?? 1;
  const right = "200 {slots}";
  const controls: Controls = {
    edge: {
      addToxic: async (toxic) => void toxics.set(toxic.name, toxic),
      removeToxic: async (name) => toxics.delete(name),
      toxicNames: async () => [...toxics.keys()],
      roundTripMs: async () => 1,
    },
    strikes: { struck },
    routes: {
      places: () => met.places ?? places,
      through: async () => (toxics.size > 0 ? (met.answer ?? "200 {rows}") : right),
      straight: async (replica) => (replica.startsWith("lm") ? right : "200 {rows}"),
    },
  };
  const seed = met.seed ?? 0;
  const site: Site = { service: "lm", replica: "lm-1", edgeFrom: "gate", seed, undoDir: "/nowhere", controls };
  return { site, toxics };
}

test.each([
  [6, "vec-1", 5],
  [7, "vec-2", 6],
])("goes by itself to a service that the caller calls as well: seed %i to %s", async (seed, to, port) => {
  const { site } = siteWith({ seed });
  const undo = await networkMisroute.prepare({ share: 1 }, site);
  expect(undo).toEqual({ toxic: `misroute-${seed}`, present: [], to, port });
});

test("goes to any other service where the caller calls no other, and refuses where there is none", async () => {
  const few = siteWith({ places: places.slice(0, 4) });
  expect(await networkMisroute.prepare({ share: 1 }, few.site)).toMatchObject({ to: "keeper" });
  const none = siteWith({ places: places.slice(2, 4) });
  await expect(networkMisroute.prepare({ share: 1 }, none.site)).rejects.toThrow("no other service than lm");
  expect(await networkMisroute.prepare({ share: 1, to: "lm-2" }, none.site)).toMatchObject({ to: "lm-2", port: 4 });
});

test("goes to a sibling when that is asked for, and refuses where there is none, or `to` names a replica", async () => {
  const { site } = siteWith({ seed: 7 });
  const params = networkMisroute.parse({ sibling: true });
  expect(await networkMisroute.prepare(params, site)).toMatchObject({ to: "lm-2", port: 4 });
  const alone = siteWith({ places: [...places.slice(0, 3), ...places.slice(4)] });
  await expect(networkMisroute.prepare(params, alone.site)).rejects.toThrow("lm-1 is the only replica of lm");
  expect(() => networkMisroute.parse({ sibling: true, to: "lm-2" })).toThrow("only where `to` names none");
});

/** Documents that remember how they were asked. */
function documentsOf(met: { readonly acknowledged: number; readonly toxics: ReadonlyMap<string, unknown> }) {
  const asked: unknown[][] = [];
  const note = (...what: readonly unknown[]): void => void asked.push([...what, met.toxics.size]);
  const offerAgain = async (way: unknown, file: string) => {
    note("offered", way, file);
    return { offered: 5, acknowledged: met.acknowledged, ...(met.acknowledged < 5 && { refusal: "answered 507" }) };
  };
  const begin = async (file: string, until: number) => note("begun", file, until);
  return { asked, offerAgain, own: { noting: { wayBack: () => ({ urls: ["there"] }), begin }, offerAgain } };
}

test("offers documents again that a sibling may have taken alone, in a later process too", async () => {
  for (const [given, isSibling] of [
    [{ sibling: true }, true],
    [{ to: "lm-2" }, true],
    [{ to: "vec-1" }, false],
    [{}, false],
  ] as const) {
    const { site, toxics } = siteWith();
    const { asked, own, offerAgain } = documentsOf({ acknowledged: 5, toxics });
    const now = { ...site, controls: { ...site.controls, documents: own } };
    const params = networkMisroute.parse(given);
    const undo = structuredClone(await networkMisroute.prepare(params, now));
    expect(asked).toEqual([]);
    await networkMisroute.harm(params, undo, now, signal);
    const later = { ...site, controls: { ...site.controls, documents: { offerAgain } } };
    const { confirmed, seen } = await networkMisroute.revert(undo, later, signal);
    expect(confirmed).toBe(true);
    expect(seen.includes("of 5 documents of ours that were offered again 5 were acknowledged")).toBe(isSibling);
    // Noted before the first can go astray; offered again when none goes astray any more.
    const file = "/nowhere/misrouted-documents";
    const expected = [
      ["begun", file, Infinity, 0],
      ["offered", { urls: ["there"] }, file, 0],
    ];
    expect(asked).toEqual(isSibling ? expected : []);
  }
});

test("is not taken back as long as one document was not acknowledged again, or nobody can offer them", async () => {
  const { site, toxics } = siteWith();
  const { own } = documentsOf({ acknowledged: 4, toxics });
  const now = { ...site, controls: { ...site.controls, documents: own } };
  const params = networkMisroute.parse({ sibling: true });
  const undo = await networkMisroute.prepare(params, now);
  await networkMisroute.harm(params, undo, now, signal);
  expect(await networkMisroute.revert(undo, now, signal)).toEqual({
    confirmed: false,
    expected: "no toxic misroute-0 on the edge, and each document that was offered again acknowledged",
    seen: "taken away; toxics now: none; of 5 documents of ours that were offered again 4 were acknowledged, the last refusal: answered 507",
  });
  await expect(networkMisroute.revert(undo, site, signal)).rejects.toThrow('needs the control "documents"');
});

test("tells the toxic from which instant on it leads back by itself, and none where it lasts", async () => {
  const { site, toxics } = siteWith();
  const from = Date.now();
  for (const given of [{ lasts: "3s" }, {}]) {
    const params = networkMisroute.parse(given);
    const undo = await networkMisroute.prepare(params, site);
    await networkMisroute.harm(params, undo, site, signal);
  }
  const [passes, lasts] = [...toxics.values()].map(({ attributes }) => attributes["until"] ?? -1);
  expect((passes ?? 0) - from - 3000).toBeGreaterThanOrEqual(0);
  expect(passes).toBeLessThanOrEqual(Date.now() + 3000);
  expect(lasts).toBe(0);
});

test("names all that it could be, and what was perhaps meant, when nobody has that name", async () => {
  const { site, toxics } = siteWith();
  await expect(networkMisroute.prepare({ share: 1, to: "vec1" }, site)).rejects.toMatchObject({
    code: "bad-input",
    problems: [
      {
        found: 'unknown replica "vec1"',
        expected: "another replica than lm-1: keeper, gate, lm-2, vec-1, vec-2",
        suggestion: 'did you mean "vec-1"?',
      },
    ],
  });
  expect(toxics.size).toBe(0);
});

test("puts the share on the toxic as its toxicity, and is proved by an answer of the wrong place", async () => {
  const { site, toxics } = siteWith();
  const undo = await networkMisroute.prepare({ share: 0.25, to: "vec-2" }, site);
  expect(await networkMisroute.apply({ share: 0.25 }, undo, site, signal)).toEqual({
    confirmed: true,
    expected: "a request through the edge that is answered as vec-2 does (200 {rows}), and not 200 {slots}",
    seen: "1 led astray by the proxy's count; one of ours was answered so",
  });
  expect([...toxics.values()]).toMatchObject([{ stream: "upstream", toxicity: 0.25, attributes: { port: 6 } }]);
});

test("counts alone where the wrong place answers as the right one does", async () => {
  const { site } = siteWith({ answer: "200 {slots}" });
  const undo = await networkMisroute.prepare({ share: 1, to: "lm-2" }, site);
  const evidence = await networkMisroute.apply({ share: 1 }, undo, site, signal);
  expect(evidence).toMatchObject({ confirmed: true, seen: "1 led astray by the proxy's count" });
});

test("is not confirmed when the proxy counts and nothing comes out at the wrong place", async () => {
  const { site } = siteWith({ answer: "200 {slots}" });
  const undo = await networkMisroute.prepare({ share: 1 }, site);
  const before = await networkMisroute.harm({ share: 1 }, undo, site, signal);
  // Each look at the clock is a second later.
  const now = performance.now.bind(performance);
  let looks = 0;
  performance.now = () => 1000 * (looks += 1);
  onTestFinished(() => void (performance.now = now));
  expect(await networkMisroute.observe({ params: { share: 1 }, undo, before }, site, signal)).toMatchObject({
    confirmed: false,
    seen: "1 led astray by the proxy's count",
  });
});
