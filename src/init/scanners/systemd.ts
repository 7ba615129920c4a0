// systemd: `systemctl show` of services that somebody put on this machine, which are those below /etc/systemd/system.

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { kebabOf, notFound, programOf, renamed, type Scanner, type Seen } from "../seen.ts";
import { withPorts, type SeenProcesses } from "../with-ports.ts";

const run = promisify(execFile);
const timeout = 5_000;
const properties = "Id,MainPID,ActiveState,SubState,Restart,NRestarts,FragmentPath,ExecStart";

export const systemd: Scanner = {
  name: "systemd",
  takes: "a pattern of unit names, such as shop-*.service",
  async look(where) {
    const pattern = where ?? "*.service";
    try {
      const { stdout } = await run("systemctl", ["show", "--property", properties, "--", pattern], { timeout });
      const found = systemdSeen(stdout, pattern);
      if (found.seen.replicas.length === 0) return notFound(`no unit of /etc/systemd/system fits ${pattern}`);
      return await withPorts(found);
    } catch (thrown) {
      return notFound(refusalIn(thrown));
    }
  },
};

/** What systemctl said on stderr, in one line, without its own advice. */
function refusalIn(thrown: unknown): string {
  const said = thrown instanceof Error && "stderr" in thrown ? String(thrown.stderr).trim().split("\n")[0] : "";
  if (said !== undefined && said !== "") return said;
  return thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT"
    ? "there is no systemctl"
    : "no answer";
}

/** What `systemctl show` says: blocks of `Key=value` lines with an empty line between. */
export function systemdSeen(shown: string, where: string): SeenProcesses {
  const units = shown
    .split(/\n\s*\n/)
    .map((block) => new Map([...block.matchAll(/^(\w+)=(.*)$/gm)].map(([, key = "", value = ""]) => [key, value])))
    .filter((unit) => unit.get("FragmentPath")?.startsWith("/etc/systemd/system/") === true);
  const of = (unit: ReadonlyMap<string, string>, key: string): string => unit.get(key) ?? "";
  const replicas = units.map((unit) => {
    const name = of(unit, "Id").replace(/\.service$/, "");
    const command = /argv\[\]=(.*?) ;/.exec(of(unit, "ExecStart"))?.[1] ?? "";
    return {
      service: kebabOf(name.replace(/@.*$/, "")),
      replica: kebabOf(name),
      called: `${of(unit, "Id")} (${programOf(command)}; Restart=${of(unit, "Restart")})`,
      says: `${of(unit, "ActiveState")} (${of(unit, "SubState")}), ${of(unit, "NRestarts")} restarts`,
      ports: [],
    };
  });
  const seen: Seen = {
    by: "systemd",
    who: "systemd",
    where,
    start: ["./start.sh"],
    variable: (name) => `\${${name}}`,
    heals: "systemd starts a process again as its Restart says; with Restart=no, not at all.",
    hides:
      "active (running) is also its word for a process that hangs; it gives up after 5 starts within 10 s, and starts " +
      "by hand count among them",
    replicas: renamed(replicas),
  };
  return { seen, numbers: units.map((unit) => Number(of(unit, "MainPID"))) };
}
