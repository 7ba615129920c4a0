// What came of a request for work is said as it was seen: not sent, not answered, or answered.
import { expect, test } from "vitest";
import { workControl } from "../../../src/platforms/target-http/work-control.ts";
import { serveForTest } from "../../support/serve-for-test.ts";

const { signal } = new AbortController();
const parts = {
  allows: () => false,
  works: ["tidy"],
  underWay: () => Promise.resolve(undefined),
  makers: () => Promise.resolve(undefined),
};

async function outcomeOf(url: string, token: () => Promise<string>) {
  const asked = workControl({ ...parts, url, token }).begin("tidy", signal);
  return expect.poll(() => asked.outcome(), { interval: 5, timeout: 5000 });
}

test("a token that cannot be read is no answer of the target", async () => {
  const token = () => Promise.reject(new Error("the token is gone with its file"));
  const says = "it was not asked for: the token is gone with its file";
  await (await outcomeOf("http://127.0.0.1:1/{work}", token)).toEqual({ says, isDone: false });
});

test.each([
  [200, true],
  [404, false],
])("an answer of %i is told with its words, and a connection refused after it is no answer", async (status, isDone) => {
  const served = await serveForTest((request, response) => void response.writeHead(status).end(request.url));
  const url = `${served.url}/{work}`;
  const token = () => Promise.resolve("secret");
  await (await outcomeOf(url, token)).toEqual({ says: `the target answered ${status} /tidy`, isDone });
  await served.end();
  const says = "the request was not answered: connection refused";
  await (await outcomeOf(url, token)).toEqual({ says, isDone: false });
});

test("whether work is under way is not known of a target that does not publish it", async () => {
  const control = (underWay?: readonly string[]) =>
    workControl({ ...parts, url: "", token: () => Promise.resolve(""), underWay: () => Promise.resolve(underWay) });
  expect(await control().isUnderWay("tidy")).toBeUndefined();
  expect([await control([]).isUnderWay("tidy"), await control(["tidy"]).isUnderWay("tidy")]).toEqual([false, true]);
});
