// Pages say the same labels at each look, and what was made of them before is kept: what is read is the same as if each
// page were the first.
import { expect, test } from "vitest";
import { MadeServer } from "../../../../../builders/made-server.ts";
import {
  readRows,
  serverNamed,
} from "../../../../../../targets/reference-ai-stack/healer/telemetry/metrics/catalogue-rows.ts";
import { BadPage, readPage } from "../../../../../../targets/reference-ai-stack/healer/telemetry/metrics/page-text.ts";

const { rows } = serverNamed("vllm");
const rowsOf = (page: string) => readRows(readPage(page, "text"), rows);

test("a page that was read before is read alike, and one with other values and other labels by what it says", () => {
  const server = new MadeServer();
  server.serve(20);
  const first = rowsOf(server.page());
  expect(rowsOf(server.page())).toEqual(first);
  server.serve(5);
  const later = rowsOf(server.page());
  const answered = (of: typeof first): number =>
    of.flatMap(({ series }) => series).find(({ key }) => key.includes('"finished_reason","stop"'))?.value ?? 0;
  expect([answered(first), answered(later)]).toEqual([20, 25]);
  const renamed = rowsOf(server.page().replaceAll('engine="0"', 'engine="1"'));
  const keysOf = (of: typeof first) => of.flatMap(({ series }) => series.map(({ key }) => key));
  expect(keysOf(renamed)).toEqual(keysOf(later).map((key) => key.replace('"engine","0"', '"engine","1"')));
});

test("buckets in any order make the same histogram, however often their labels were seen", () => {
  const server = new MadeServer();
  server.serve(20);
  const lines = server.page().trimEnd().split("\n");
  const histograms = (page: string) =>
    rowsOf(page).flatMap(({ series }) => series.flatMap(({ histogram }) => histogram ?? []));
  const inOrder = histograms(server.page());
  expect(inOrder.length).toBeGreaterThan(3);
  expect(histograms(`${lines.toReversed().join("\n")}\n`)).toEqual(inOrder);
});

test("a line that is refused is refused as often as it comes, and labels without an end are read all the same", () => {
  for (const _ of ["once", "again"]) {
    expect(() => readPage('up{a="1",a="2"} 1\n', "text")).toThrow(BadPage);
    const many = Array.from({ length: 12_000 }, (_each, n) => `up{id="${n}"} ${n}`).join("\n");
    const read = readPage(`${many}\n`, "text")("up");
    expect(read).toHaveLength(12_000);
    expect(read.every(({ labels, value }) => labels["id"] === String(value))).toBe(true);
  }
});
