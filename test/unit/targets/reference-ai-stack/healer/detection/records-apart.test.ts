// Records of replicas are compared where they are of the same documents, and only there: documents keep arriving.
import { expect, test } from "vitest";
import { indexDetector } from "../../../../../../targets/reference-ai-stack/healer/detection/index-detector.ts";
import { classify } from "../../../../../../targets/reference-ai-stack/healer/classification/classify.ts";

type State = typeof indexDetector.initial;

const look = (state: State, replica: string, of: { documents: string; look: number }, records: string): State => {
  const manifest = { matches: true, rows: 10, records: 10, digests: { records, index: records, of } };
  return indexDetector.take(state, { kind: "manifest", at: 0, scope: { service: "vector", replica }, manifest });
};
const after = (looks: readonly (readonly [replica: string, documents: string, look: number, records: string])[]) =>
  looks.reduce(
    (state, [replica, documents, n, records]) => look(state, replica, { documents, look: n }, records),
    indexDetector.initial,
  );

const twoApart = [
  ["vector-1", "d1", 1, "aa"],
  ["vector-2", "d1", 1, "bb"],
  ["vector-1", "d1", 2, "aa"],
  ["vector-2", "d1", 2, "bb"],
] as const;

test("other records of the same documents are a signal of the service once a second look has seen them", () => {
  expect(indexDetector.signals(after(twoApart.slice(0, 3)))).toEqual([]);
  expect(indexDetector.signals(after(twoApart))).toMatchObject([
    { name: "records-apart", scope: { service: "vector" } },
  ]);
  expect(indexDetector.signals(after([...twoApart.slice(0, 2), ...twoApart.slice(0, 2)]))).toEqual([]);
});

test("nobody here can tell which replica is right, so that a person is asked", () => {
  expect(classify(indexDetector.signals(after(twoApart)))).toMatchObject({ class: "unknown" });
});

test("of three replicas the one that is alone with its records is named", () => {
  const third = [
    ["vector-3", "d1", 1, "bb"],
    ["vector-1", "d1", 3, "aa"],
    ["vector-2", "d1", 3, "bb"],
    ["vector-1", "d1", 4, "aa"],
  ] as const;
  const [signal, ...more] = indexDetector.signals(after([...twoApart, ...third]));
  expect(signal).toMatchObject({ name: "records-apart", scope: { service: "vector", replica: "vector-1" } });
  expect(more).toEqual([]);
});

test("it is over once both hold the same, and starts anew for a replica that was put right", () => {
  const mended = [
    ["vector-1", "d1", 3, "bb"],
    ["vector-2", "d1", 3, "bb"],
  ] as const;
  expect(indexDetector.signals(after([...twoApart, ...mended]))).toEqual([]);
});

test("a replica that has other documents, or says nothing of them, is compared with none", () => {
  const behind = [1, 2, 3, 4].flatMap((n) => [
    ["vector-1", `d${n}`, n, `r${n}`] as const,
    ["vector-2", `d${n - 1}`, n, `r${n - 1}`] as const,
  ]);
  expect(indexDetector.signals(after(behind))).toEqual([]);
  const digests = { records: "cc", index: "cc" };
  const scope = { service: "vector", replica: "vector-2" };
  const manifest = { matches: true, rows: 10, digests };
  const silent = indexDetector.take(after(twoApart.slice(0, 1)), { kind: "manifest", at: 0, scope, manifest });
  expect(indexDetector.signals(silent)).toEqual([]);
});

test("what differs while documents keep arriving is seen at the sets that one replica comes to after the other", () => {
  const arriving = [1, 2, 3].flatMap((n) => [
    ["vector-1", `d${n}`, n, `a${n}`] as const,
    ["vector-2", `d${n - 1}`, n, `b${n - 1}`] as const,
  ]);
  expect(indexDetector.signals(after(arriving.slice(0, 4)))).toEqual([]);
  expect(indexDetector.signals(after(arriving))).toMatchObject([{ name: "records-apart" }]);
});
