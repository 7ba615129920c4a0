import { describe, expect, it } from "vitest";
import { body, proxied } from "../../support/sockets.ts";
import { serveForTest } from "../../support/serve-for-test.ts";

/** A server that answers well, behind a proxy with the toxic; gives the address. */
async function erring(attributes: object): Promise<string> {
  const server = await serveForTest((asked, answer) => {
    asked.resume();
    answer.end("well");
  });
  const { listen, proxy } = await proxied(server.address);
  proxy.addToxic(body({ name: "e", type: "http_error", attributes }));
  return `http://${listen}/`;
}

describe("http_error", () => {
  it.each([
    [{ retry_after: 61 }, "61"],
    [{ retry_after: 0 }, "0"],
    [{}, null],
  ])("says when to come again as it was asked to: %j", async (attributes, expected) => {
    const answer = await fetch(await erring({ status: 429, ...attributes }));
    await answer.text();
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([429, expected]);
  });

  it("names the instant as a date where it should", async () => {
    const url = await erring({ status: 503, retry_after: 3600, retry_after_date: 1 });
    const before = Date.now();
    const answer = await fetch(url);
    await answer.text();
    const at = Date.parse(answer.headers.get("retry-after") ?? "");
    // Dates have whole seconds.
    expect(at).toBeGreaterThanOrEqual(before + 3_599_000);
    expect(at).toBeLessThanOrEqual(Date.now() + 3_600_000);
  });

  it.each([
    [0, "text/plain", /^OK\n$/],
    [1, "text/html", /^<!doctype html>/],
    [2, "application/json", /^\{"error":\{"message":"OK"/],
    [3, null, /^$/],
  ])("gives the page %i, also with status 200", async (page, type, expected) => {
    const answer = await fetch(await erring({ status: 200, page }));
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, type]);
    expect(await answer.text()).toMatch(expected);
  });

  it("lets answers pass from the stated instant on, and strikes each one before it", async () => {
    const statusAt = async (until: number): Promise<number> => (await fetch(await erring({ until }))).status;
    expect(await statusAt(Date.now() + 3_600_000)).toBe(503);
    expect(await statusAt(Date.now() - 1)).toBe(200);
  });

  it("spares all but POST where it should", async () => {
    const url = await erring({ status: 500, posts: 1 });
    const statusOf = async (method: string): Promise<number> => (await fetch(url, { method })).status;
    const seen = [];
    for (const method of ["GET", "POST", "HEAD", "POST", "GET"]) seen.push(await statusOf(method));
    expect(seen).toEqual([200, 500, 200, 500, 200]);
  });
});
