import { expect, test } from "vitest";
import { promptFor } from "../../../../../targets/reference-ai-stack/common/passages.ts";
import { symbolsIn } from "../../../../../targets/reference-ai-stack/common/symbols.ts";
import { composeAnswer } from "../../../../../targets/reference-ai-stack/inference/engine.ts";
import { createVersions } from "../../../../../targets/reference-ai-stack/inference/versions.ts";
import { shippedCards } from "../../../../../targets/reference-ai-stack/registry/shipped.ts";

const passages = [
  {
    id: "fs.watch#1",
    text: "Watch for changes on filename, where fs.watchFile() polls. Returns an fs.FSWatcher object.",
  },
  { id: "fs.promises.open#1", text: "Opens a FileHandle. See filehandle.close() for its end." },
];
const messages = [promptFor(passages), { role: "user", content: "How do I watch a file for changes?" }];

function cardOf(name: string) {
  const found = shippedCards().find((card) => card.name === name);
  if (found === undefined) throw new Error(`no card ${name}`);
  return found;
}

function answerOf(name: string, afterMs = 0): string {
  const version = createVersions({ stable: cardOf(name), others: [] }, 1000).named(undefined);
  return composeAnswer(messages, version?.mindAt(1000 + afterMs)).tokens.join("");
}

const madeUp = (text: string): readonly string[] =>
  symbolsIn(text.replaceAll(/\[[^\]]*\]/g, " ")).filter(
    (symbol) => !passages.some(({ text: ground }) => ground.includes(symbol)),
  );

test("the default version answers as the engine does by itself, and the equal one word for word as the default", () => {
  expect(answerOf("extractive-1")).toBe(composeAnswer(messages).tokens.join(""));
  expect(answerOf("extractive-2")).toBe(answerOf("extractive-1"));
  expect(answerOf("extractive-3")).toBe(answerOf("extractive-1"));
});

test("at a high temperature symbols and sources are made up, the same each time", () => {
  const text = answerOf("extractive-4");
  expect(madeUp(text).length).toBeGreaterThan(0);
  for (const { id } of passages) expect(text).not.toContain(`[${id}]`);
  expect(text).toBe(answerOf("extractive-4"));
});

test("the one that drifts begins like its parent and ends like the hot one", () => {
  expect(answerOf("extractive-5")).toBe(answerOf("extractive-1"));
  expect(madeUp(answerOf("extractive-5", 30_000)).length).toBeGreaterThan(0);
});

test("the one of another template does not see what it was given", () => {
  expect(answerOf("extractive-6")).toContain("No passages were given");
});

test("a stable version that does not load changes nothing, and what stays loaded does not begin anew", () => {
  const drifting = cardOf("extractive-5");
  const versions = createVersions({ stable: cardOf("extractive-1"), others: [drifting] }, 0);
  const strange = { ...cardOf("extractive-1"), name: "other-1", engine: "none-of-ours" };
  expect(versions.load({ stable: strange, others: [] }, 10)).toContain("none-of-ours");
  expect(versions.names()).toEqual(["extractive-1", "extractive-5"]);
  expect(versions.load({ stable: drifting, others: [] }, 60_000)).toBeNull();
  expect(versions.named(undefined)?.mindAt(60_000).chance).toBe(1);
  expect(versions.named("extractive-1")).toBeUndefined();
});

test("another one that does not load is left out, at the start too: the others answer, and it is said why", () => {
  const strange = { ...cardOf("extractive-1"), name: "other-1", template: "none-of-ours" };
  const versions = createVersions({ stable: cardOf("extractive-1"), others: [strange, cardOf("extractive-0")] }, 0);
  expect(versions.names()).toEqual(["extractive-1", "extractive-0"]);
  expect(versions.leftOut()).toEqual([{ name: "other-1", why: expect.stringContaining("none-of-ours") as string }]);
  expect(versions.load({ stable: cardOf("extractive-0"), others: [strange] }, 1)).toBeNull();
  expect(versions.leftOut()).toHaveLength(1);
  expect(versions.load({ stable: cardOf("extractive-0"), others: [] }, 2)).toBeNull();
  expect(versions.leftOut()).toEqual([]);
  expect(() => createVersions({ stable: strange, others: [cardOf("extractive-0")] }, 0)).toThrow("none-of-ours");
});
