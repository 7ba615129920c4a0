// Bounded places of a container's disk: volumes in memory with a size, and mounts of memory with one. They are reached
// as the container's program sees them, on this machine; nothing is written that has no bound of its own.

import { constants } from "node:fs";
import { open, readFile, rm, stat, statfs, type FileHandle } from "node:fs/promises";
import { freemem } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { DiskControl, DiskPlace } from "../../core/disk-control.ts";
import { HarnessError } from "../../core/errors.ts";
import type { Ms } from "../../core/units.ts";
import { boundedMount } from "./bounded-mount.ts";
import { containerNow, type SeenContainer } from "./containers.ts";
import type { Engine } from "./engine.ts";
import { isSeenHere, rootOf } from "./main-process.ts";
import type { Project } from "./project.ts";

const page = 4096;
const piece = Buffer.alloc(256 * page, 1);
/** What is being written meanwhile gives room back: it is full when so many looks in a row found none. */
const looksFull = 3;
const againMs: Ms = 5;

/** What this process is filling, by the file's name: one that is removed while it is written to still takes room. */
const underWay = new Map<string, Promise<number>>();

/** `findPlace` is another one in tests. */
export function diskControl(project: Project, replica: string, findPlace = placeNow): DiskControl {
  const { engine } = project;
  return {
    async look(path) {
      const container = (await project.look()).find((one) => one.replica === replica)?.container;
      if (container?.instance === undefined)
        throw new HarnessError("environment", `${replica} has no running container whose disk could be filled`);
      const mount = await boundedMount(container, path, (volume) => optionsOf(engine, container, volume));
      const folder = await folderOf(container, mount.path);
      const { blocks, bsize } = await statfs(folder);
      const bytes = blocks * bsize;
      if (bytes > freemem() / 2) {
        const words = `${mount.path} of container ${container.name} holds ${bytes} bytes`;
        throw new HarnessError("environment", `${words}: too many of what this machine has free`);
      }
      return { container: container.id, path: mount.path, volume: mount.volume, bytes };
    },
    async fill(place, file, signal, again) {
      const filling = fillIn(findPlace(engine, place), { place, file, signal, again });
      underWay.set(file, filling);
      try {
        return await filling;
      } finally {
        underWay.delete(file);
      }
    },
    async tryWrite(place, file) {
      const folder = await findPlace(engine, place);
      if (folder === undefined) return "gone";
      const path = join(folder, file);
      try {
        const handle = await open(path, "wx", 0o600);
        const wrote = await closedAfter(handle, written(handle, piece.subarray(0, page)));
        return wrote === page ? "written" : "no-room";
      } catch (thrown) {
        if (codeOf(thrown) === "ENOENT") return "gone";
        if (codeOf(thrown) === "ENOSPC") return "no-room";
        throw thrown;
      } finally {
        await rm(path, { force: true });
      }
    },
    async remove(place, file) {
      await underWay.get(file)?.catch(() => undefined);
      const folder = await findPlace(engine, place);
      if (folder === undefined) return false;
      return rm(join(folder, file)).then(
        () => true,
        (thrown: unknown) => {
          if (codeOf(thrown) === "ENOENT") return false;
          throw thrown;
        },
      );
    },
  };
}

interface Filling {
  readonly place: DiskPlace;
  readonly file: string;
  readonly signal: AbortSignal;
  readonly again: { readonly forMs: Ms } | undefined;
}

async function fillIn(found: Promise<string | undefined>, { place, file, signal, again }: Filling): Promise<number> {
  const folder = await found;
  if (folder === undefined && again !== undefined) return 0;
  if (folder === undefined) throw new HarnessError("environment", `${place.path} is not mounted any more`);
  if (again === undefined) signal.throwIfAborted();
  try {
    // Into a file that is gone nothing is written again.
    const how = again === undefined ? "wx" : constants.O_WRONLY | constants.O_APPEND;
    const handle = await open(join(folder, file), how, 0o600);
    const filling =
      again === undefined ? filled(handle, place, signal) : takenBack(handle, place, { ...again, signal });
    return await closedAfter(handle, filling);
  } catch (thrown) {
    if (again !== undefined && codeOf(thrown) === "ENOENT") return 0;
    throw thrown;
  }
}

/** The volume's own options. Throws HarnessError "environment" where another container has it too. */
async function optionsOf(
  { docker }: Engine,
  { id, name }: SeenContainer,
  volume: string,
): Promise<Readonly<Record<string, string>>> {
  const others = (await docker.listContainers({ all: true, filters: { volume: [volume] } })).filter(
    (one) => one.Id !== id,
  );
  const [other] = others;
  if (other !== undefined) {
    const words = `volume ${volume} of container ${name} is also mounted by ${other.Names[0]?.slice(1) ?? other.Id}`;
    throw new HarnessError("environment", `${words}, which would be hurt too`);
  }
  const { Driver: driver, Options: options } = await docker.getVolume(volume).inspect();
  return driver === "local" ? (options ?? {}) : {};
}

/** Where it is mounted now, as this machine reaches it; undefined: nowhere, and what was in it is gone. */
async function placeNow(engine: Engine, { container: id, path, volume }: DiskPlace): Promise<string | undefined> {
  const listed =
    volume === null
      ? [id]
      : (await engine.docker.listContainers({ filters: { volume: [volume] } })).map((one) => one.Id);
  for (const one of listed) {
    const container = await containerNow(engine, one);
    if (container?.instance === undefined) continue;
    const at = volume === null ? path : mountedAt(container, volume);
    if (at === undefined) continue;
    try {
      return await folderOf(container, at);
    } catch (thrown) {
      // It may have ended meanwhile; then nothing is mounted there.
      if ((await containerNow(engine, one))?.instance === container.instance) throw thrown;
    }
  }
  return undefined;
}

function mountedAt({ info }: SeenContainer, volume: string): string | undefined {
  return info.Mounts.find(({ Name: name }) => name === volume)?.Destination;
}

/**
 * The folder of a mount as this machine reaches it. Throws HarnessError "environment" where it is another one than the
 * kernel says of the container, as by a link that leads out of it, or where it is no memory with a size.
 */
async function folderOf(container: SeenContainer, path: string): Promise<string> {
  const refuse = (why: string): HarnessError =>
    new HarnessError("environment", `${path} of container ${container.name} cannot be filled: ${why}`);
  if (!(await isSeenHere(container))) throw refuse("its processes are not to be seen on this machine");
  const { root, mounts } = rootOf(container);
  const folder = join(root, path);
  const mount = mountIn(await readFile(mounts, "utf8"), path);
  if (mount?.isBounded !== true) throw refuse("the kernel knows no size of it");
  if ((await stat(folder)).dev !== mount.device) throw refuse("a link leads away from it");
  return folder;
}

/** By proc(5), the newest mount at that path. Exported for its tests. */
export function mountIn(
  text: string,
  path: string,
): { readonly device: number; readonly isBounded: boolean } | undefined {
  const line = text
    .split("\n")
    .map((one) => one.split(" "))
    .findLast((words) => words[4] === path);
  if (line === undefined) return undefined;
  const [major = 0, minor = 0] = (line[2] ?? "").split(":").map(Number);
  const [type, , options = ""] = line.slice(line.indexOf("-") + 1);
  return {
    // As stat(2) has it: makedev(3) for numbers below 4096 and 2 to the 20th.
    device: ((minor & ~0xff) << 12) | (major << 8) | (minor & 0xff),
    isBounded: type === "tmpfs" && /(?:^|,)size=/.test(options),
  };
}

/** Never more than the place holds. */
async function filled(handle: FileHandle, { path, bytes }: DiskPlace, signal: AbortSignal): Promise<number> {
  let took = 0;
  let full = 0;
  while (full < looksFull && took <= bytes) {
    signal.throwIfAborted();
    const wrote = await written(handle, took + piece.length > bytes || full > 0 ? piece.subarray(0, page) : piece);
    took += wrote;
    full = wrote === 0 ? full + 1 : 0;
  }
  if (full < looksFull)
    throw new HarnessError("environment", `${path} took ${took} bytes, and holds more than it says`);
  return took;
}

async function takenBack(
  handle: FileHandle,
  { bytes }: DiskPlace,
  { forMs, signal }: { readonly forMs: Ms; readonly signal: AbortSignal },
): Promise<number> {
  let took = 0;
  const until = performance.now() + forMs;
  while (performance.now() < until && !signal.aborted && took < bytes) {
    const wrote = await written(handle, piece.subarray(0, page));
    took += wrote;
    if (wrote === 0) await delay(againMs, undefined, { signal }).catch(() => undefined);
  }
  return took;
}

async function closedAfter<T>(handle: FileHandle, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } finally {
    await handle.close();
  }
}

/** How much of it fitted. */
async function written(handle: FileHandle, bytes: Uint8Array): Promise<number> {
  try {
    return (await handle.write(bytes)).bytesWritten;
  } catch (thrown) {
    if (codeOf(thrown) === "ENOSPC") return 0;
    throw thrown;
  }
}

function codeOf(thrown: unknown): unknown {
  return thrown instanceof Error && "code" in thrown ? thrown.code : undefined;
}
