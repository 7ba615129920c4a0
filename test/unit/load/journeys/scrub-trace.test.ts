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

const odd = `a b/c+d"é=f&g`;
const base64 = (said: string): string => Buffer.from(said).toString("base64");

test.each<[string, string]>([
  ["as a form sends it", String(new URLSearchParams({ v: odd })).slice(2)],
  ["in an address", encodeURIComponent(odd)],
  ["in an address, in small letters", encodeURIComponent(odd).replaceAll(/%\w\w/g, (code) => code.toLowerCase())],
  ["in an address within an address", encodeURIComponent(encodeURIComponent(odd))],
  ["in JSON", JSON.stringify(odd).slice(1, -1)],
  ["in JSON within JSON", JSON.stringify(JSON.stringify(odd)).slice(3, -3)],
  ["in JSON of plain letters", JSON.stringify(odd).slice(1, -1).replace("é", "\\u00e9")],
  ["in HTML", odd.replace("&", "&amp;").replace('"', "&quot;")],
])("a secret leaves a trace %s, from lines and from bodies", (_, written) => {
  const line = JSON.stringify({ params: { said: `before ${written} after` } });
  const archive = writeZip([
    { name: "0-trace.trace", data: Buffer.from(`${line}\n`) },
    { name: "resources/1.html", data: Buffer.from(`before ${written} after`) },
    {
      name: "resources/2.bin",
      data: Buffer.concat([Buffer.from([255, 0, 254]), Buffer.from(`x ${encodeURI("plain-secret")}`)]),
    },
  ]);
  const scrubbed = readZip(scrubTrace(archive, ["a b", odd, "plain-secret", odd.slice(0, 8)]));
  expect(scrubbed.map(({ data }) => data.toString("latin1"))).toEqual([
    '{"params":{"said":"before [secret] after"}}\n',
    "before [secret] after",
    "\u00ff\u0000\u00fex [secret]",
  ]);
});

test("a password of a header in Base64 leaves a trace in plain words as well, and a cookie as a page decodes it", () => {
  const headers = [
    { name: "Authorization", value: `Basic ${base64("somebody:open sesame")}` },
    { name: "Cookie", value: "sid=value%2Fof%2Fsid" },
    { name: "X-Auth-Token", value: "token-of-a-header" },
  ];
  const body = `open+sesame value/of/sid token-of-a-header ${base64("they said: token-of-a-header, twice")}`;
  const scrubbed = text(
    scrubTrace(
      writeZip([
        { name: "0-trace.network", data: Buffer.from(`${JSON.stringify({ headers })}\n`) },
        { name: "resources/1.txt", data: Buffer.from(body) },
      ]),
      [],
    ),
  );
  expect(scrubbed).toMatch(/^\[secret\] \[secret\] \[secret\] [\w+/]+\[secret\][\w+/]+=*$/m);
  expect(scrubbed).not.toMatch(/sesame|c29tZWJvZHk|sid=|token-of/);
});

test("a trace that cannot be read is not kept", () => {
  expect(() => scrubTrace(writeZip([{ name: "a.trace", data: Buffer.from("{broken") }]), [])).toThrow();
});
