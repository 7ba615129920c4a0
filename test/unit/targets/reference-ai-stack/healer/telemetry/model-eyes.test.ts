// The healer's golden questions from the real corpus, put to a real replica that has the shipped versions loaded.
import { Registry } from "prom-client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createLogger } from "../../../../../../targets/reference-ai-stack/common/log.ts";
import { listen, type RunningServer } from "../../../../../../targets/reference-ai-stack/common/serve.ts";
import { NO_TRACER } from "../../../../../../targets/reference-ai-stack/common/telemetry/span.ts";
import { chunk } from "../../../../../../targets/reference-ai-stack/corpus/chunker.ts";
import { readSources } from "../../../../../../targets/reference-ai-stack/corpus/sources.ts";
import {
  afterPair,
  isWorse,
  NO_PAIRS,
} from "../../../../../../targets/reference-ai-stack/healer/detection/paired-test.ts";
import { corpusOf } from "../../../../../../targets/reference-ai-stack/healer/telemetry/golden-questions.ts";
import { openModelEyes } from "../../../../../../targets/reference-ai-stack/healer/telemetry/model-eyes.ts";
import { createInferenceApp } from "../../../../../../targets/reference-ai-stack/inference/app.ts";
import { engineForTest } from "../../../../../builders/inference-engine.ts";
import { createVersions } from "../../../../../../targets/reference-ai-stack/inference/versions.ts";
import { shippedCards } from "../../../../../../targets/reference-ai-stack/registry/shipped.ts";

const corpus = corpusOf(
  chunk(readSources())
    .map((passage) => JSON.stringify(passage))
    .join("\n"),
);
const eyes = openModelEyes({ gatewayPort: 9 }, () => corpus);
const places = Array.from({ length: 24 }, (_, place) => place);
let replica: RunningServer;

beforeAll(async () => {
  const cards = shippedCards().map((card) => ({ ...card, decoding: { ...card.decoding, tokens_per_second: 10_000 } }));
  const stable = cards.find(({ name }) => name === "extractive-1");
  if (stable === undefined) throw new Error("no default card");
  const versions = createVersions({ stable, others: cards.filter((card) => card !== stable) }, performance.now());
  const pace = { tokensPerSecond: 10_000, chunkEveryMs: 5 };
  const parts = { registry: new Registry(), tracer: NO_TRACER, log: createLogger("test"), versions, pace };
  const [engine, cacheToken] = [engineForTest(), undefined];
  replica = await listen(
    createInferenceApp({ ...parts, engine, cacheToken, model: "unused", slots: 8, maxWaiting: 64 }),
    0,
  );
});
afterAll(() => replica.close());

const rightBy = async (version: string | undefined): Promise<number> =>
  (await eyes.goldens(replica.port, version, places))?.filter((one) => one?.right === true).length ?? -1;

test("good versions answer all of them right, and those who ask for no version get the stable one", async () => {
  for (const version of [undefined, "extractive-1", "extractive-2", "extractive-3"]) {
    expect(await rightBy(version), version).toBe(24);
  }
  expect((await eyes.goldens(replica.port, undefined, [0]))?.[0]?.model).toBe("extractive-1");
});

test.each(["extractive-4", "extractive-6"])(
  "pairs decide against %s, and never against the equal version",
  async (bad) => {
    const verdict = async (suspect: string): Promise<boolean> => {
      const [own, other] = await Promise.all(
        [suspect, "extractive-1"].map((one) => eyes.goldens(replica.port, one, places)),
      );
      const pairs = places.map((n) => [own?.[n]?.right === true, other?.[n]?.right === true] as const);
      return isWorse(
        pairs.reduce((test, [a, b]) => afterPair(test, a, b), NO_PAIRS),
        0.001,
      );
    };
    expect(await verdict(bad)).toBe(true);
    expect(await verdict("extractive-2")).toBe(false);
  },
);

test("the first of its line, which rolling back too far would bring back, is not good enough", async () => {
  expect(await rightBy("extractive-0")).toBeLessThan(20);
});

test("a version that is not loaded, a replica that is gone and a corpus that is missing are not seen", async () => {
  expect(await eyes.goldens(replica.port, "nobody-1", [0])).toEqual([null]);
  expect(await eyes.goldens(9, undefined, [0])).toEqual([null]);
  expect(await openModelEyes({ gatewayPort: 9 }, () => null).goldens(replica.port, undefined, [0])).toBeNull();
  expect(await eyes.answers(0)).toBeNull();
});
