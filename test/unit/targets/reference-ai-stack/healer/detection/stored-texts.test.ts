// Documents with vectors of another model: held against the service, never while the embedder itself is wrong, and
// embedded anew only once a person agrees.
import { expect, test } from "vitest";
import { storedTextsDetector } from "../../../../../../targets/reference-ai-stack/healer/detection/stored-texts-detector.ts";
import type { Observation } from "../../../../../../targets/reference-ai-stack/healer/nouns.ts";
import { createFakeStack } from "../fake-stack.ts";

function seen(replica: string, differing: number): Observation {
  const view = { checked: 8, differing, leastSimilarity: 0.2, models: differing > 0 ? ["old-model"] : [] };
  return { kind: "stored-texts", at: 0, scope: { service: "vector", replica }, view };
}

test("stands against the service as long as the newest look at one of its replicas finds a passage of another model", () => {
  const { initial } = storedTextsDetector;
  const take = (state: typeof initial, observation: Observation) => storedTextsDetector.take(state, observation);
  const signals = (state: typeof initial) => storedTextsDetector.signals(state);
  const both = [seen("vector-1", 2), seen("vector-2", 2)].reduce(take, initial);
  expect(signals(both)).toEqual([
    {
      name: "texts-embed-otherwise",
      scope: { service: "vector" },
      says: expect.stringContaining(
        "vector-1: of 8 stored passages 2 have another vector than their text has now, least cosine 0.200, by their lineage of old-model; vector-2",
      ),
    },
  ]);
  const one = take(both, seen("vector-1", 0));
  expect(signals(one)[0]?.says).toMatch(/^vector-2: /);
  expect(signals(take(one, seen("vector-2", 0)))).toEqual([]);
  expect(signals(take(both, { kind: "roll-call", at: 1, replicas: [] }))).toEqual([]);
});

/** A stack with such documents; what a person says to it, when somebody is asked. */
async function misembedded(answer: "granted" | "denied") {
  const stack = createFakeStack({ seed: 3 });
  await stack.pass(15_000);
  for (const name of ["vector-1", "vector-2"]) stack.find(name).misembedded = 3;
  await stack.pass(8000);
  expect(stack.said()).toEqual(["detected", "classified", "decided", "approval.requested"]);
  expect(stack.touched).toEqual([]);
  await stack.answer("inc-1", answer);
  await stack.pass(15_000);
  return stack;
}

test("a person who agrees has them embedded anew, once, and healed is when the same look finds none", async () => {
  const stack = await misembedded("granted");
  expect(stack.touched).toEqual(["reembed vector"]);
  expect(stack.said().at(-1)).toBe("closed");
  const verified = stack.events.find(({ type }) => type === "verified")?.detail.reasons.join(" ");
  expect(verified).toContain("vector-2: of 8 stored passages 0 have another vector");
});

test("a person who does not agree has nothing touched", async () => {
  const stack = await misembedded("denied");
  expect(stack.touched).toEqual([]);
  expect(stack.said()).not.toContain("action.started");
});

test("first the model is put back, and only then is anything held against what it has embedded", async () => {
  const stack = createFakeStack({ seed: 3 });
  stack.find("embedder").ownModel = true;
  await stack.pass(15_000);
  stack.find("embedder").drifted = true;
  for (const name of ["vector-1", "vector-2"]) stack.find(name).misembedded = 3;
  await stack.pass(40_000);
  const asked = stack.said().indexOf("approval.requested");
  expect(stack.touched[0]).toBe("model of embedder");
  expect(asked).toBeGreaterThan(stack.said().indexOf("action.finished"));
  // The second case is open before the first is closed: nobody could take the stack for well in between.
  const opened = stack.events.filter(({ type }) => type === "detected")[1]?.at ?? Infinity;
  expect(opened).toBeLessThan(stack.events.find(({ type }) => type === "closed")?.at ?? 0);
});

test("a model that was wrong for a minute is seen to be back before its verification gives up", async () => {
  const stack = createFakeStack({ seed: 3 });
  const embedder = stack.find("embedder");
  embedder.ownModel = true;
  await stack.pass(15_000);
  stack.rules.policy = null;
  embedder.drifted = true;
  await stack.pass(60_000);
  // By then each text was seen to have another vector.
  embedder.drifted = false;
  await stack.pass(5000);
  const app = stack.healerApp("t");
  expect(JSON.stringify(await (await app.request("/signals")).json())).not.toContain("embedding-drifts");
});
