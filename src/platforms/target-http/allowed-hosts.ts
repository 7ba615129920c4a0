// Just before a start: what the names in a target's URLs really lead to. The linter only sees how they are written.

import { lookup } from "node:dns/promises";
import { hostOf, isAllowedHost, isLoopbackHost } from "../../core/addresses.ts";
import { HarnessError, messageOf } from "../../core/errors.ts";
import type { Target } from "../../core/target.ts";

/**
 * Throws HarnessError "bad-input" when a URL names a host that the target does not list, or a name for this machine leads
 * elsewhere. A name that the target lists itself may lead where it likes.
 */
export async function refuseForeignHosts(target: Target): Promise<void> {
  const { start, inventoryUrl, control, traffic, feedUrl, addresses = [] } = target;
  const urls = [start.readyUrl, inventoryUrl, control?.startReplicaUrl, traffic.url, feedUrl];
  for (const url of urls.filter((candidate) => candidate !== undefined)) {
    const host = hostOf(url);
    if (host === undefined || !isAllowedHost(host, addresses)) throw refused(target, `${url} is not on this machine`);
    if (host === "localhost") await refuseUnlessLoopback(target, host);
  }
}

async function refuseUnlessLoopback(target: Target, name: string): Promise<void> {
  const found = await lookup(name, { all: true }).catch((cause: unknown) => {
    throw new HarnessError("environment", `${name} leads nowhere: ${messageOf(cause)}`, { cause });
  });
  const foreign = found.find(({ address }) => !isLoopbackHost(address));
  if (foreign) throw refused(target, `${name} leads to ${foreign.address}, which is not this machine`);
}

function refused(target: Target, what: string): HarnessError {
  return new HarnessError("bad-input", `target ${target.name}: ${what}`, {
    hint: `its owner must list the host under "addresses" in ${target.file}, or name 127.0.0.1`,
  });
}
