// Containers for the tests of faults on a real engine: a project with one container, which runs on after a trial.

import { afterAll, beforeAll } from "vitest";
import type { Site } from "../../src/core/controls.ts";
import type { Stack } from "../../src/core/platform.ts";
import type { Json } from "../../src/core/units.ts";
import { docker } from "../../src/platforms/docker/platform.ts";
import { composedIn, runningIn, type ComposedWith } from "./container-targets.ts";
import { openEngine, type TestEngine } from "./engine.ts";

const how = { cacheDir: "/tmp", seed: 3, ablated: [], unhealed: false };
const journal = { intend: async () => 1, done: async () => undefined };
const bare = { service: "vec", replica: "vec", seed: 5, undoDir: "/tmp" };

/** One container, and the site of its replica. */
interface Placed {
  readonly id: string;
  readonly stack: Stack;
  readonly site: Site;
  /** What an undo log would hold of a fault there. */
  readonly entry: (fault: string, undo: Json) => Json;
}

interface ContainerStand {
  readonly signal: AbortSignal;
  /** Once the tests run. */
  readonly engine: () => TestEngine;
  readonly place: (labels?: Record<string, string>, made?: ComposedWith) => Promise<Placed>;
}

/** For the tests of one `describe`, which has an engine: with a network that is theirs, `PROJECT_default`. */
export function containerStand(project: string): ContainerStand {
  const signal = AbortSignal.timeout(300_000);
  let opened: TestEngine | undefined;
  const engine = (): TestEngine => {
    if (opened === undefined) throw new Error("the engine is open while tests run");
    return opened;
  };
  beforeAll(async () => {
    opened = await openEngine();
    await opened.docker.createNetwork({ Name: `${project}_default` });
  });
  afterAll(async () => {
    await opened?.docker.getNetwork(`${project}_default`).remove();
    await opened?.[Symbol.asyncDispose]();
  });
  return {
    signal,
    engine,
    async place(labels = {}, made = {}) {
      const id = await composedIn(engine(), project, labels, made);
      const stack = await docker.start(runningIn(project), how, journal, signal);
      const { undoDir, seed, ...where } = bare;
      const { handle } = stack;
      return {
        id,
        stack,
        site: { ...bare, controls: stack.controls(bare) },
        entry: (fault, undo) => ({ kind: "fault", fault, site: where, seed, undoDir, undo, handle }),
      };
    },
  };
}
