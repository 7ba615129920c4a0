// What the comparison of two versions on golden questions finds, and what it may say.
import { expect, test } from "vitest";
import { confirm } from "../../../../../../targets/reference-ai-stack/healer/detection/confirm.ts";
import type { Eyes, GoldenView, ReplicaEntry } from "../../../../../../targets/reference-ai-stack/healer/nouns.ts";
import { seeded } from "../virtual-clock.ts";

const models = { stable: "old", canary: { version: "new", share: 0.5 }, before: [] };
const entry = (n: number, more: Partial<ReplicaEntry> = {}): ReplicaEntry => {
  return { service: "inference", replica: `inference-${n}`, pid: n, port: n, weight: 1, models, ...more };
};

interface Asked {
  /** How a version answers the golden question at that place; null: not at all. */
  readonly answer: (version: string, place: number, port: number) => Partial<GoldenView> | null;
  readonly replicas?: readonly ReplicaEntry[];
  readonly signal?: string;
}

function ask({ answer, replicas = [entry(1), entry(2)], signal = "symbols-invented" }: Asked) {
  const goldens: Eyes["models"]["goldens"] = async (port, version = "", places) =>
    places.map((place) => {
      const view = answer(version, place, port);
      return view === null ? null : { model: version, right: true, ms: 100, ...view };
    });
  const scope = { service: "inference" };
  const eyes = { models: { goldens } } as unknown as Eyes;
  const signals = [{ name: signal, scope, about: "new", says: "" }];
  return confirm({ scope, signals }, { eyes, replicas, tries: 3, persistMs: 12_000, stoodMs: 0 });
}

/** Wrong answers, the same ones each time, to that share of the questions. */
function wrongIn(share: number, seed: number): (place: number) => boolean {
  const random = seeded(seed);
  const wrong = Array.from({ length: 400 }, () => random() < share);
  return (place) => wrong[place] === true;
}

test("a version that answers three in ten questions wrong is confirmed, as its detector is made to see it", async () => {
  let confirmed = 0;
  for (let seed = 1; seed <= 100; seed += 1) {
    const [bad, usual] = [wrongIn(0.3, seed), wrongIn(0.01, 1000 + seed)];
    const { confirmed: is } = await ask({
      answer: (version, place) => ({ right: !(version === "new" ? bad : usual)(place) }),
    });
    if (is) confirmed += 1;
  }
  expect(confirmed).toBeGreaterThanOrEqual(95);
});

test("of equal versions that each answer one in sixteen wrong, on questions of their own, none in 500 is called worse", async () => {
  let called = 0;
  for (let seed = 1; seed <= 500; seed += 1) {
    const [one, other] = [wrongIn(0.06, seed), wrongIn(0.06, 1000 + seed)];
    const { confirmed } = await ask({
      answer: (version, place) => ({ right: !(version === "new" ? one : other)(place) }),
    });
    if (confirmed) called += 1;
  }
  expect(called).toBe(0);
});

test("how likely chance is stands only where a version is called worse", async () => {
  const worse = await ask({ answer: (version) => ({ right: version === "old" }) });
  expect(worse.confirmed).toBe(true);
  expect(worse.says).toContain("1 : 1000 by chance");
  const equal = await ask({ answer: () => ({}) });
  expect(equal.confirmed).toBe(false);
  expect(equal.says).not.toContain("by chance");
  expect(equal.says).toContain("80 pairs");
});

test("a replica that answers no golden question was not seen: its siblings decide, and without any nothing is confirmed", async () => {
  const one = await ask({ answer: (version, _, port) => (port === 1 ? null : { right: version === "old" }) });
  expect(one).toMatchObject({ confirmed: true });
  expect(one.says).toContain("inference-1: not seen");
  const none = await ask({ answer: () => null });
  expect(none).toMatchObject({ confirmed: false });
  expect(none.says).toContain("no replica");
});

test("replicas that answer nobody confirm nothing by themselves", async () => {
  const idle = [entry(1, { pid: null }), entry(2, { weight: 0 })];
  expect(await ask({ answer: (version) => ({ right: version === "old" }), replicas: idle })).toMatchObject({
    confirmed: false,
  });
  const half = await ask({ answer: (version) => ({ right: version === "old" }), replicas: [entry(1), ...idle] });
  expect(half.confirmed).toBe(true);
});
