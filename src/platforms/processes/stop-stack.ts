// Ends a stack: politely through its leader first, then by force whatever still carries its mark.

import type { ProcessRef } from "../../core/host.ts";
import type { Ms } from "../../core/units.ts";
import { endInstance, findInstance, sendSignal, waitUntilGone, type Instance } from "./process-table.ts";

/** What ending a stack came to. */
export interface Stopped {
  /** Processes that did not end by themselves in time and were killed. */
  readonly killed: readonly ProcessRef[];
  /** Processes that are still there. */
  readonly remaining: readonly ProcessRef[];
}

/** Orphans whose leader died get this long to end by themselves, ms. */
const orphanGraceMs: Ms = 500;

/** SIGTERM to the leader, up to `timeoutMs` for all to end, then SIGKILL to the group and every survivor. */
export async function stopStack(instance: Instance, timeoutMs: Ms): Promise<Stopped> {
  const { leader } = instance;
  let stubborn: readonly ProcessRef[] = [];
  if (leader !== undefined && (await sendSignal(leader, "SIGTERM"))) {
    const members = await findInstance(instance);
    stubborn = await waitUntilGone(members, timeoutMs);
    if (stubborn.some((member) => member.pid === leader.pid)) await killGroup(leader);
  }
  const { ended, remaining } = await endInstance(instance, orphanGraceMs);
  const late = new Map([...stubborn, ...ended].map((member) => [member.pid, member]));
  for (const { pid } of remaining) late.delete(pid);
  return { killed: [...late.values()], remaining };
}

/** Only while the leader lives is the group's number surely ours; also catches children that dropped the marker. */
async function killGroup(leader: ProcessRef): Promise<void> {
  try {
    process.kill(-leader.pid, "SIGKILL");
  } catch {
    // The group ended between the look and the signal.
  }
  await waitUntilGone([leader], 1_000);
}
