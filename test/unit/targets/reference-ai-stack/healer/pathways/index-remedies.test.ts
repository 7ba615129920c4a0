// Which remedy of an index is open, by what is good around it.
import { expect, test } from "vitest";
import type { Eyes, ReplicaEntry } from "../../../../../../targets/reference-ai-stack/healer/nouns.ts";
import type {
  ManifestView,
  SelfRetrievalView,
} from "../../../../../../targets/reference-ai-stack/healer/telemetry/vector-views.ts";
import { compactSegment } from "../../../../../../targets/reference-ai-stack/healer/pathways/compact-segment.ts";
import { rebuildFromRecords } from "../../../../../../targets/reference-ai-stack/healer/pathways/rebuild-from-records.ts";
import { refreshVectorIndex } from "../../../../../../targets/reference-ai-stack/healer/pathways/refresh-vector-index.ts";
import { restoreIndex } from "../../../../../../targets/reference-ai-stack/healer/pathways/restore-index.ts";
import { rowsDead } from "../../../../../../targets/reference-ai-stack/healer/signals/rows-dead.ts";

const target = { service: "vector", replica: "vector-1" };
const replicas = [
  { ...target, pid: 1, port: 1 },
  { service: "vector", replica: "vector-2", pid: 2, port: 2 },
];
const shape = { answers: 96, short: 0, unknown: 0, repeated: 0, alike: 1 };
const whole = { share: 1, checked: 96, internal: { share: 1, checked: 24 }, differing: 0, shape };

interface Around {
  readonly peer?: Partial<SelfRetrievalView & ManifestView>;
  /** What the supervisor says of the snapshot: by its bytes, and after it was opened and asked. */
  readonly snapshot?: readonly [byBytes: boolean | null, asked: boolean | null];
}

/** What each way of both pathways finds. */
async function foundWith({
  peer = {},
  snapshot = [true, true],
}: Around): Promise<readonly (string | null | undefined)[]> {
  const eyes = {
    manifest: async () => ({ matches: true, rows: 10, records: 10, ...peer }),
    selfRetrieval: async () => ({ ...whole, ...peer }),
    snapshotGood: async (asked: boolean) => snapshot[asked ? 1 : 0] ?? null,
  } as unknown as Eyes;
  const ways = [...restoreIndex.ways, ...rebuildFromRecords.ways];
  return Promise.all(ways.map(async (way) => way.find?.(eyes, target, replicas, [])));
}

test("a good peer and the snapshot are open, and nothing is made anew", async () => {
  expect(await foundWith({})).toEqual(["vector-2", "snapshot", null]);
});

test.each<NonNullable<Around["peer"]>>([
  { matches: false },
  { rows: 9 },
  { digests: { records: "aa", index: "bb" } },
  { share: 0.5 },
  { internal: { share: 0.5, checked: 24 } },
  { differing: 1 },
  { shape: { ...shape, unknown: 1 } },
])("a peer is not copied from with %o, and the snapshot is", async (peer) => {
  expect(await foundWith({ peer })).toEqual([null, "snapshot", null]);
});

test.each<NonNullable<Around["snapshot"]>>([
  [false, false],
  // Its bytes fit its manifest, and it does not find its rows.
  [true, false],
  [null, null],
])(
  "without a good peer a snapshot of which is known %o and %o is none: the index is made anew",
  async (...snapshot) => {
    expect(await foundWith({ peer: { differing: 5 }, snapshot })).toEqual([null, null, "the record store"]);
  },
);

/** What a replica says whose index holds what was stored, and does not lead there. */
const ledPast = {
  matches: true,
  rows: 10,
  records: 10,
  digests: { records: "aa", index: "aa" },
  vectors: { centroid: 1, oddLengths: 0 },
  share: 0.1,
  checked: 96,
  internal: { share: 0.1, checked: 24 },
  differing: 0,
  shape: { ...shape, misnamed: 0 },
};

/** What the way of refreshing finds. */
async function ownVectors(says: object, own: readonly ReplicaEntry[] = replicas): Promise<string | null | undefined> {
  const asked: number[] = [];
  const eyes = {
    manifest: async (port: number) => (asked.push(port), { ...ledPast, ...says }),
    selfRetrieval: async (port: number) => (asked.push(port), { ...ledPast, ...says }),
  } as unknown as Eyes;
  const found = await refreshVectorIndex.ways[0].find?.(eyes, target, own, []);
  expect(new Set(asked), "nobody else is asked").toEqual(new Set(asked.length === 0 ? [] : [1]));
  return found;
}

test.each<object>([
  {},
  { share: 0.9, internal: { share: 0.9, checked: 24 } },
  { shape: { ...ledPast.shape, alike: 90, short: 96 } },
  { share: 1, internal: { share: 1, checked: 24 }, shape: { ...ledPast.shape, short: 4 } },
])("an index that holds what was stored is linked anew where searches do not come to it: %o", async (says) => {
  expect(await ownVectors(says)).toBe("its own vectors");
});

test.each<object>([
  // Its bytes, its rows or its vectors are not those that were stored.
  { matches: false },
  { rows: 9 },
  { digests: { records: "aa", index: "bb" } },
  { differing: 1 },
  { vectors: { centroid: 0.9, oddLengths: 0 } },
  { vectors: { centroid: 1, oddLengths: 0.5 } },
  // Its rows go by other names.
  { shape: { ...ledPast.shape, misnamed: 1 } },
  { shape: { ...ledPast.shape, unknown: 1 } },
  { shape: { ...ledPast.shape, repeated: 1 } },
  // It does not say.
  { records: undefined },
  { digests: undefined },
  { vectors: undefined },
  { differing: undefined },
  { shape: undefined },
  { shape },
  // Nothing is wrong with it.
  { share: 1, internal: { share: 1, checked: 24 } },
])("an index is not linked anew with %o: a copy that is good is the remedy", async (says) => {
  expect(await ownVectors(says)).toBeNull();
});

test("an index is not linked anew of which nothing can be seen", async () => {
  expect(await ownVectors({}, replicas.slice(1))).toBeNull();
  expect(await ownVectors({}, [{ service: "vector", replica: "vector-1", pid: null, port: 1 }])).toBeNull();
  const blind = { manifest: async () => null, selfRetrieval: async () => null } as unknown as Eyes;
  expect(await refreshVectorIndex.ways[0].find?.(blind, target, replicas, [])).toBeNull();
});

test.each<readonly [Partial<ManifestView> | null, boolean]>([
  [{ dead: 0 }, true],
  [{ dead: 52, rows: 10 }, true],
  [{ dead: 53, rows: 10 }, false],
  [{ dead: 0, matches: false }, false],
  [null, false],
])("an index with the counts %o is fit to be left: %o", async (counts, good) => {
  const manifest = counts === null ? null : { matches: true, rows: 10, records: 10, ...counts };
  const eyes = { rollCall: async () => replicas, manifest: async () => manifest } as unknown as Eyes;
  const look = await compactSegment.check(eyes, { target: { scope: "replica", ...target } } as never);
  expect((await look()).good).toBe(good);
});

test("many dead rows are heard of once a second look at the counts has seen them too", async () => {
  const scope = { service: "vector", replica: "vector-1" };
  const confirmed = async (dead: number, own = replicas) => {
    const eyes = { manifest: async () => ({ matches: true, rows: 1000, dead }) } as unknown as Eyes;
    const context = { eyes, replicas: own, tries: 1, persistMs: 0, stoodMs: 0 };
    return (await rowsDead.soft?.confirm({ scope, signals: [] }, scope, context))?.confirmed;
  };
  expect([await confirmed(251), await confirmed(250), await confirmed(251, [])]).toEqual([true, false, false]);
});
