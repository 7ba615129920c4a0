// A figure that a replica does not say stands in the table as that, and never as the figure of a healthy index.
import { expect, test } from "vitest";
import { saidBy, type Said } from "../../programs/matrix-retrieval/said.ts";
import { tableOf } from "../../programs/matrix-retrieval/table.ts";

type Asked = Parameters<typeof saidBy>;

const shape = { answers: 4, short: 0, unknown: 0, repeated: 0, alike: 1, misnamed: 0 };
const checked: Asked[0] = {
  share: 1,
  checked: 4,
  missed: [],
  internal: { share: 1, checked: 4 },
  differing: [],
  shape,
};
const nothingChecked: Asked[0] = {
  checked: 0,
  missed: [],
  internal: { checked: 0 },
  differing: [],
  shape: { ...shape, answers: 0, alike: 0 },
};
const silent = {
  records: 4,
  removed: 0,
  rows: 4,
  deadShare: 0,
  inPlace: 1,
  described: 1,
  indexHash: "h",
  manifestHash: "h",
} as Asked[1];
const digests = { records: "r", index: "r", documents: "d", look: 1 };
const talking: Asked[1] = { ...silent, digests, vectors: { centroid: 1, oddLengths: 0 } };
const peer: Asked[2] = { digests: { records: "r", index: "r", of: { documents: "d", look: 1 } } };

/** By column, what stands in the row of a replica that says so. */
function rowOf(said: Said): Readonly<Record<string, string>> {
  const more = { recall: 1, newest: 1, isFresh: true, embeddedAgain: 1, spokeAt: new Map<string, number>() };
  const around = { schema: 0, quality: 0, queueAgeS: 0, hitsDiffer: 0, usersHitsDiffer: 0 };
  const row = { damage: { name: "some" }, ...more, ...around, ...said } as unknown as Parameters<
    typeof tableOf
  >[1][number];
  const [head = [], cells = []] = tableOf({ engine: "usearch", rows: 4, looks: 1 }, [row])
    .split("\n")
    .filter((line) => line.startsWith("| ") && !line.startsWith("| ---"))
    .map((line) => line.split("|").map((cell) => cell.trim()));
  return Object.fromEntries(head.map((column, n) => [column, cells[n] ?? ""]));
}

const columnsThatSay = (row: Readonly<Record<string, string>>, words: string): readonly string[] =>
  Object.keys(row).filter((column) => row[column] === words);

test("a healthy replica that says all of itself has no gap in its row", () => {
  const row = rowOf(saidBy(checked, talking, peer));
  expect(columnsThatSay(row, "not told")).toEqual([]);
  expect(row).toMatchObject({
    centroid: "1.0000",
    "odd lengths": "0.00",
    "peer's records": "fits",
    "file hash": "fits",
  });
});

test.each<readonly [string, Asked, readonly string[]]>([
  ["no digests and no vectors", [checked, silent, peer], ["centroid", "odd lengths", "peer's records"]],
  ["no digests, as its peer does not", [checked, silent, {}], ["centroid", "odd lengths", "peer's records"]],
  ["digests, and its peer none", [checked, talking, {}], ["peer's records"]],
  ["no hash", [checked, { ...talking, indexHash: null }, peer], ["file hash"]],
  [
    "nothing of its rows",
    [nothingChecked, talking, peer],
    ["ext", "int", "other vectors", "unknown ids", "ids twice", "short", "one for all"],
  ],
])("what a replica does not say stands in its row as not told: %s", (_what, asked, columns) => {
  expect(columnsThatSay(rowOf(saidBy(...asked)), "not told")).toEqual(columns);
});

test("other documents are said as such, and other records of the same documents as different", () => {
  const others = { ...talking, digests: { ...digests, documents: "e" } };
  expect(rowOf(saidBy(checked, others, peer))["peer's records"]).toBe("other documents");
  const apart = { ...talking, digests: { ...digests, records: "s" } };
  expect(rowOf(saidBy(checked, apart, peer))["peer's records"]).toBe("**differs**");
});
