import { expect, test } from "vitest";
import { groupSignals } from "../../../../../../targets/reference-ai-stack/healer/detection/detect.ts";
import { backendDetector } from "../../../../../../targets/reference-ai-stack/healer/detection/backend-detector.ts";
import { errorDetector } from "../../../../../../targets/reference-ai-stack/healer/detection/error-detector.ts";
import { pathDetector } from "../../../../../../targets/reference-ai-stack/healer/detection/path-detector.ts";
import type { UpstreamView, WayView } from "../../../../../../targets/reference-ai-stack/healer/nouns.ts";

type Known = Partial<Pick<WayView, "misses" | "ms" | "wholeMs">>;

const well: Known = { misses: 0, ms: 2 };
const lost: Known = { misses: 2, ms: 2 };

function view(replica: string, used: Known, other: Known | null, inUse = "primary"): UpstreamView {
  const named = (path: string, known: Known): WayView => {
    return { path, inUse: path === inUse, misses: 0, ms: null, wholeMs: known.misses === 0 ? 9000 : 0, ...known };
  };
  const [first, second] = inUse === "primary" ? [used, other ?? {}] : [other ?? {}, used];
  const paths = [named("primary", first), named("alternative", second)];
  const seen = { service: "inference", replica, weight: 1, started: 0, waiting: [], recent: [] };
  return { ...seen, ...(other !== null && { paths }) };
}

/** Looks each 150 ms for so long at the same. */
function after(ms: number, ...upstreams: readonly UpstreamView[]): string[] {
  let state = pathDetector.initial;
  for (let at = 0; at <= ms; at += 150) state = pathDetector.take(state, { kind: "traffic", at, upstreams });
  return pathDetector.signals(state).map(({ name, scope }) => `${name} ${scope.replica ?? scope.service}`);
}

test.each<[string, readonly UpstreamView[], readonly string[]]>([
  [
    "lost to both, while the other leads there",
    [view("i-1", lost, well), view("i-2", lost, well)],
    ["path-lost inference"],
  ],
  [
    "lost by the alternative, while the primary leads there",
    [view("i-1", lost, well, "alternative"), view("i-2", lost, well, "alternative")],
    ["path-lost inference"],
  ],
  ["missed once", [view("i-1", { misses: 1, ms: 2 }, well), view("i-2", lost, well)], []],
  ["lost to one replica alone", [view("i-1", lost, well), view("i-2", well, well)], []],
  ["lost by both ways: the service is gone", [view("i-1", lost, lost), view("i-2", lost, lost)], []],
  ["lost, and the other was never answered", [view("i-1", lost, {}), view("i-2", lost, {})], []],
  [
    "lost to one replica, while the other one cannot be reached at all",
    [view("i-1", lost, lost), view("i-2", lost, well)],
    [],
  ],
  [
    "lost, while the other was missed, too, a moment ago",
    [view("i-1", lost, { ...well, wholeMs: 400 }), view("i-2", lost, well)],
    [],
  ],
  [
    "lost, while by the other a try takes long, too: everybody is short of processors",
    [view("i-1", lost, { ...well, ms: 300 }), view("i-2", lost, well)],
    [],
  ],
  ["of which there is one alone", [view("i-1", lost, null), view("i-2", lost, null)], []],
])("a way that is %s", (_, upstreams, expected) => {
  expect(after(0, ...upstreams)).toEqual(expected);
});

test("a way that is late at every replica is told after 2 s; slow by both ways, or at one replica, is not", () => {
  const [late, other]: [Known, Known] = [
    { misses: 0, ms: 130 },
    { misses: 0, ms: 20 },
  ];
  expect(after(1800, view("i-1", late, other), view("i-2", late, other))).toEqual([]);
  expect(after(2250, view("i-1", late, other), view("i-2", late, other))).toEqual(["path-slow inference"]);
  expect(after(9000, view("i-1", late, late), view("i-2", late, late))).toEqual([]);
  expect(after(9000, view("i-1", late, other), view("i-2", other, other))).toEqual([]);
});

test("a lost way stays lost while the other is missed for a moment, and is found again by one try", () => {
  const missed = { ...well, misses: 1, wholeMs: 0 };
  const looks = [
    [view("i-1", lost, well), view("i-2", lost, well)],
    [view("i-1", lost, missed), view("i-2", lost, well)],
    [view("i-1", well, missed), view("i-2", lost, well)],
  ];
  let state = pathDetector.initial;
  const said = looks.map((upstreams, n) => {
    state = pathDetector.take(state, { kind: "traffic", at: 150 * n, upstreams });
    return pathDetector.signals(state).map(({ name }) => name);
  });
  expect(said).toEqual([["path-lost"], ["path-lost"], []]);
});

test("while the healer's own looks come late, two misses are not enough", () => {
  const upstreams = [view("i-1", lost, well), view("i-2", lost, well)];
  const more = upstreams.map(({ replica }) => view(replica, { misses: 4, ms: 2 }, well));
  const calm = [view("i-1", well, well), view("i-2", well, well)];
  const late = (seen: readonly UpstreamView[]) => {
    const before = pathDetector.take(pathDetector.initial, { kind: "traffic", at: 0, upstreams: calm });
    return pathDetector.take(before, { kind: "traffic", at: 900, upstreams: seen });
  };
  expect(pathDetector.signals(late(upstreams))).toEqual([]);
  expect(pathDetector.signals(late(more)).map(({ name }) => name)).toEqual(["path-lost"]);
});

test("what a lost way explains is not held against the replicas behind it; a dead process is", () => {
  const at = (name: string, replica?: string, service = "inference") => ({
    name,
    scope: { service, ...(replica !== undefined && { replica }) },
    says: "",
  });
  const given = [
    at("path-lost"),
    at("errors-high", "inference-1"),
    at("fails-unlike-siblings", "inference-2"),
    at("process-gone", "inference-2"),
    at("errors-high", "vector-1", "vector"),
  ];
  const kept = groupSignals(given).flatMap(({ signals }) =>
    signals.map(({ name, scope }) => `${name} ${scope.replica}`),
  );
  expect(kept).toEqual(["path-lost undefined", "process-gone inference-2", "errors-high vector-1"]);
});

test("what failed on the way before is not held against a replica on the way of now", () => {
  const samples = (from: number) => Array.from({ length: 10 }, (_, n) => ({ seq: from + n, ms: 1, ok: false }));
  const look = (at: number, inUse: string): UpstreamView => ({
    ...view("i-1", well, well, inUse),
    recent: samples(at / 50),
    endings: samples(at / 50).map(({ seq }) => ({ seq, how: "failed" as const })),
  });
  const names = (path: (at: number) => string): string[] => {
    let [errors, backends] = [errorDetector.initial, backendDetector.initial];
    for (let at = 0; at <= 3000; at += 500) {
      const seen = { kind: "traffic" as const, at, upstreams: [look(at, path(at))] };
      [errors, backends] = [errorDetector.take(errors, seen), backendDetector.take(backends, seen)];
    }
    return [...errorDetector.signals(errors), ...backendDetector.signals(backends)].map(({ name }) => name);
  };
  expect(names(() => "primary")).toEqual(["errors-high"]);
  expect(names((at) => (at < 3000 ? "primary" : "alternative"))).toEqual([]);
});
