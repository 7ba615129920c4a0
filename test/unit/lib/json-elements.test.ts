// Elements taken out of a text are what a parser finds there, wherever the text is cut into chunks.

import { expect, it } from "vitest";
import { takeElements, type ElementPlace } from "../../../src/lib/json-elements.ts";
import { seededRandom } from "../../../src/core/random.ts";

async function* cut(text: string, length: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

interface Taken extends ElementPlace {
  readonly text: string;
}

async function takenFrom(text: string, length = text.length + 1): Promise<{ taken: Taken[]; rest: string }> {
  const taken: Taken[] = [];
  const rest = await takeElements(cut(text, length), ["runs", "trials"], (own, place) => {
    taken.push({ text: own, ...place });
    return String(taken.length - 1);
  });
  return { taken, rest };
}

const run = (trials: unknown, more: object = {}): object => ({ id: 'a "quoted" }] id \\', trials, ...more });
const odd = {
  trials: [{ not: "these" }],
  runs: [
    run([{ x: 1, runs: [{ trials: [{ inner: "ü€😀" }] }] }, { "}": ["]", '\\"{'] }], { other: [{ trials: [{}] }] }),
    run([]),
    run([{}, 7, null, [{ no: "object" }], "text", { last: [[[{}]]] }]),
    run("none"),
    7,
  ],
  after: { runs: [{ trials: [{ deeper: true }] }] },
};
const wanted = [
  [0, 0],
  [0, 1],
  [2, 0],
  [2, 5],
];

it.each([undefined, 2])("takes the objects at the end of the way, and no others (indent %s)", async (indent) => {
  const text = JSON.stringify(odd, null, indent);
  for (const length of [1, 2, 3, 7, 64, text.length]) {
    const { taken, rest } = await takenFrom(text, length);
    expect(taken.map(({ at }) => at)).toEqual(wanted);
    for (const { text: own, from, to, at } of taken) {
      const there = (odd.runs[at[0] ?? -1] as { trials: unknown[] }).trials[at[1] ?? -1];
      expect(JSON.parse(own)).toEqual(there);
      expect(Buffer.from(text).subarray(from, to).toString("utf8")).toBe(own);
    }
    const whole = JSON.parse(
      rest.replaceAll(/(?<=[[,\s])\d(?=[\s,\]])/g, (n) => taken[Number(n)]?.text ?? n),
    ) as unknown;
    expect(whole).toEqual({ ...odd, runs: odd.runs });
  }
});

it("gives back what was not taken byte by byte, also where the text is no JSON", async () => {
  const random = seededRandom(7, "pieces");
  const alphabet = ['"', "\\", "{", "}", "[", "]", ",", ":", " ", "1", '"runs"', '"trials"', "é", "\n"];
  for (let round = 0; round < 3000; round += 1) {
    const middle = Array.from({ length: 30 }, () => alphabet[Math.floor(random.next() * alphabet.length)]).join("");
    const text = `{"runs":[{"trials":[{"a":${middle}}]}]}`;
    const { taken, rest } = await takenFrom(text, 1 + Math.floor(random.next() * 9));
    let again = rest;
    if (taken.length === 1) again = rest.replace('"trials":[0', () => `"trials":[${taken[0]?.text}`);
    if (taken.length < 2) expect(again).toBe(text);
  }
});

it("refuses nothing itself: what breaks off is handed on as far as it goes", async () => {
  const text = JSON.stringify(odd);
  const first = text.indexOf('"runs"') + 120;
  const { rest, taken } = await takenFrom(text.slice(0, first));
  expect(() => JSON.parse(rest) as unknown).toThrow(SyntaxError);
  expect(taken.length).toBeLessThan(wanted.length);
});
