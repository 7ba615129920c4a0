// Lets sources in again that the gateway turns away: those that are named, and no others.
import { answered, operation, refused, type Parsed, type RawArgs } from "./operation.ts";

interface Args {
  readonly service: string;
  readonly sources: readonly string[];
}

export const unblockSource = operation({
  name: "unblock-source",
  scope: "service",
  parse: parseUnblock,
  async run({ service, sources }, { fleet, blocks }) {
    if (service !== "gateway") return refused(409, "only the gateway turns sources away");
    const change = await fleet.inTurn("gateway", () => blocks.unblock(sources));
    return change.ok ? answered({ service, blockedMs: change.blockedMs }) : refused(change.status, change.reason);
  },
});

/** As a block names them: addresses with a number, which says nothing here. */
function parseUnblock({ service, sources }: RawArgs): Parsed<Args> {
  if (typeof service !== "string" || service === "")
    return { ok: false, reason: "service is missing, expected a text" };
  const isNamed = typeof sources === "object" && sources !== null && !Array.isArray(sources);
  const names = isNamed ? Object.keys(sources) : [];
  if (names.length > 0) return { ok: true, args: { service, sources: names } };
  return { ok: false, reason: 'sources names nobody, expected {"<address>":0}' };
}
