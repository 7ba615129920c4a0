// runit: the folders of services with their supervise/status, 20 bytes that runsv writes; `sv` itself is not needed.

import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileTrouble, ifAbsent } from "../../lib/fs.ts";
import { kebabOf, notFound, programOf, renamed, type Scanner, type Seen } from "../seen.ts";
import { withPorts, type SeenProcesses } from "../with-ports.ts";

const usualPlaces = ["/etc/service", "/service", "/var/service"];
const statusBytes = 20;

export const runit: Scanner = {
  name: "runit",
  takes: "the folder of its services",
  async look(where) {
    const folder = where ?? usualPlaces.find((place) => existsSync(place));
    if (folder === undefined) return notFound(`none of ${usualPlaces.join(", ")} is there`);
    try {
      const services: RunitService[] = [];
      for (const name of (await readdir(folder)).toSorted()) {
        const status = await readFile(join(folder, name, "supervise/status")).catch(ifAbsent);
        if (status === undefined) continue;
        const run = await readFile(join(folder, name, "run"), "utf8").catch(() => "");
        services.push({ name, status, run });
      }
      if (services.length === 0) return notFound(`${folder}: no service in it is supervised`);
      return await withPorts(runitSeen(folder, services));
    } catch (thrown) {
      return notFound(`${folder}: ${fileTrouble(thrown)}`);
    }
  },
};

/** A service's folder, as far as it was read. */
interface RunitService {
  readonly name: string;
  readonly status: Uint8Array;
  /** Its run script. */
  readonly run: string;
}

/** The services of a folder, in its order; ports are not among what they say. */
function runitSeen(folder: string, services: readonly RunitService[]): SeenProcesses {
  const seen: Seen = {
    by: "runit",
    who: "runit",
    where: folder,
    start: ["runsvdir", folder],
    variable: (name) => `\${${name}}`,
    heals: "runit starts a process again that ended, each second at most, for ever.",
    hides:
      "run is also its word for a process that hangs, or that somebody else has stopped by a signal; one that fails at " +
      "each start is run and down in turn, and never given up",
    replicas: renamed(
      services.map(({ name, status, run }) => ({
        service: kebabOf(basename(name)),
        replica: kebabOf(basename(name)),
        called: `${name} (${commandIn(run)})`,
        says: statusIn(status).says,
        ports: [],
      })),
    ),
  };
  return { seen, numbers: services.map(({ status }) => statusIn(status).runs ?? 0) };
}

/** supervise/status: 12 bytes of TAI64N, the process's number (little-endian), paused, wanted, terminated, state. */
export function statusIn(status: Uint8Array): { readonly runs: number | null; readonly says: string } {
  if (status.length !== statusBytes) return { runs: null, says: "unreadable" };
  const view = new DataView(status.buffer, status.byteOffset, status.byteLength);
  const runs = view.getUint32(12, true) || null;
  const state = ["down", "run", "finish"][view.getUint8(19)] ?? "unknown";
  const wanted = view.getUint8(17) === "u".charCodeAt(0);
  return {
    runs,
    says: `${state}${view.getUint8(16) === 1 ? ", paused" : ""}${wanted && state !== "run" ? ", want up" : ""}`,
  };
}

/** What a run script ends in: its exec. Another last line may be the end of something longer, such as a key. */
function commandIn(run: string): string {
  const lines = run.replaceAll("\\\n", " ").split("\n");
  const command = lines.findLast((line) => line.trim().startsWith("exec "));
  return command === undefined ? "a script" : programOf(command.trim().replace(/^exec /, ""));
}
