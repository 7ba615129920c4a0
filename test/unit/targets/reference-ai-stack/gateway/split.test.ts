import { expect, test } from "vitest";
import { createAnswerLog } from "../../../../../targets/reference-ai-stack/gateway/answers.ts";
import { createSplitter } from "../../../../../targets/reference-ai-stack/gateway/split.ts";

const split = (share: number | null) => ({
  stable: "a-1",
  canary: share === null ? null : { version: "a-2", share },
  others: ["a-0"],
  known: ["a-0", "a-1", "a-2", "a-3"],
});

test.each([0, 0.01, 0.1, 0.25, 0.5, 1])(
  "the canary answers its share %d of any run of requests, within three",
  (share) => {
    const splitter = createSplitter(split(share));
    const turns = Array.from({ length: 2000 }, () => Number(JSON.stringify(splitter.pick(undefined)).includes("a-2")));
    for (const step of [1, 2, 3]) {
      // Replicas take turns, too: none of them may get more of the canary than its share.
      const own = turns.filter((_, at) => at % step === 0);
      for (let from = 0; from + 200 <= own.length; from += 50) {
        const count = own.slice(from, from + 200).reduce((sum, one) => sum + one, 0);
        expect(Math.abs(count - 200 * share)).toBeLessThanOrEqual(3);
      }
    }
  },
);

test("who names a version that is served gets it, and nobody gets one that is not", () => {
  const splitter = createSplitter(split(0.5));
  for (const version of ["a-0", "a-1", "a-2"]) expect(splitter.pick(version)).toEqual({ version });
  expect(splitter.pick("a-3")).toBe("unknown");
  splitter.set(split(null));
  expect(splitter.pick("a-2")).toBe("unknown");
  expect(splitter.pick("what-a-library-sends")).toEqual({ version: "a-1" });
  expect(createSplitter(undefined).pick("a-2")).toBeUndefined();
});

test.each(["a-9", "a-1.1", "A-1", "a-", "a-latest", " a-2", "a-1 "])(
  "no version is called %j, and nobody gets one",
  (name) => {
    expect(createSplitter({ ...split(null), known: ["a-0", "a-1", "a-1.0"] }).pick(name)).toBe("unknown");
  },
);

test.each([
  "",
  "a",
  "default",
  "gpt-4o",
  "gpt-4.1-mini",
  "claude-3-5-sonnet",
  "aa-1",
  "meta/a-1",
  "constructor",
  "é-1",
])("%j, which a client's library may send, stands for the public model", (name) => {
  expect(createSplitter(split(null)).pick(name)).toEqual({ version: "a-1" });
});

const passages = [
  { id: "fs.watch#1", text: "Watch for changes on filename. See fs.watchFile() for the other way." },
  { id: "fs.close#1", text: "Closes the file descriptor." },
];
const common = {
  passages,
  asked: "What does fs.watch do?",
  version: "a-1",
  isNamed: false,
  firstMs: 1.4,
  ms: 9.6,
  tokens: 20,
  user: undefined,
};

test("an answer is noted with what it cites and what it makes up", () => {
  const log = createAnswerLog();
  log.note({ ...common, text: "Watch, see fs.watchFile() [fs.watch#1] Sources: [fs.watch#1] [fs.close#1]" });
  log.note({ ...common, text: "Use fs.watchMachine() or openWatch [fs.openMachine#1] and arr[0] [x]" });
  expect(log.after(0)).toMatchObject([
    { seq: 1, cited: 2, strange: [], ungrounded: [], firstMs: 1, ms: 10, tokens: 20 },
    { seq: 2, cited: 0, strange: ["fs.openMachine#1"], ungrounded: ["fs.watchMachine", "openWatch"] },
  ]);
  expect(log.after(1)).toHaveLength(1);
  log.note({ ...common, text: "Watch [fs.watch#1]", user: "somebody" });
  const [first, second, third] = log.after(0);
  expect(first?.asked).toBe(second?.asked);
  expect(first?.said).not.toBe(second?.said);
  expect(first?.cluster).toBe(second?.cluster);
  expect([0, 1, 2, 3, 4, 5, 6, 7]).toContain(third?.cluster);
});

test("an answer may use every symbol of the conversation that it belongs to", () => {
  const log = createAnswerLog();
  log.note({ ...common, asked: "Of fs.openMachine\nWhat does it do?", text: "fs.openMachine opens. [fs.close#1]" });
  expect(log.after(0)).toMatchObject([{ cited: 1, ungrounded: [] }]);
});

test("only the last answers are kept", () => {
  const log = createAnswerLog();
  for (let n = 0; n < 1000; n += 1) log.note({ ...common, text: "" });
  expect(log.after(0)).toHaveLength(512);
  expect(log.after(0).at(-1)?.seq).toBe(1000);
});
