// A Swarm of three engines for tests, with the stack `echo` of docker/swarm.yaml (private-swarm.mjs).

import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import Docker from "dockerode";
import { projectRoot } from "./rebound-process.ts";

const script = join(projectRoot, "test/support/private-swarm.mjs");

interface SwarmNode {
  readonly name: string;
  readonly address: string;
  readonly host: string;
  /** Of its engine. */
  readonly pid: number;
}

export interface TestSwarm extends AsyncDisposable {
  /** The first is the manager that is asked; of three managers the last one leads. */
  readonly nodes: readonly SwarmNode[];
  readonly manager: Docker;
  /** As DOCKER_HOST has it. */
  readonly host: string;
  /** Words before a command that shall reach the nodes. */
  readonly inside: readonly string[];
  readonly program: ReturnType<typeof spawn>;
}

/** Ends with this process too, whatever becomes of it. */
export async function openSwarm(managers = 1, addresses = "192.168.213"): Promise<TestSwarm> {
  const program = spawn(process.execPath, [script, String(managers), addresses], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const exited = once(program, "exit");
  const lines = createInterface({ input: program.stdout });
  const said = await Promise.race([once(lines, "line"), exited.then(() => undefined)]);
  if (said === undefined) throw new Error("the private Swarm did not come up");
  const { network, nodes } = JSON.parse(String(said[0])) as { network: string; nodes: readonly SwarmNode[] };
  const host = nodes[0]?.host ?? "";
  const manager = new Docker({ socketPath: host.slice("unix://".length) });
  const end = async (): Promise<void> => {
    program.stdin.end();
    await exited;
  };
  return { nodes, manager, host, inside: ["nsenter", `--net=${network}`], program, [Symbol.asyncDispose]: end };
}
