import { expect, test } from "vitest";
import { readZip, writeZip } from "../../../../src/lib/zip.ts";
import { scrubTrace } from "../../../../src/load/journeys/scrub-trace.ts";

const text = (archive: Buffer): string =>
  readZip(archive)
    .map(({ data }) => data.toString("latin1"))
    .join("\n");

test("an archive is read as it was written, and what is none is refused", () => {
  const entries = [
    { name: "a.trace", data: Buffer.from("one\n".repeat(1000)) },
    { name: "resources/ü.png", data: Buffer.from([0, 255, 1]) },
    { name: "empty", data: Buffer.alloc(0) },
  ];
  expect(readZip(writeZip(entries))).toEqual(entries);
  expect(writeZip(entries)).toEqual(writeZip(entries));
  expect(() => readZip(Buffer.from("no archive"))).toThrow("no zip archive");
});

test("tokens, cookies, credentials of headers and hidden fields leave a trace, wherever they stand; words stay", () => {
  const lines = [
    {
      headers: [
        { name: "Authorization", value: "Bearer header-token-1" },
        { name: "Accept", value: "text/html" },
      ],
    },
    { headers: [{ name: "set-cookie", value: "session=cookie-value-1; Path=/; HttpOnly" }] },
    { html: ["INPUT", { type: "hidden", name: "csrf", value: "hidden-value-1" }] },
    { html: ["INPUT", { type: "password", __playwright_value_: "typed-value-1" }] },
    { html: ["INPUT", { type: "text", value: "a plain word" }], params: { value: "given secret/1" } },
  ];
  const body = "csrf=hidden-value-1&token=given%20secret%2F1&said=cookie-value-1 typed-value-1 header-token-1";
  const scrubbed = text(
    scrubTrace(
      writeZip([
        { name: "trace.network", data: Buffer.from(`${lines.map((line) => JSON.stringify(line)).join("\n")}\n`) },
        { name: "resources/1.html", data: Buffer.from(body) },
      ]),
      ["given secret/1", ""],
    ),
  );
  expect(scrubbed).not.toMatch(/header-token|cookie-value|hidden-value|typed-value|given.{1,3}secret/);
  expect(scrubbed).toContain("csrf=[secret]&token=[secret]&said=[secret] [secret] [secret]");
  expect(scrubbed).toContain("a plain word");
  expect(scrubbed).toContain("text/html");
});

test("a trace that cannot be read is not kept", () => {
  expect(() => scrubTrace(writeZip([{ name: "a.trace", data: Buffer.from("{broken") }]), [])).toThrow();
});
