// A platform whose stacks live in the memory of the tests: it shows that nothing outside a platform needs a process.

import { z } from "zod";
import { loopbackUrl } from "../../src/core/addresses.ts";
import { HarnessError, messageOf } from "../../src/core/errors.ts";
import { siteName, type ControlName, type Controls } from "../../src/core/controls.ts";
import type { BareSite, MachineWatch, Platform, Stack } from "../../src/core/platform.ts";
import type { Target } from "../../src/core/target.ts";
import type { SiteRef } from "../../src/records/site.ts";
import type { SeenProcess } from "../../src/records/survey.ts";
import { World, type Call } from "./memory-world.ts";

const name = "memory";
const handleSchema = z.object({ platform: z.literal(name), apiUrl: z.string() });

const waySchema = z.object({ apiUrl: z.string() });

type Ask = (call: Call) => Promise<unknown>;

function offers(_target: Target, site: SiteRef): readonly ControlName[] {
  return site.edgeFrom === undefined ? ["process", "replica"] : ["process", "replica", "edge"];
}

function controlsBy(ask: Ask, site: BareSite): Controls {
  const { replica } = site;
  const edge = siteName(site);
  const controls: Controls = {
    process: {
      find: async () => ((await ask({ what: "find", replica })) as string | null) ?? undefined,
      async signal(instance) {
        if ((await ask({ what: "kill", instance })) !== true) {
          throw new HarnessError("environment", `${instance} is not there`);
        }
      },
      isAlive: async (instance) => (await ask({ what: "alive", instance })) === true,
      isStopped: async () => false,
    },
    replica: {
      ensureRunning: async () => (await ask({ what: "start", replica })) as { started: boolean; instance: string },
    },
  };
  if (site.edgeFrom === undefined) return controls;
  return {
    ...controls,
    edge: {
      addToxic: async (toxic) => void (await ask({ what: "toxic", edge, toxic })),
      removeToxic: async (toxic) => (await ask({ what: "untoxic", edge, name: toxic })) === true,
      toxicNames: async () => (await ask({ what: "toxics", edge })) as string[],
      roundTripMs: async () => (await ask({ what: "trip", edge })) as number,
    },
  };
}

/** From another process. */
function askAt(apiUrl: string): Ask {
  return async (call) => (await fetch(apiUrl, { method: "POST", body: JSON.stringify(call) })).json();
}

interface MemoryWatch extends MachineWatch {
  add(world: World): void;
}

function watch(): MemoryWatch {
  const worlds: World[] = [];
  return {
    add: (world) => void worlds.push(world),
    look: async () => ({ processes: worlds.flatMap(seenIn), folders: [], files: [], ports: [], unseen: [] }),
  };
}

function seenIn(world: World): SeenProcess[] {
  const unknown = { state: null, nice: null, limits: null, cgroup: null };
  return world.living().map(({ instance, replica }) => ({ instance, what: replica, ...unknown }));
}

function stackOf(world: World, done: () => Promise<void>): Stack {
  const ask: Ask = (call) => world.call(call);
  const listed = () => [...world.units.values()].filter(({ service }) => service !== "stack");
  const addressOf = (replica: string): string => loopbackUrl(world.unit(replica).port);
  const isRunning = async (instance: string): Promise<boolean> => (await ask({ what: "alive", instance })) === true;
  return {
    handle: { platform: name, apiUrl: world.apiUrl },
    inventory: async () => ({
      replicas: listed()
        .map((unit) => ({
          service: unit.service,
          replica: unit.replica,
          instance: world.instanceOf(unit),
          version: "1",
        }))
        .toSorted((a, b) => (a.replica < b.replica ? -1 : 1)),
    }),
    addressOf,
    fill: (text) => text.replaceAll(/\{port:([^}]+)\}/g, (_all, id: string) => String(world.unit(id).port)),
    mask: (text) => text,
    isRunning,
    isLiving: isRunning,
    controls: (site) => controlsBy(ask, site),
    survey: async () => ({
      replicas: listed().map((unit) => ({
        service: unit.service,
        replica: unit.replica,
        instance: world.instanceOf(unit),
        alive: unit.server !== undefined,
      })),
      processes: seenIn(world),
      edges: [...world.edges].map(([edge, toxics]) => ({
        edge,
        proxy: {
          listen: edge,
          upstream: edge,
          enabled: true,
          toxics: toxics.map((toxic) => ({ name: toxic.name, what: toxic.type })),
        },
      })),
      files: [],
      unseen: [],
    }),
    notes: [["api", world.apiUrl]],
    async end() {
      await world[Symbol.asyncDispose]();
      await done();
      return [];
    },
  };
}

export const memory: Platform = {
  name,
  about: "Servers in the memory of the tests.",
  offers,
  checks: [],
  prepare: async () => undefined,
  watch,
  async start(target, { machine }, journal) {
    const world = new World(target);
    await world.start();
    const seq = await journal.intend({
      kind: "platform",
      platform: name,
      what: `world ${world.id}`,
      way: { apiUrl: world.apiUrl },
    });
    if (machine !== undefined && "add" in machine) (machine as MemoryWatch).add(world);
    return stackOf(world, () => journal.done(seq));
  },
  async reopen(handle) {
    const parsed = handleSchema.safeParse(handle);
    if (!parsed.success) throw new HarnessError("environment", `not a way back to a world: ${parsed.error.message}`);
    return { controls: (site) => controlsBy(askAt(parsed.data.apiUrl), site) };
  },
  async takeBack({ platform, what, way }) {
    if (platform !== name) throw new HarnessError("environment", `${what} is of the platform ${platform}`);
    try {
      await askAt(waySchema.parse(way).apiUrl)({ what: "end" });
      return { ok: true, says: "ended" };
    } catch (thrown) {
      return { ok: true, says: `gone (${messageOf(thrown)})` };
    }
  },
  isStack: () => true,
};
