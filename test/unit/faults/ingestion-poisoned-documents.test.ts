// Each document begins with questions that users ask, and each copy of it says something else: no two are the same, and
// no check of a text refuses one.
import { expect, test } from "vitest";
import type { Site } from "../../../src/core/controls.ts";
import type { Fault } from "../../../src/core/fault.ts";
import { HarnessError } from "../../../src/core/errors.ts";
import { ingestionPoisonedDocuments } from "../../../src/faults/ingestion/ingestion-poisoned-documents.ts";

const fault: Fault = ingestionPoisonedDocuments;
const signal = AbortSignal.timeout(10_000);
const asked = ["What is a?", "What is b?", "What is c?", "What is d?"];

/** A target that takes what is brought, and keeps it. */
function siteOf(questions: readonly string[]): { readonly site: Site; readonly brought: string[] } {
  const brought: string[] = [];
  const deliveries = {
    spec: { record: '{"id":"{id}","text":"{text}","version":"{version}"}', state: { done: "published" } },
    questions: async () => questions,
    state: async () => (brought.length === 0 ? undefined : "published"),
    deliver: async (_batch: string, lines: readonly string[]) => void brought.push(...lines),
  };
  return { site: { seed: 7, controls: { deliveries } } as unknown as Site, brought };
}

async function textsOf(params: object): Promise<readonly string[]> {
  const { site, brought } = siteOf(asked);
  const parsed = fault.parse(params);
  expect(await fault.apply(parsed, await fault.prepare(parsed, site), site, signal)).toMatchObject({ confirmed: true });
  return brought.map((line) => (JSON.parse(line) as { readonly text: string }).text);
}

test("brings several documents for each few questions, no two of which say the same", async () => {
  const texts = await textsOf({ share: 1, each: 2, copies: 3 });
  expect(texts).toHaveLength(6);
  expect(texts.filter((text) => text.startsWith("What is a? What is b? "))).toHaveLength(3);
  expect(texts.filter((text) => text.startsWith("What is c? What is d? "))).toHaveLength(3);
  expect(new Set(texts).size).toBe(6);
});

test("brings a list of questions and nothing behind them where it is to say nothing", async () => {
  expect(await textsOf({ share: 1, each: 2, copies: 1, says: "nothing" })).toEqual([
    "What is a? What is b?",
    "What is c? What is d?",
  ]);
});

test("refuses a target that names no question before anything is brought", async () => {
  const { site, brought } = siteOf([]);
  await expect(fault.prepare(fault.parse({}), site)).rejects.toThrow(
    new HarnessError("environment", "no question is known that users ask (deliveries.known.question)"),
  );
  expect(brought).toEqual([]);
});
