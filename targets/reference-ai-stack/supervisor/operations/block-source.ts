// Has the gateway turn a source away for a while: its log-ins, wrong keys and guests; who has a key is let in. A block
// ends by itself, as an operation that leaves its trace.
import { isIP } from "node:net";
import { answered, operation, refused, type Parsed, type RawArgs } from "./operation.ts";

/** By one call, and s for each. */
const MOST = { sources: 16, seconds: 900 } as const;

interface Args {
  readonly service: string;
  /** Seconds, by the address itself: never a range, never all. */
  readonly sources: Readonly<Record<string, number>>;
}

export const blockSource = operation({
  name: "block-source",
  scope: "service",
  parse: parseBlock,
  async run({ service, sources }, { fleet, blocks, perform }) {
    if (service !== "gateway") return refused(409, "only the gateway can turn a source away");
    const names = Object.keys(sources);
    if (names.every((source) => isIP(source) === 0)) {
      return refused(400, `${names.join(", ").slice(0, 200)}: expected an address, such as 203.0.113.9`);
    }
    const asked = Object.fromEntries(Object.entries(sources).map(([source, seconds]) => [source, seconds * 1000]));
    const expired = async (source: string, until: number): Promise<void> => {
      await perform?.("unblock-source", { service, sources: { [source]: until } });
    };
    const change = await fleet.inTurn("gateway", () => blocks.block(asked, expired));
    if (!change.ok) return refused(change.status, change.reason);
    const { blockedMs, leftOut } = change;
    return answered({ service, blockedMs, leftOut });
  },
});

function parseBlock({ service, sources }: RawArgs): Parsed<Args> {
  if (typeof service !== "string" || service === "")
    return { ok: false, reason: "service is missing, expected a text" };
  const found = sources === undefined ? "missing" : JSON.stringify(sources).slice(0, 200);
  const expected = `1 to ${MOST.sources} addresses, each with 1 to ${MOST.seconds} seconds`;
  const wrong = { ok: false, reason: `sources is ${found}, expected ${expected}` } as const;
  if (typeof sources !== "object" || sources === null || Array.isArray(sources)) return wrong;
  const entries = Object.entries(sources as Record<string, unknown>);
  if (entries.length === 0 || entries.length > MOST.sources) return wrong;
  if (!entries.every(([, s]) => typeof s === "number" && s >= 1 && s <= MOST.seconds)) return wrong;
  return { ok: true, args: { service, sources: sources as Args["sources"] } };
}
