// The way back of a release that an older version wrote down: it does not say which start ran, or from when.

import { expect, test } from "vitest";
import type { ReleasePlace } from "../../../../src/core/container-controls.ts";
import type { Engine } from "../../../../src/platforms/docker/engine.ts";
import type { Project } from "../../../../src/platforms/docker/project.ts";
import { releaseControl } from "../../../../src/platforms/docker/release-control.ts";

const id = "0123456789ab".padEnd(64, "c");
const startedAt = "2026-01-01T00:00:00Z";
const { signal } = new AbortController();

/** An engine that has this one container, which is down, and no container of the release any more. */
function engineWith(did: string[]): Engine {
  const container = {
    async inspect() {
      const isBack = did.includes("start");
      const Name = did.includes("rename") ? "/shop-web-1" : "/shop-web-1-before";
      return { Id: id, Name, Config: { Labels: {} }, State: { StartedAt: startedAt, Running: isBack, Pid: 0 } };
    },
    rename: async () => void did.push("rename"),
    start: async () => void did.push("start"),
  };
  const gone = { inspect: () => Promise.reject(Object.assign(new Error("no such container"), { statusCode: 404 })) };
  const docker = {
    getContainer: (name: string) => (name === id ? container : gone),
    listContainers: async () => [],
  };
  return { host: "unix:///nowhere", docker } as unknown as Engine;
}

test.each([["from"], ["instance"]])("the container of before is back all the same, without %s", async (missing) => {
  const whole = {
    container: id,
    instance: `container 0123456789ab/${startedAt}`,
    from: 1,
    name: "shop-web-1",
    release: "r",
  };
  const place = Object.fromEntries(Object.entries(whole).filter(([name]) => name !== missing));
  const did: string[] = [];
  const releases = releaseControl({ engine: engineWith(did) } as unknown as Project, "web-1");
  expect(await releases.restore(place as unknown as ReleasePlace, signal)).toEqual({
    confirmed: false,
    seen:
      `container 0123456789ab/${startedAt} runs as shop-web-1; ` +
      "its way back is of another version and does not say what it was ordered: restart it",
  });
  expect(did).toEqual(["rename", "start"]);
});
