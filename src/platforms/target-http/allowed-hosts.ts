// Whom a target names, asked when it is started and whenever it says who runs where: what the names in its URLs really
// lead to (the linter only sees how they are written), and whether its inventory places a replica on a machine that
// nobody listed.

import { lookup } from "node:dns/promises";
import {
  hostOf,
  hostOfPlace,
  isAllowedHost,
  isLoopbackHost,
  loopbackHost,
  loopbackName,
  placesIn,
} from "../../core/addresses.ts";
import { HarnessError, messageOf } from "../../core/errors.ts";
import { requestsOf } from "../../core/session.ts";
import type { Target } from "../../core/target.ts";

/** What a name leads to; rejects when that is nothing. */
export type Resolve = (name: string) => Promise<readonly { readonly address: string }[]>;

const systemResolve: Resolve = (name) => lookup(name, { all: true });

/**
 * Throws HarnessError "bad-input" when a URL names a host that the target does not list, or a name for this machine
 * leads elsewhere. A name that the target lists itself may lead where it likes.
 */
export async function refuseForeignHosts(target: Target, resolve: Resolve = systemResolve): Promise<void> {
  const { start, inventoryUrl, control, streams, feedUrl, auditUrl, tracesUrl, documents, addresses = [] } = target;
  const { feedSource } = target;
  const places = documents === undefined ? [] : [documents.write.at, documents.read.at];
  const named = places.map((place) => ("url" in place ? place.url : undefined));
  const { startReplicaUrl, reloadReplicaUrl } = control ?? {};
  const urls = [
    start.readyUrl,
    inventoryUrl,
    startReplicaUrl,
    reloadReplicaUrl,
    feedUrl,
    feedSource !== undefined && "url" in feedSource ? feedSource.url : undefined,
    auditUrl,
    tracesUrl,
    ...named,
  ];
  const own = streams.flatMap((stream) => ("source" in stream ? [] : requestsOf(stream).map(({ url }) => url)));
  const hosts = [...urls, ...own].flatMap((url) => (url === undefined ? [] : [{ url, host: hostOf(url) }]));
  const ofSources = streams.flatMap((stream) => ("source" in stream ? placesIn(stream.params) : []));
  for (const { url, host } of [...hosts, ...ofSources.map(({ text, host }) => ({ url: text, host }))]) {
    if (host === undefined || !isAllowedHost(host, addresses)) throw refused(target, `${url} is not on this machine`);
    if (host === loopbackName) await refuseUnlessLoopback(target, host, resolve);
  }
}

async function refuseUnlessLoopback(target: Target, name: string, resolve: Resolve): Promise<void> {
  const found = await resolve(name).catch((cause: unknown) => {
    throw new HarnessError("environment", `${name} leads nowhere: ${messageOf(cause)}`, { cause });
  });
  const foreign = found.find(({ address }) => !isLoopbackHost(address));
  if (foreign) throw refused(target, `${name} leads to ${foreign.address}, which is not this machine`);
}

function refused(target: Target, what: string): HarnessError {
  return new HarnessError("bad-input", `target ${target.name}: ${what}`, {
    hint: `its owner must list the host under "addresses" in ${target.file}, or name ${loopbackHost}`,
  });
}

/** A place that an inventory entry names, whatever its key is called. */
interface NamedPlace {
  readonly replica: string;
  readonly place: string;
}

/**
 * Throws HarnessError "bad-input", naming every replica that the inventory places on a machine that `listed` does not
 * name.
 */
export function refuseForeignPlaces(url: string, places: readonly NamedPlace[], listed: readonly string[]): void {
  const foreign = places.filter(({ place }) => {
    const host = hostOfPlace(place);
    return host === undefined || !isAllowedHost(host, listed);
  });
  if (foreign.length === 0) return;
  const where = foreign.map(({ replica, place }) => `${replica} at ${JSON.stringify(place.slice(0, 200))}`).join(", ");
  throw new HarnessError("bad-input", `the inventory at ${url} has ${where}, which is not this machine`, {
    hint: 'Rebound touches nothing elsewhere unless the target\'s owner lists the host under "addresses" in its target.yaml',
  });
}
