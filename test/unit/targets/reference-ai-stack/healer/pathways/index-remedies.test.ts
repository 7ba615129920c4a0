// Which remedy of an index is open, by what is good around it.
import { expect, test } from "vitest";
import type {
  Eyes,
  ManifestView,
  SelfRetrievalView,
} from "../../../../../../targets/reference-ai-stack/healer/nouns.ts";
import { compactSegment } from "../../../../../../targets/reference-ai-stack/healer/pathways/compact-segment.ts";
import { rebuildFromRecords } from "../../../../../../targets/reference-ai-stack/healer/pathways/rebuild-from-records.ts";
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
