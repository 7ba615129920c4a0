// The other ends of our own connections to a server of this machine, by the system's table of sockets (Linux). Who is
// done with an answer closes its end, also when nobody has read it: the system alone holds the bytes then.

import { readFileSync } from "node:fs";

const established = "01";

/**
 * Of those of our ports that are connected to the server's: how many other ends are open and cannot get rid of what
 * they have to send. Undefined where the table cannot be read.
 */
export function waitingEnds(serverPort: number, ourPorts: ReadonlySet<number>): number | undefined {
  try {
    const rows = ["tcp", "tcp6"].flatMap((name) => readFileSync(`/proc/net/${name}`, "latin1").split("\n").slice(1));
    return rows.filter((row) => isWaiting(row, serverPort, ourPorts)).length;
  } catch {
    return undefined;
  }
}

/** A row is `n: local:port remote:port state unsent:unread …`, numbers in hex. */
function isWaiting(row: string, serverPort: number, ourPorts: ReadonlySet<number>): boolean {
  const [, local = "", remote = "", state, queues = ""] = row.trim().split(/\s+/);
  if (state !== established || portIn(local) !== serverPort || !ourPorts.has(portIn(remote))) return false;
  return Number.parseInt(queues.split(":")[0] ?? "0", 16) > 0;
}

function portIn(address: string): number {
  return Number.parseInt(address.split(":")[1] ?? "", 16);
}
