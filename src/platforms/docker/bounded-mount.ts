// Which mount of a container may be filled, by the engine's word: one with a size of its own.

import { HarnessError } from "../../core/errors.ts";
import type { SeenContainer } from "./containers.ts";

/** Inside; `volume`: null for memory that is mounted there. */
export interface BoundedMount {
  readonly path: string;
  readonly volume: string | null;
}

/** A mount, and why it may not be filled; undefined: it may. */
interface Weighed extends BoundedMount {
  readonly whyNot: string | undefined;
}

type OptionsOf = (volume: string) => Promise<Readonly<Record<string, string>>>;

/**
 * The one at that path, or the only one. Throws HarnessError "environment" which names what is missed. `optionsOf`: the
 * options that a volume was made with.
 */
export async function boundedMount(
  container: Pick<SeenContainer, "name" | "info">,
  path: string | undefined,
  optionsOf: OptionsOf,
): Promise<BoundedMount> {
  const all = (await weighedIn(container, optionsOf)).filter((mount) => path === undefined || mount.path === path);
  const [bounded, second] = all.filter(({ whyNot }) => whyNot === undefined);
  if (bounded !== undefined && second === undefined) return { path: bounded.path, volume: bounded.volume };
  const of = `container ${container.name}`;
  if (bounded !== undefined && second !== undefined) {
    throw new HarnessError(
      "environment",
      `${of} has several bounded places, such as ${bounded.path} and ${second.path}`,
      {
        hint: "name one by `path`",
      },
    );
  }
  const [first] = all;
  const why = first === undefined ? `nothing is mounted${path === undefined ? "" : ` at ${path}`}` : first.whyNot;
  throw new HarnessError("environment", `no disk of ${of} may be filled: ${why}`, {
    hint: "what has no size of its own is this machine's disk: give it `tmpfs: [/data:size=16m]`, or a volume in memory with a size",
  });
}

async function weighedIn(
  { info: { Mounts: mounts, HostConfig: host } }: Pick<SeenContainer, "info">,
  optionsOf: OptionsOf,
): Promise<readonly Weighed[]> {
  const written = Object.entries((host.Tmpfs as Readonly<Record<string, string>> | null) ?? {}).map(
    ([path, options]): Weighed => ({
      path,
      volume: null,
      whyNot: hasSize(options) ? undefined : `${path} has no size`,
    }),
  );
  const others = await Promise.all(
    mounts.map(async ({ Type: type, Name: name = "", Destination: path, RW: isWritable }): Promise<Weighed> => {
      const volume = type === "volume" ? name : null;
      if (!isWritable) return { path, volume, whyNot: `${path} is read-only` };
      if (type === "tmpfs") {
        const size = (host.Mounts ?? []).find(({ Target }) => Target === path)?.TmpfsOptions?.SizeBytes ?? 0;
        return { path, volume, whyNot: size > 0 ? undefined : `${path} has no size` };
      }
      if (type !== "volume") return { path, volume, whyNot: `${path} is a folder of the machine (${type})` };
      const { type: of = "", o = "" } = await optionsOf(name);
      const isBounded = of === "tmpfs" && hasSize(o);
      return { path, volume, whyNot: isBounded ? undefined : `volume ${name} at ${path} has no size of its own` };
    }),
  );
  return [...written, ...others];
}

function hasSize(options: string): boolean {
  return /(?:^|,)size=[1-9]/.test(options);
}
