// A second network namespace, joined to this one by a pair of virtual interfaces: to what runs in it, this machine is
// another one. Needs root; without it such tests are skipped, loudly; in CI that is a failure.

import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { onTestFinished } from "vitest";
import { projectRoot } from "./rebound-process.ts";

function ip(...words: readonly string[]): string {
  return execFileSync("ip", words, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

/** Interfaces and namespaces have short names; these are this process's own. */
const own = `rb${process.pid}`;

function whyNone(): string | undefined {
  try {
    ip("netns", "add", `${own}try`);
    ip("netns", "del", `${own}try`);
    return undefined;
  } catch (thrown) {
    return `no second network namespace here (${(thrown as Error).message.trim()}): run as root, with iproute2`;
  }
}

/** Why tests with another machine are skipped; undefined when they run. */
export const noOtherMachine: string | undefined = whyNone();

if (noOtherMachine !== undefined && process.env["CI"] === "true") throw new Error(noOtherMachine);
if (noOtherMachine !== undefined) process.stderr.write(`\n!!! SKIPPED: ${noOtherMachine}\n\n`);

export interface OtherMachine {
  /** Of this machine, as the other one reaches it. */
  readonly here: string;
  /** Of the other one. */
  readonly there: string;
  /** Starts a node program of the project there; it is killed with the test. */
  node(words: readonly string[], env: Readonly<Record<string, string>>): ChildProcess;
  /** How many processes run there. */
  processes(): number;
}

let made = 0;

/** Is gone with the test, and with it all that runs there. */
export function makeOtherMachine(): OtherMachine {
  made += 1;
  const name = `${own}n${made}`;
  const block = `10.213.${process.pid % 250}`;
  const [here, there] = [`${block}.${4 * made + 1}`, `${block}.${4 * made + 2}`];
  const pids = (): number[] => ip("netns", "pids", name).split("\n").filter(Boolean).map(Number);
  ip("netns", "add", name);
  onTestFinished(() => {
    for (const pid of pids()) process.kill(pid, "SIGKILL");
    // The interfaces go with the namespace.
    ip("netns", "del", name);
  });
  ip("link", "add", `${name}a`, "type", "veth", "peer", "name", `${name}b`, "netns", name);
  ip("addr", "add", `${here}/30`, "dev", `${name}a`);
  ip("link", "set", `${name}a`, "up");
  ip("-n", name, "addr", "add", `${there}/30`, "dev", `${name}b`);
  for (const device of [`${name}b`, "lo"]) ip("-n", name, "link", "set", device, "up");
  return {
    here,
    there,
    processes: () => pids().length,
    node: (words, env) =>
      spawn("ip", ["netns", "exec", name, process.execPath, ...words], {
        cwd: projectRoot,
        env: { ...process.env, ...env },
        stdio: ["ignore", "pipe", "inherit"],
      }),
  };
}
