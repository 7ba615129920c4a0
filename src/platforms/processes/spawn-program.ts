// Starts a stack's first process on this machine, so that it outlives us.

import { spawn } from "node:child_process";
import { open } from "node:fs/promises";
import { HarnessError, messageOf } from "../../core/errors.ts";
import type { RunProgram } from "../starting/run-program.ts";
import { fillCommand, ourEnvironment } from "./environment.ts";

/** Output goes to a file, not a pipe: a stack must not die of a broken pipe when its starter does. */
export const spawnProgram: RunProgram = async ({ target, command, told, logFile }) => {
  const { file, args } = fillCommand(command, {});
  const environment = { ...ourEnvironment(), ...told };
  // What a user's own stack has learned must not tell a trial's healer anything.
  const { learningEnv } = target;
  if (learningEnv !== undefined && told[learningEnv] === undefined) delete environment[learningEnv];
  const log = await open(logFile, "a", 0o600);
  try {
    const child = spawn(file, args, {
      cwd: target.dir,
      env: environment,
      detached: true,
      stdio: ["ignore", log.fd, log.fd],
    });
    await new Promise<void>((resolve, reject) => {
      child.once("spawn", resolve);
      child.once("error", reject);
    });
    child.unref();
    return { pid: child.pid ?? 0, ended: async () => child.exitCode ?? child.signalCode };
  } catch (cause) {
    throw new HarnessError("environment", `cannot start target ${target.name}: ${messageOf(cause)}`, { cause });
  } finally {
    await log.close();
  }
};
