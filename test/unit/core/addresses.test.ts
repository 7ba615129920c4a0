import { expect, test } from "vitest";
import { badAddress, hostOf, hostOfPlace, isAllowedHost, isLoopbackHost } from "../../../src/core/addresses.ts";

test.each<[string, string | undefined]>([
  ["10.1.2.3", "10.1.2.3"],
  ["10.1.2.3:6333", "10.1.2.3"],
  ["Db.Internal:80", "db.internal"],
  ["https://db.internal/x?y", "db.internal"],
  ["postgres://db.internal:5432/x", "db.internal"],
  ["//db.internal", "db.internal"],
  ["http://[::1]:80/", "::1"],
  ["[fd00::7]", "fd00::7"],
  ["::1", "::1"],
  ["::ffff:10.0.0.1", "::ffff:10.0.0.1"],
  ["http://127.0.0.1@evil.example/", undefined],
  ["http://127.0.0.1\\@evil.example/", undefined],
  ["127.0.0.1 evil.example", undefined],
  ["127.0.0.1:80:90", undefined],
  ["http:///x", undefined],
  ["", undefined],
])("the place %j is on the host %j", (place, host) => {
  expect(hostOfPlace(place)).toBe(host);
});

test.each(["127.0.0.1", "127.255.255.254", "LocalHost", "::1", "0:0:0:0:0:0:0:1"])("%s is this machine", (host) => {
  expect(isLoopbackHost(host)).toBe(true);
});

test.each([
  "127.1",
  "127.0.1",
  "2130706433",
  "0x7f000001",
  "0x7f.1",
  "0177.0.0.1",
  "127.0.0.01",
  "127.0.0.1.",
  "localhost.",
  "0.0.0.0",
  "0",
  "::",
  "::ffff:127.0.0.1",
  "::ffff:7f00:1",
  "::127.0.0.1",
  "::1%lo",
  "[::1]",
  "128.0.0.1",
  "::2",
  "",
])("%j is not taken for this machine, and cannot be listed either as what it hides", (host) => {
  expect(isLoopbackHost(host)).toBe(false);
  expect(isAllowedHost(host, [host, "127.0.0.0/8", "::/0", "0.0.0.0/0"])).toBe(badAddress(host) === undefined);
});

test("what is listed is allowed, its neighbours are not", () => {
  const listed = ["10.1.0.0/16", "fd00::/32", "db.internal"];
  expect(["10.1.255.255", "fd00::7", "DB.internal"].map((host) => isAllowedHost(host, listed))).toEqual([
    true,
    true,
    true,
  ]);
  const others = ["10.2.0.0", "10.0.255.255", "fd00:1::7", "x.db.internal", "db.internal.example"];
  expect(others.filter((host) => isAllowedHost(host, listed))).toEqual([]);
});

test("a URL whose host could be read in two ways is none", () => {
  const urls = [
    "http://127.0.0.1@x/",
    "http://127.0.0.1\\@x/",
    "http://127.0.0.1#@x/",
    "https://127.0.0.1/",
    "http://{host}/",
  ];
  expect(urls.map(hostOf)).toEqual(urls.map(() => undefined));
  expect(hostOf("http://[::1]:{port:a}/x")).toBe("::1");
});
