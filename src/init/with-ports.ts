// Ports beside what a supervisor lists: it knows processes, and not where they listen.

import { host } from "../platforms/index.ts";
import type { Found, Seen } from "./seen.ts";

/** A stack of processes, with the number of each in the order of the replicas; 0: none runs. */
export interface SeenProcesses {
  readonly seen: Seen;
  readonly numbers: readonly number[];
}

export async function withPorts({ seen, numbers }: SeenProcesses): Promise<Found> {
  const ports = await host.processes.listenedBy(numbers.filter((one) => one > 0));
  const replicas = seen.replicas.map((one, index) => ({ ...one, ports: ports.get(numbers[index] ?? 0) ?? [] }));
  return { ok: true, seen: { ...seen, replicas } };
}
