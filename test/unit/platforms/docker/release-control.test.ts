// The way back of a release that an older version wrote down: it does not say which start ran, or from when. And what
// of a release counts as our own order.

import { expect, test } from "vitest";
import type { ReleasePlace } from "../../../../src/core/container-controls.ts";
import type { Engine } from "../../../../src/platforms/docker/engine.ts";
import { ownActs } from "../../../../src/platforms/docker/own-acts.ts";
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
  const own = ownActs();
  const releases = releaseControl({ engine: engineWith(did), own } as unknown as Project, "web-1");
  expect(await releases.restore(place as unknown as ReleasePlace, signal)).toEqual({
    confirmed: false,
    seen:
      `container 0123456789ab/${startedAt} runs as shop-web-1; ` +
      "its way back is of another version and does not say what it was ordered: restart it",
  });
  expect(did).toEqual(["rename", "start"]);
  expect(own.take(id, "start"), "the engine tells of it as of any start").toBe(true);
});

/** An engine with that one container, which runs, and what is made beside it. */
function engineThatObeys(made: string): Engine {
  const state = new Map([[id, { name: "shop-web-1", runs: true }]]);
  const of = (asked: string) => {
    const one = state.get(asked);
    if (one !== undefined) return one;
    throw Object.assign(new Error("no such container"), { statusCode: 404 });
  };
  const docker = {
    getContainer: (asked: string) => ({
      inspect: async () => ({
        Id: asked,
        Name: `/${of(asked).name}`,
        Image: "sha256:1",
        Config: { Labels: {}, Hostname: "web" },
        HostConfig: {},
        NetworkSettings: { Networks: {} },
        State: { StartedAt: startedAt, Running: of(asked).runs, Pid: 1 },
      }),
      stop: async () => void (of(asked).runs = false),
      start: async () => void (of(asked).runs = true),
      rename: async ({ name }: { name: string }) => void (of(asked).name = name),
      remove: async () => state.delete(asked),
    }),
    getImage: () => ({ inspect: async () => ({ Config: {} }) }),
    async createContainer({ name }: { name: string }) {
      state.set(made, { name, runs: false });
      return { id: made };
    },
    listContainers: async () => (state.has(made) ? [{ Id: made }] : []),
  };
  return { host: "unix:///nowhere", docker } as unknown as Engine;
}

test("what a release and its way back end and start is of their orders, and nothing else of the containers", async () => {
  const made = "fedcba987654".padEnd(64, "d");
  const own = ownActs();
  const releases = releaseControl({ engine: engineThatObeys(made), own } as unknown as Project, "web-1");
  const instance = `container 0123456789ab/${startedAt}`;
  const place = { container: id, instance, from: 1, name: "shop-web-1", release: "r" };
  await releases.rollOut(place, {}, signal);
  const taken = () =>
    [id, made].map((container) => (["die", "start"] as const).filter((event) => own.take(container, event)));
  expect(taken()).toEqual([["die"], ["start"]]);
  const { from: _unsaid, ...written } = place;
  expect(await releases.restore(written as unknown as ReleasePlace, signal)).toMatchObject({
    seen: expect.stringContaining(`${instance} runs as shop-web-1`) as string,
  });
  expect(taken()).toEqual([["start"], ["die"]]);
});
