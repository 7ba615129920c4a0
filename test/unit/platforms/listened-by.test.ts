import { expect, test } from "vitest";
import { host } from "../../../src/platforms/index.ts";
import { serveForTest } from "../../support/serve-for-test.ts";

test.skipIf(process.platform !== "linux")(
  "a port on which we listen is found as ours, and as our parent's, from whom we descend",
  async () => {
    const { port } = await serveForTest((_request, response) => response.end());
    const found = await host.processes.listenedBy([process.pid]);
    expect(found.get(process.pid)).toContain(port);
    expect((await host.processes.listenedBy([process.ppid])).get(process.ppid)).toContain(port);
  },
);

test("of no process no port is found", async () => {
  expect((await host.processes.listenedBy([])).size).toBe(0);
});
