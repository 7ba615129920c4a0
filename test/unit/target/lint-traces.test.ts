// What is said of a target's `traces`.

import { expect, test } from "vitest";
import { lintTargetText } from "../../../src/target/lint-target.ts";
import { changed, file, here, problems } from "./lint-cases.ts";

const withTraces = (url: string): string => changed("feed: ", `traces: ${url}\nfeed: `);
const place = "http://127.0.0.1:{port:front}";

test("a URL with the place of the id is taken as it is written", () => {
  const { target, problems: found } = lintTargetText(withTraces(`${place}/api/traces/{trace}`), file, here);
  expect([target?.tracesUrl, found]).toEqual([`${place}/api/traces/{trace}`, []]);
});

test("one without it, with another template, or elsewhere, is refused", () => {
  expect(problems(withTraces(`${place}/api/traces`))).toEqual(["42:9 a URL without {trace}"]);
  expect(problems(withTraces(`${place}/{trace}/{id}`))).toEqual(["42:9 the template {id}"]);
  expect(problems(withTraces("http://192.0.2.1/{trace}"))).toEqual(['42:9 "http://192.0.2.1/{trace}"']);
});
