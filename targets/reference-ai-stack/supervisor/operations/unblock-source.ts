// Lets sources in again that the gateway turns away: those that are named, and no others.
import { answered, operation, refused, type Parsed, type RawArgs } from "./operation.ts";

interface Args {
  readonly service: string;
  /** 0, or the end of the block that is meant, ms on the supervisor's clock: a later one of the source stays. */
  readonly sources: Readonly<Record<string, number>>;
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

function parseUnblock({ service, sources }: RawArgs): Parsed<Args> {
  if (typeof service !== "string" || service === "")
    return { ok: false, reason: "service is missing, expected a text" };
  const isNamed = typeof sources === "object" && sources !== null && !Array.isArray(sources);
  const ends = Object.entries(isNamed ? (sources as Record<string, unknown>) : {});
  const known = ends.map(([source, until]) => [source, typeof until === "number" ? until : 0] as const);
  if (known.length > 0) return { ok: true, args: { service, sources: Object.fromEntries(known) } };
  return { ok: false, reason: 'sources names nobody, expected {"<address>":0}' };
}
