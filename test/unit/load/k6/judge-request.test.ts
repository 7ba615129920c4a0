import { expect, test } from "vitest";
import { judgeRequest } from "../../../../src/load/k6/own/judge-request.ts";
import type { Asked } from "../../../../src/load/k6/own/points.ts";

const bounds = { timeoutMs: 2000, askedToEndAt: Infinity, target: "http://127.0.0.1:9", hide: (text: string) => text };
const asked = (changes: Partial<Asked> = {}): Asked => ({
  time: 1000,
  duration: 20,
  blocked: 1,
  tags: { status: "200" },
  ...changes,
});
const judged = (one: Asked, more: Partial<typeof bounds> = {}): unknown => judgeRequest(one, { ...bounds, ...more });

test("a request with its times is taken; those of setup and teardown are none of the load", () => {
  expect(judged(asked())).toBe("take");
  expect(judged(asked({ tags: { group: "::setup" } }))).toBe("pass");
  expect(judged(asked({ tags: { group: "::teardown::login" } }))).toBe("pass");
});

test("one that got no connection and was not refused has no times, and the trial cannot be measured", () => {
  const lost = (code: string): Asked => asked({ duration: 0, blocked: 0, tags: { status: "0", error_code: code } });
  expect(judged(lost("1212"))).toBe("take");
  for (const code of ["1050", "1211", "1101"])
    expect(judged(lost(code))).toMatchObject({ why: expect.stringContaining(code) });
});

test("one that the end of the load cut off is passed over, unless it had waited for long", () => {
  expect(judged(asked({ duration: 300 }), { askedToEndAt: 900 })).toBe("pass");
  expect(judged(asked({ duration: 1800 }), { askedToEndAt: 900 })).toMatchObject({ where: "script" });
});

test("one that waited beyond the stream's timeout, or asked another origin, is told", () => {
  expect(judged(asked({ duration: 3100 }))).toMatchObject({ why: expect.stringContaining("2000 ms") });
  const url = "http://127.0.0.1:10/";
  expect(judged(asked({ tags: { url, name: url } }))).toMatchObject({ why: expect.stringContaining(url) });
});
