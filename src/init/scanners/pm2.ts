// pm2: `pm2 jlist`, and only where its daemon runs: every command of pm2 would start one.

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { messageOf } from "../../core/errors.ts";
import { kebabOf, notFound, renamed, type Scanner, type Seen } from "../seen.ts";
import { withPorts, type SeenProcesses } from "../with-ports.ts";

const run = promisify(execFile);
const timeout = 10_000;

const listSchema = z.array(
  z.object({
    name: z.string(),
    pid: z.number().optional(),
    pm2_env: z.object({
      status: z.string(),
      pm_exec_path: z.string().optional(),
      restart_time: z.number().optional(),
    }),
  }),
);

export const pm2: Scanner = {
  name: "pm2",
  takes: "its home folder (PM2_HOME)",
  async look(where) {
    const home = where ?? process.env["PM2_HOME"] ?? join(homedir(), ".pm2");
    if (!existsSync(join(home, "rpc.sock"))) return notFound(`no daemon of pm2 runs at ${home}`);
    try {
      const env = { ...process.env, PM2_HOME: home };
      const { stdout } = await run("pm2", ["jlist", "--silent"], { timeout, env, maxBuffer: 8 * 1024 * 1024 });
      const found = pm2Seen(stdout, home);
      return await withPorts(found);
    } catch (thrown) {
      return notFound(messageOf(thrown).split("\n")[0] ?? "no answer");
    }
  },
};

/** What `pm2 jlist` says; it may print notices before its list. */
export function pm2Seen(text: string, where: string): SeenProcesses {
  const listed = listSchema.parse(JSON.parse(text.slice(Math.max(0, text.search(/^\[(?:\{|\])/m)))));
  const replicas = listed.map(({ name, pm2_env: { status, pm_exec_path: path = "", restart_time: times = 0 } }) => ({
    service: kebabOf(name),
    replica: kebabOf(name),
    called: `${name} (${basename(path)})`,
    says: `${status}, ${times} restarts`,
    ports: [],
  }));
  const seen: Seen = {
    by: "pm2",
    who: "pm2",
    where,
    start: ["pm2-runtime", "ecosystem.config.cjs"],
    variable: (name) => `process.env.${name}`,
    heals: "pm2 starts a process again that ended.",
    hides:
      "online is also its word for a process that hangs; a crash loop that begins later than 16 s after the start is " +
      "never given up, and waiting restart may last for ever; a process killed by the kernel has exit code 0",
    replicas: renamed(replicas),
  };
  return { seen, numbers: listed.map(({ pid = 0 }) => pid) };
}
