import { expect, test } from "vitest";
import { hiderOf, textHiderOf } from "../../../src/core/hide-keys.ts";

test("a key is taken out of every text of what is written down, the longer of two first", () => {
  const hide = hiderOf(["hunter22", "hunter22-more"]);
  const event = { kind: "hunter22", at: 1, reasons: ["it said hunter22-more"], more: { deep: [{ x: "hunter22" }] } };
  const clean = { kind: "hunter22", at: 1, reasons: ["it said [secret]"], more: { deep: [{ x: "[secret]" }] } };
  expect(hide(event)).toEqual(clean);
  const same = { kind: "x" };
  expect(hiderOf([])(same)).toBe(same);
});

test("our own words and names of the target stay, and what the stack says under the same names does not", () => {
  const hide = hiderOf(["baseline", "qdrant-1"]);
  const phase = { kind: "phase", at: 1, phase: "baseline", epochNs: "1" };
  expect(hide(phase)).toEqual(phase);
  const replica = { service: "vectors", replica: "qdrant-1", instance: "qdrant-1/7" };
  const inventory = { replicas: [{ ...replica, version: "of qdrant-1" }] };
  expect(
    hide({ kind: "inventory", at: 1, inventory, changes: [{ ...replica, field: "version", after: "qdrant-1" }] }),
  ).toEqual({
    kind: "inventory",
    at: 1,
    inventory: { replicas: [{ ...replica, version: "of [secret]" }] },
    changes: [{ ...replica, field: "version", after: "[secret]" }],
  });
  const extras = { kind: "baseline", "key baseline": { phase: "baseline" } };
  expect(hide({ kind: "claim", claim: { extras } })).toEqual({
    kind: "claim",
    claim: { extras: { kind: "[secret]", "key [secret]": { phase: "[secret]" } } },
  });
});

const key = 'a"b/c\\d&e+f <g>~h=i';
const base64 = (text: string): string => Buffer.from(text).toString("base64");

test.each<[string, string]>([
  ["as it is", key],
  ["in JSON", JSON.stringify(key).slice(1, -1)],
  ["in JSON in JSON", JSON.stringify(JSON.stringify(key)).slice(3, -3)],
  ["in JSON that escapes slashes and signs", String.raw`a\"b\/c\\d\u0026e+f \u003Cg\u003e~h=i`],
  ["in a URL", encodeURIComponent(key)],
  ["in a form", encodeURIComponent(key).replaceAll("%20", "+").toLowerCase()],
  ["in HTML", "a&quot;b/c\\d&amp;e+f &lt;g&gt;~h=i"],
])("a key is hidden %s", (_, said) => {
  expect(hiderOf([key])(`it said: ${said}.`)).toBe("it said: [secret].");
});

test.each(["", "u", "us", "usr", "user:", "user1:"])("a key is hidden in the Base64 of a text after %o", (before) => {
  for (const encoding of ["base64", "base64url"] as const) {
    const said = Buffer.from(`${before}${key} and more`).toString(encoding);
    expect(hiderOf([key])(`Basic ${said}`)).toMatch(/^Basic [\w+/-]{0,9}\[secret\][\w+/-]{0,14}=*$/);
  }
  expect(hiderOf([key])(`Basic ${base64(before + key)}`)).toMatch(/^Basic [\w+/-]{0,9}\[secret\][\w+/-]?=*$/);
});

test("the beginning of a key is hidden at the end of a text that was cut in it", () => {
  const hide = hiderOf(["correct-horse-battery"]);
  for (const end of ["", "…", "… (cut)"]) {
    expect(hide(`the key is correct-horse-bat${end}`)).toBe(`the key is [secret]${end}`);
  }
  expect(hide("correct-horses are here")).toBe("correct-horses are here");
});

test("in a text of megabytes a key is found in each form as in a short one, also by the numbers of its letters", () => {
  const page = "const some = 'words of a script';\n".repeat(2_000);
  const written = (char: string): string => `%${char.charCodeAt(0).toString(16)}`;
  const wanted = `${page}it said: [secret].`;
  for (const said of [key, encodeURIComponent(key), Array.from(key, written).join("")])
    expect(textHiderOf([key, "another-key"])(`${page}it said: ${said}.`)).toBe(wanted);
  expect(textHiderOf([key])(`${page}${base64(`xx${key}`)}`)).toMatch(/;\n\w{3}\[secret\]\w?=*$/);
  expect(textHiderOf([key])(`${page}${key.slice(0, 7)}…`)).toBe(`${page}[secret]…`);
  expect(textHiderOf([key])(page)).toBe(page);
});

test("a key of several lines is hidden in JSON", () => {
  for (const said of [JSON.stringify("one-line\nanother\r\n"), JSON.stringify(JSON.stringify("one-line\nanother\r\n"))])
    expect(textHiderOf(["one-line\nanother\r\n"])(said)).toMatch(/^"(?:\\")?\[secret\](?:\\")?"$/);
});

const ofKilobytes = (chars: string): string =>
  Array.from({ length: 8_192 }, (_, n) => chars[(n * n + (n >> 3)) % chars.length]).join("");
const written: Readonly<Record<string, (said: string) => string>> = {
  "as it is": (said) => said,
  "in JSON": (said) => JSON.stringify(said).slice(1, -1),
  "in JSON in JSON": (said) => JSON.stringify(JSON.stringify(said)).slice(3, -3),
  "in a URL": encodeURIComponent,
  "in a URL in a URL": (said) => encodeURIComponent(encodeURIComponent(said)),
};

test.each(Object.keys(written))("a key of many kilobytes is hidden %s", (way) => {
  for (const long of [ofKilobytes("0123456789abcdef"), ofKilobytes('a "/+é&b'), `${ofKilobytes("xyz")}\n`]) {
    const said = written[way]?.(long) ?? "";
    const hide = textHiderOf(["short-key", long]);
    expect(hide(`it said: ${said}. And short-key, and ${said}`)).toBe("it said: [secret]. And [secret], and [secret]");
    expect(hide(`it said: ${said.slice(0, 5_000)}… (cut)`)).toMatch(/^it said: \[secret\].{0,7}\(cut\)$/);
    expect(hide(`it said: ${written[way]?.(long.slice(0, 30)) ?? ""}…`)).toBe("it said: [secret]…");
  }
});

test("a key of many kilobytes is hidden in Base64, and where it goes on as another does up to the next space", () => {
  const long = ofKilobytes("0123456789abcdef");
  const hide = textHiderOf([long]);
  for (const before of ["", "u", "us"])
    expect(hide(`Basic ${base64(before + long)}`)).toMatch(/^Basic [\w+/]{0,4}\[secret\][\w+/]{0,2}=*$/);
  expect(hide(`${long.slice(0, 4_000)}-and-another word`)).toBe("[secret] word");
});
