import { expect, test } from "vitest";
import type { SignalName } from "../../../../../../targets/reference-ai-stack/healer/signals/table.ts";
import { classify } from "../../../../../../targets/reference-ai-stack/healer/classification/classify.ts";

function diagnose(...names: SignalName[]) {
  return classify(names.map((name) => ({ name, scope: { service: "vector", replica: "vector-1" }, says: "seen" })));
}

test.each([
  [["process-gone"], "replica-down"],
  [["process-gone", "errors-high"], "replica-down"],
  [["not-answering"], "replica-down"],
  [["slower-than-siblings"], "replica-slow"],
  [["index-hash-differs"], "index-damaged"],
  [["self-retrieval-low"], "index-damaged"],
  [["index-hash-differs", "self-retrieval-low"], "index-damaged"],
  [["demand-above-baseline"], "demand-surge"],
  [["errors-high"], "unknown"],
  [["fails-unlike-siblings"], "backend-failing"],
  [["fails-unlike-siblings", "errors-high"], "backend-failing"],
  [["process-gone", "fails-unlike-siblings"], "replica-down"],
  [["not-answering", "fails-unlike-siblings"], "replica-down"],
  [["path-lost"], "path-failing"],
  [["path-slow"], "path-failing"],
  [["log-ins-guessed"], "brute-force"],
  [["turns-away"], "throttled"],
  [["exhaustion-forecast"], "resource-exhausting"],
  [["exhaustion-forecast", "slower-than-siblings"], "resource-exhausting"],
  [["process-gone", "exhaustion-forecast"], "replica-down"],
  [["kv-exhausted", "slower-than-siblings"], "kv-exhausted"],
  [["kv-exhausted", "works-on", "slower-than-siblings"], "kv-exhausted"],
  [["embedding-drifts"], "embedding-drifted"],
  [["kept-vectors-stale"], "cache-wrong"],
  [["kept-answer-differs"], "cache-wrong"],
  [["process-gone", "embedding-drifts"], "replica-down"],
  [["everything-dark"], "unknown"],
] as const)("%j is called %s", (names, wanted) => {
  expect(diagnose(...names).class).toBe(wanted);
});

test("two signals for the same class make it surer than one", () => {
  const one = diagnose("index-hash-differs").confidence;
  expect(diagnose("index-hash-differs", "self-retrieval-low").confidence).toBeGreaterThan(one);
});

test("signals that contradict each other end in unknown, with the candidates named", () => {
  const { class: name, runnersUp } = diagnose("slower-than-siblings", "index-hash-differs");
  expect(name).toBe("unknown");
  expect(runnersUp.map((entry) => entry.class)).toEqual(expect.arrayContaining(["replica-slow", "index-damaged"]));
});

test("confidence and runners-up together never exceed one, and the reasons name the signals", () => {
  const { confidence, runnersUp, reasons } = diagnose("not-answering");
  expect(confidence + runnersUp.reduce((sum, entry) => sum + entry.confidence, 0)).toBeLessThanOrEqual(1.001);
  expect(reasons).toEqual(["not-answering: seen"]);
});
