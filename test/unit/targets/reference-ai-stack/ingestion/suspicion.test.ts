// Error pages as sources send them, the same but for a few words in each, are seen also where they come one by one;
// what only looks alike, as a licence above each text or a form that all are written in, is not.
import { expect, it } from "vitest";
import { openSuspicion, type Said } from "../../../../../targets/reference-ai-stack/ingestion/suspicion.ts";
import { openStand, record } from "./stand.ts";

const NAMES = ["read", "write", "close", "open", "rename", "watch", "stat", "link"];
const stoodBefore = (name: string, n: number): string =>
  [
    `The ${name} call takes a path, and a callback that hears of an error.`,
    `Use ${name} where files are large; promises are there since version ${n}.`,
    `Streams know nothing of it. Whoever wants ${name} to be quick gives a buffer of their own.`,
  ][n % 3] ?? "";
const said = (
  text: (name: string, n: number) => string,
  before: typeof stoodBefore | null = stoodBefore,
): readonly Said[] =>
  NAMES.map((name, n) => ({
    line: n + 1,
    record: { schema: 1, id: `fs.${name}`, title: name, text: text(name, n), version: 2, tags: [] },
    before: before === null ? null : before(name, n),
  }));
const batch = (seq: number) => ({ seq, source: "notes" });
const ids = ["9f8a1c", "77b0e2", "01cc4d", "aa91f3", "5e5e01", "c0ffe7", "d1d2d3", "e4f5a6"];

const PAGES: readonly (readonly [string, (name: string, n: number) => string])[] = [
  ["to the letter", () => "<h1>503 Service Unavailable</h1>"],
  ["a request's number", (_name, n) => `Service Unavailable. Please try again later. Request id ${ids[n]}-${n}`],
  ["a letter", (_name, n) => `Service Unavailable. Please try again later. Request id ${"abcdefgh"[n]}`],
  ["its address", (name) => `<html><body>The page https://docs.example/fs/${name} was not found here</body></html>`],
  [
    "its path",
    (name) => `<html><h1>404 Not Found</h1><p>The requested URL /api/fs/${name}.html was not found on this server.`,
  ],
  ["its name", (name) => `fs.${name}: access denied. Sign in to go on reading what stands here.`],
  ["a time", (_name, n) => `The site is being mended, come back soon. 2026-11-30T07:0${n}:11Z`],
];

it.each(PAGES)("suspects a batch of error pages that are the same but for %s", (_what, page) => {
  const found = openSuspicion(() => true).after(batch(1), said(page), 0);
  expect(found).toEqual([{ seq: 1, says: expect.stringContaining("8 of 8 documents have the same text") as string }]);
});

it.each(PAGES)("suspects all of them where two come in each batch, the same but for %s", (_what, page) => {
  const { after } = openSuspicion(() => true);
  const pages = said(page);
  expect(after(batch(1), pages.slice(0, 2), 0)).toEqual([]);
  expect(after({ seq: 2, source: "others" }, pages.slice(2, 4), 0)).toEqual([]);
  expect(after(batch(3), pages.slice(4, 6), 1000).map(({ seq }) => seq)).toEqual([1, 3]);
});

it("counts none that was taken back, or came long ago, or of one document alone", () => {
  const pages = said(() => "<h1>503 Service Unavailable</h1>");
  const back = openSuspicion((seq) => seq !== 1);
  const late = openSuspicion(() => true);
  const one = openSuspicion(() => true);
  for (const { after } of [back, late]) expect(after(batch(1), pages.slice(0, 2), 0)).toEqual([]);
  expect(back.after(batch(2), pages.slice(2, 4), 1)).toEqual([]);
  expect(late.after(batch(2), pages.slice(2, 4), 3_600_000)).toEqual([]);
  for (let seq = 1; seq < 5; seq += 1) expect(one.after(batch(seq), pages.slice(0, 1), seq)).toEqual([]);
});

const LICENCE = `Copyright by its makers. ${"Permission is granted to whoever obtains a copy to deal in it without restriction. ".repeat(9)}`;
const form = (name: string, n: number): string =>
  `Name: fs.${name}. Kind: function of the module. Since version ${n}. See the guide for all that it may be given. ${stoodBefore(name, n)}`;
const station = (name: string, n: number): string =>
  `Report of the station ${name} for today: all is quiet here, ${n} calls`;

it.each([
  ["a licence above each text", said((name, n) => LICENCE + stoodBefore(name, n))],
  ["a licence above each new text", said((name, n) => LICENCE + stoodBefore(name, n), null)],
  ["a form", said(form)],
  ["a form, new", said(form, null)],
  ["a short form that stood there before", said(station, (name, n) => station(name, n + 9))],
  ["a short form, new", said(station, null)],
  ["updates of a word each", said((name, n) => `${stoodBefore(name, n)} Deprecated.`)],
])("suspects no batch whose documents only look alike: %s", (_what, documents) => {
  const { after } = openSuspicion(() => true);
  expect(after(batch(1), documents, 0)).toEqual([]);
  for (const [n, one] of documents.entries()) expect(after(batch(2 + n), [one], n)).toEqual([]);
});

it("suspects a few error pages a batch, and has what stood before again, also where it was killed in between", async () => {
  const stand = await openStand();
  const page = (n: number): string => `Service Unavailable. Please try again later. Request id ${"abcdefgh"[n]}`;
  stand.deliver("notes", "0.jsonl", ...NAMES.map((name, n) => record(name, stoodBefore(name, n))));
  await stand.settle();
  for (const n of [0, 2]) {
    stand.deliver("notes", `${n + 1}.jsonl`, ...[n, n + 1].map((k) => record(NAMES[k] ?? "", page(k), 2)));
    await stand.settle();
  }
  const { suspects } = stand.ingestion().view();
  expect(suspects.map(({ seq }) => seq)).toEqual([2, 3]);
  for (const { seq } of suspects) stand.ingestion().rollBack(seq);
  await stand.settle();
  for (const [n, name] of NAMES.entries())
    expect(await stand.texts(name)).toEqual([0, 1].map(() => stoodBefore(name, n)));
});
